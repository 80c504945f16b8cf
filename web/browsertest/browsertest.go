// Package browsertest drives a real Chromium in tests.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Step is something that is done in a page.
type Step = chromedp.Action[chromedp.Void]

// Open starts a browser with one empty page, which ends with the test. It runs where ROSTRUM_TEST_BROWSER names a Chromium, which scripts/test
// sets, and skips the test elsewhere. It needs the built assets.
func Open(t *testing.T) context.Context {
	t.Helper()
	program := os.Getenv("ROSTRUM_TEST_BROWSER")
	if program == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_BROWSER names no Chromium")
		}
		t.Skip("set ROSTRUM_TEST_BROWSER to a Chromium to try the pages in a browser")
	}
	if built, _ := filepath.Glob(filepath.Join(root(), "web/page/dist/*.js")); len(built) == 0 {
		t.Fatal("the assets are not built; run scripts/build first")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.UserDataDir(t.TempDir())))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context of the first call
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// Eventually waits in the page until an expression is true.
func Eventually(expression string) Step {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(time.Minute))
}

// Arrive waits until an expression is true on the page that is coming, while the one before goes. Its error says what is there instead.
func Arrive(expression string) Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		var last error
		for end := time.Now().Add(time.Minute); time.Now().Before(end); <-tick.C {
			var there bool
			if there, last = chromedp.Evaluate[bool]("!!("+expression+")")(ctx, target); there && last == nil {
				return chromedp.Void{}, nil
			}
		}
		there, _ := chromedp.Evaluate[string](`JSON.stringify({at: location.href, focus: document.activeElement?.outerHTML.slice(0, 120), toasts: document.querySelector(".toasts")?.innerText,
			page: document.querySelector("main")?.innerText.slice(0, 600), video: {...document.querySelector("video")?.dataset}, time: document.querySelector("video")?.currentTime,
			error: document.querySelector("video")?.error?.message, fetched: performance.getEntriesByType("resource").map(r => r.name.split("/").pop() + " " + r.responseStatus)})`)(ctx, target)
		return chromedp.Void{}, fmt.Errorf("%s did not come: %v %s", expression, last, there)
	}
}

// Check reports an error when an expression is false.
func Check(t *testing.T, what, expression string) Step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		ok, err := chromedp.Evaluate[bool](expression)(ctx, target)
		if err == nil && !ok {
			t.Errorf("%s: %s is false", what, expression)
		}
		return chromedp.Void{}, err
	}
}

// Run evaluates an expression for what it does.
func Run(expression string) Step { return chromedp.Evaluate[chromedp.Void](expression) }

// Press presses a key on whatever has the focus.
func Press(key string) Step { return chromedp.KeyEvent(key) }

// Do runs steps and ends the test when one can't be done.
func Do(t *testing.T, ctx context.Context, steps ...Step) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// Accessible checks the page as it stands: axe-core finds nothing by WCAG 2.2 A and AA and its best practices, and nothing needs scrolling sideways.
func Accessible(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join(root(), "node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	Do(t, ctx, Run(string(axe)), Eventually(`!document.getAnimations().some((a) => a instanceof CSSTransition)`))
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => r.violations.map(v => v.id + " " + v.nodes.map(n => n.target.join(" ")).join(", ")))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	sideways, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 || sideways > 0 {
		t.Errorf("%s: scrolls sideways by %d, axe says %q", what, sideways, found)
	}
}

// Screenshot writes the page to a PNG below the folder that ROSTRUM_TEST_PICTURES names, for people to look at; without it, nothing.
func Screenshot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("ROSTRUM_TEST_PICTURES")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		t.Error(fmt.Errorf("screenshot %s: %w", name, err))
	}
}

// root is the folder of the program's source.
func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "../..")
}
