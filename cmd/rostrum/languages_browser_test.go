package main

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// The pitches of the tones, in Hz. None is another's overtone that a player could take for it.
const (
	floorPitch  = 440
	frenchPitch = 880
	arabicPitch = 1320
)

// makeTones makes two recordings: one with a picture and three sounds, each a tone of its own, and one of sound alone. The Arabic
// booth begins with the second intervention; the French one has four seconds to go on after it.
func makeTones(t *testing.T) (recording, sheet, wav string) {
	t.Helper()
	folder := t.TempDir()
	recording, sheet, wav = filepath.Join(folder, "tones.mov"), filepath.Join(folder, "sheet.csv"), filepath.Join(folder, "tone.wav")
	tone := func(pitch int) []string {
		return []string{"-f", "lavfi", "-i", fmt.Sprintf("sine=f=%d:r=48000:d=17", pitch)}
	}
	args := []string{"-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc=s=160x120:r=25:d=17"}
	for _, pitch := range []int{floorPitch, frenchPitch, arabicPitch} {
		args = append(args, tone(pitch)...)
	}
	args = append(args, "-filter_complex", "[3]volume=0:enable='lt(t,9)'[late]", "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "[late]",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", recording)
	args = append(args, "-map", "1:a", "-t", "3", wav)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("making the tones: %v\n%s", err, out)
	}
	rows := "in\tout\ttitle\tspeaker\tlanguage\n00:00:01:05\t00:00:08:05\tBefore Arabic\tGrace Mfano\ten\n00:00:09:00\t00:00:13:00\tWith Arabic\tAmal Mithal\ten\n"
	if err := os.WriteFile(sheet, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	return recording, sheet, wav
}

// listen lets the page hear itself: pitch() is the loudest frequency that plays, in Hz, 0 in silence.
const listen = `(() => {
	const context = new AudioContext(), analyser = context.createAnalyser();
	analyser.fftSize = 8192;
	context.createMediaElementSource(` + video + `).connect(analyser);
	analyser.connect(context.destination);
	window.pitch = () => {
		const bins = new Float32Array(analyser.frequencyBinCount);
		analyser.getFloatFrequencyData(bins);
		const loudest = bins.indexOf(Math.max(...bins));
		return bins[loudest] > -60 ? loudest * context.sampleRate / analyser.fftSize : 0;
	};
	window.ends = 0;
	` + video + `.addEventListener("ended", () => ends++);
})()`

func hears(pitch int) step { return eventually(fmt.Sprintf("Math.abs(pitch() - %d) < 20", pitch)) }

const menu = `document.querySelector("media-audio-track-menu")`

// entries are those of the language menu, as elements.
const entries = `[...` + menu + `.shadowRoot.querySelectorAll("media-chrome-menu-item")]`

// offers reads the language menu.
func offers(t *testing.T, labels string) step {
	return holds(t, "the languages", fmt.Sprintf(`%s.map((e) => e.textContent.trim()).join(", ") === %q`, entries, labels))
}

// press moves the pointer to an element, which brings back the controls when they have gone, and clicks.
func press(element string) step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		at, err := chromedp.Evaluate[[2]float64](`(r => [r.left + r.width / 2, r.top + r.height / 2])(`+element+`.getBoundingClientRect())`)(ctx, target)
		if err != nil {
			return chromedp.Void{}, err
		}
		return chromedp.Void{}, chromedp.Do(ctx, chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1]), chromedp.MouseClickXY(at[0], at[1]))
	}
}

// pick chooses in the language menu with the pointer, as a person does.
func pick(label string) step {
	entry := fmt.Sprintf(`%s.find((e) => e.textContent.trim() === %q)`, entries, label)
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		if err := chromedp.Do(ctx, press(`document.querySelector("media-audio-track-menu-button")`),
			eventually(`!`+menu+`.hidden && !`+menu+`.getAnimations().length`), press(entry),
			eventually(menu+`.hidden && `+entry+`.getAttribute("aria-checked") === "true"`)); err != nil {
			return chromedp.Void{}, fmt.Errorf("choosing %q: %w", label, err)
		}
		return chromedp.Void{}, nil
	}
}

