package pipeline_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rostrum"
	"rostrum/pipeline/media"
)

// browser starts the Chromium that ROSTRUM_TEST_BROWSER names; scripts/test sets it.
func browser(t *testing.T) context.Context {
	t.Helper()
	program := os.Getenv("ROSTRUM_TEST_BROWSER")
	if program == "" {
		if os.Getenv("ROSTRUM_TEST_ALL") == "1" {
			t.Fatal("ROSTRUM_TEST_BROWSER names no Chromium")
		}
		t.Skip("set ROSTRUM_TEST_BROWSER to a Chromium to try what browsers play")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.UserDataDir(t.TempDir())))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context of the first call
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// evaluate runs the body of an async function in the page and gives what it returns.
func evaluate[T any](t *testing.T, ctx context.Context, body string) T {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T]("(async () => {"+body+"})()", chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// watching is a page that can seek a video and read the number off the picture that it shows.
const watching = `<!doctype html><script src="hls.js"></script><video muted></video><script>
const video = document.querySelector("video");
const once = (name) => new Promise((done) => video.addEventListener(name, done, {once: true}));
const number = () => {
	const canvas = new OffscreenCanvas(160, 90), context = canvas.getContext("2d");
	context.drawImage(video, 0, 0, 160, 90);
	const pixels = context.getImageData(0, 11, 160, 1).data;
	let n = 0;
	for (let bit = 0; bit < 12; bit++) if (pixels[4 * Math.floor((2 * bit + 1) * 160 / 24)] > 128) n |= 1 << bit;
	return n;
};
const seek = async (seconds) => {
	const done = once("seeked");
	video.currentTime = seconds;
	await done;
	await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
	return number();
};
</script>`

// TestPreviewInABrowser: hls.js shows the right picture at any place that is encoded, and goes on living over a gap.
func TestPreviewInABrowser(t *testing.T) {
	w := open(t)
	id := previewed(t, w)
	ctx := browser(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(out http.ResponseWriter, _ *http.Request) { io.WriteString(out, watching) })
	mux.HandleFunc("/hls.js", func(out http.ResponseWriter, r *http.Request) {
		http.ServeFile(out, r, "../node_modules/hls.js/dist/hls.min.js")
	})
	mux.HandleFunc("/preview.m3u8", func(out http.ResponseWriter, r *http.Request) {
		text, _, err := w.PreviewPlaylist(r.Context(), id)
		if err != nil {
			t.Error(err)
		}
		out.Write(text)
	})
	mux.HandleFunc("/{name}", func(out http.ResponseWriter, r *http.Request) {
		key, mediaType, err := w.PreviewFile(r.Context(), id, r.PathValue("name"))
		if err != nil {
			http.NotFound(out, r)
			return
		}
		out.Header().Set("Content-Type", mediaType)
		o, err := w.Store.Open(r.Context(), key)
		out.Write(all(t, o, err))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL)); err != nil {
		t.Fatal(err)
	}
	length := evaluate[float64](t, ctx, `
		window.wrong = [];
		window.hls = new Hls();
		hls.on(Hls.Events.ERROR, (_, e) => wrong.push((e.fatal ? "fatal " : "") + e.details));
		const ready = once("loadeddata");
		hls.loadSource("preview.m3u8"); hls.attachMedia(video);
		await ready; return video.duration`)
	if length != 64 {
		t.Errorf("it lasts %g s", length)
	}
	for _, n := range []int{0, 99, 100, 750, 1480, 1} {
		if got := evaluate[int](t, ctx, fmt.Sprintf(`return await seek(%g)`, (float64(n)+0.5)/25)); got != n {
			t.Errorf("at picture %d it shows %d", n, got)
		}
	}
	wrong := evaluate[[]string](t, ctx, `
		video.currentTime = 62;
		await new Promise((done) => setTimeout(done, 1000));
		const back = await seek(30.02);
		return [String(back), ...wrong]`)
	if wrong[0] != "750" || strings.Contains(strings.Join(wrong, " "), "fatal") {
		t.Errorf("after a look into the gap: %q", wrong)
	}
	t.Logf("hls.js says %q", wrong[1:])
}

// TestOriginalsInABrowser: Chromium plays what media.Playable says that it plays, with the picture of the timeline at time plus
// offset, and what people listen to begins where it should.
func TestOriginalsInABrowser(t *testing.T) {
	const beep = "aevalsrc=0.5*sin(2*PI*1000*t)*gte(t\\,1):s=48000:d=5"
	w := open(t)
	folder := t.TempDir()
	facts := map[string]media.Facts{}
	for name, f := range map[string]film{
		"aac.mp4":    {},
		"late.mp4":   {more: []string{"-vf", "scale=640:360:flags=neighbor,setpts=PTS+0.52/TB"}},
		"tracks.mov": {tracks: []string{beep, beep}},
		"pcm.mov":    {more: []string{"-c:a", "pcm_s24le"}},
		"vp9.webm":   {more: []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", "-c:a", "libopus"}},
		"vp8.webm":   {more: []string{"-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M", "-c:a", "libvorbis"}},
		"av1.webm":   {more: []string{"-c:v", "libsvtav1", "-preset", "12", "-c:a", "libopus"}},
	} {
		f.rate, f.pictures, f.name, f.sound = "25", 100, name, beep
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, f.make(t), 0o600); err != nil {
			t.Fatal(err)
		}
		var err error
		if facts[name], err = w.Tools.Probe(t.Context(), path); err != nil {
			t.Fatal(name, err)
		}
	}
	receipt, err := w.Receive(t.Context(), incoming("a.mp4", film{rate: "25", pictures: 100, name: "a.mp4", sound: beep}.make(t), ""))
	if err != nil {
		t.Fatal(err)
	}
	w.work()
	w.finished(receipt.Recording.ID)
	o, err := w.Listen(t.Context(), receipt.Recording.ID, rostrum.Floor)
	if err := os.WriteFile(filepath.Join(folder, "listen.m4a"), all(t, o, err), 0o600); err != nil {
		t.Fatal(err)
	}

	ctx := browser(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(out http.ResponseWriter, _ *http.Request) { io.WriteString(out, watching) })
	mux.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir(folder))))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL)); err != nil {
		t.Fatal(err)
	}
	for name, f := range facts {
		if !media.Playable(f.Source) {
			t.Errorf("%s is not playable: %+v", name, f.Source)
		}
		got := evaluate[[]int](t, ctx, fmt.Sprintf(`
			const ready = Promise.race([once("loadeddata"), once("error")]);
			video.src = "files/%s";
			await ready;
			const shown = [];
			for (const n of [0, 49, 50, 99, 20]) if (!video.error) shown.push(await seek((n + 0.5) / 25 + %s));
			return shown`, name, f.Source.Video.Offset))
		if !slices.Equal(got, []int{0, 49, 50, 99, 20}) {
			t.Errorf("%s shows %d", name, got)
		}
	}
	at := evaluate[float64](t, ctx, `
		const response = await fetch("files/listen.m4a");
		const sound = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(await response.arrayBuffer());
		return sound.getChannelData(0).findIndex((x) => Math.abs(x) > 0.1) / 48000`)
	if at < 0.99 || at > 1.01 {
		t.Errorf("Chromium hears the beep at %.4f s", at)
	}
}