// The language that is chosen is the one that is heard, from the first byte that is recorded to the last that is played.
func TestLanguagesAreHeard(t *testing.T) {
	ctx := browse(t)
	recording, sheet, wav := makeTones(t)
	data := t.TempDir()
	s := serve(t, data)
	ingest := func(more ...string) printed {
		t.Helper()
		p := document(t, done(t, data, append([]string{"ingest", "--meeting", "water-2026", "--create", "--publish", "--consent", "public", "--wait", "--json"}, more...)...).out)
		for _, x := range p.Interventions {
			if x.State != "published" {
				t.Fatalf("an intervention is %+v", x)
			}
		}
		return p
	}
	filmed := ingest(recording, "--sheet", sheet, "--channels", "floor,fr,ar").Interventions
	heard := ingest(wav).Interventions
	if len(filmed) != 2 || len(heard) != 1 {
		t.Fatalf("%d interventions were filmed and %d recorded, want 2 and 1", len(filmed), len(heard))
	}
	complaints := complaints(ctx)
	open := func(x printedIntervention) []step {
		return []step{
			chromedp.EmulateViewport(1280, 800), chromedp.Navigate(s.url + x.Page + "?ui=en"),
			chromedp.WaitVisible(chromedp.CSS("media-play-button.big")), script(listen),
		}
	}
	play := chromedp.Click(chromedp.CSS("media-play-button.big"))
	try := func(name string, x printedIntervention, steps ...step) {
		t.Run(name, func(t *testing.T) {
			for i, one := range append(open(x), steps...) {
				err := chromedp.Do(ctx, one)
				if err == nil {
					continue
				}
				where, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`(v => JSON.stringify([pitch(), v.currentTime, v.duration, v.paused, v.ended, v.currentSrc, v.error?.message, v.audioTracks.current?.label, v.videoWidth]))(`+video+`)`))
				t.Fatalf("step %d: %v; the player is at %s", i+1, err, where)
			}
		})
	}

	const original, french, silent, arabic = "Original (English)", "French (interpretation)", "Arabic (original, no interpretation)", "Arabic (interpretation)"
	seen := holds(t, "with pictures", video+`.videoWidth > 0`)
	try("in a silent booth", filmed[0],
		offers(t, original+", "+french+", "+silent), script(video+`.loop = true`), // there is time to choose
		play, hears(floorPitch), seen,
		pick(french), hears(frenchPitch), seen, pick(original), hears(floorPitch),
		pick(french), hears(frenchPitch), pick(silent), hears(floorPitch),
		// The same without the picture.
		chromedp.Click(chromedp.CSS(".choice button:last-child")), hears(floorPitch), holds(t, "no picture", video+`.videoWidth === 0`),
		pick(french), hears(frenchPitch), pick(silent), hears(floorPitch), pick(french), hears(frenchPitch),
		chromedp.Click(chromedp.CSS(".choice button:first-child")), eventually(video+`.videoWidth > 0`), hears(frenchPitch),
	)

	// French was chosen last. It goes on for four seconds after the last picture, which is at second 4.
	try("to the end of the tail", filmed[1],
		offers(t, original+", "+french+", "+arabic),
		play, hears(frenchPitch), pick(arabic), hears(arabicPitch), pick(original), hears(floorPitch), pick(french),
		script(video+`.currentTime = 3.5; `+video+`.play()`), eventually(video+`.currentTime > 4.5`), hears(frenchPitch),
		holds(t, "after the picture", video+`.currentTime > 4.5 && !`+video+`.ended`),
		eventually(`ends === 1 && `+video+`.ended`),
		holds(t, "at the end of the sound", `Math.abs(`+video+`.currentTime - 8) < 0.1 && Math.abs(`+video+`.duration - 8) < 0.1`),
	)

	try("without a picture", heard[0],
		holds(t, "an audio player", video+`.getAttribute("aria-label") === "Audio player" && !document.querySelector(".mode")`),
		drawn(t, "before it plays"), play, hears(floorPitch), drawn(t, "while it plays"),
		eventually(video+`.ended`), holds(t, "to its end", `Math.abs(`+video+`.currentTime - 3) < 0.1`),
	)
	if bad := complaints(); len(bad) > 0 {
		t.Errorf("the pages complained: %q", bad)
	}
}

// drawn looks at the stage: above the controls stand light bars on a ground that is not black.
func drawn(t *testing.T, when string) step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		shot, err := chromedp.Screenshot(chromedp.CSS("#stage"))(ctx, target)
		if err != nil {
			return chromedp.Void{}, err
		}
		picture, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			return chromedp.Void{}, err
		}
		b := picture.Bounds()
		b.Max.Y -= b.Dy() / 3
		light, black := 0, 0
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				switch level := color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y; {
				case level > 150:
					light++
				case level < 16:
					black++
				}
			}
		}
		// The play button alone makes half a hundredth light.
		if n := b.Dx() * b.Dy(); 100*light < 3*n || 100*black > 5*n {
			t.Errorf("%s, %d of %d pixels of the stage are light and %d black", when, light, n, black)
		}
		return chromedp.Void{}, nil
	}
}
