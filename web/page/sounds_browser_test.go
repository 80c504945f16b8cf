package page

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const film = `document.querySelector("video")`

// listen lets the page hear itself: pitch() is the loudest frequency that plays, in Hz.
const listen = `(() => {
	const context = new AudioContext(), analyser = context.createAnalyser();
	analyser.fftSize = 8192;
	context.createMediaElementSource(` + film + `).connect(analyser);
	analyser.connect(context.destination);
	window.pitch = () => {
		const bins = new Float32Array(analyser.frequencyBinCount);
		analyser.getFloatFrequencyData(bins);
		const loudest = bins.indexOf(Math.max(...bins));
		return bins[loudest] > -60 ? loudest * context.sampleRate / analyser.fftSize : 0;
	};
})()`

func hears(pitch int) step { return eventually(fmt.Sprintf("Math.abs(pitch() - %d) < 20", pitch)) }

func choose(language string) step {
	return run(film + `.audioTracks.tracks.find(t => t.sound.channel === "` + language + `").enabled = true`)
}

func open(s *site, path string) step {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/video/"+path), chromedp.WaitVisible(chromedp.CSS("media-play-button.big")))
		s.forget() // what the page before still asked for
		return chromedp.Void{}, err
	}
}

func TestSounds(t *testing.T) {
	ctx := browser(t)
	s := serveSample(t, makeSample(t))
	fetched := func(parts ...string) bool {
		return slices.ContainsFunc(s.media(), func(path string) bool {
			return slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(path, p) && strings.HasSuffix(path, ".m4s") })
		})
	}
	try := func(name string, steps ...step) {
		t.Run(name, func(t *testing.T) {
			if err := chromedp.Do(ctx, append([]step{open(s, "watch?ui=en"), run(`localStorage.clear()`)}, steps...)...); err != nil {
				t.Fatal(err)
			}
		})
	}
	said := func(text string) step {
		return check(t, "the notice", `document.querySelector("[data-said-notice]").textContent.includes("`+text+`") === `+fmt.Sprint(text != "")+` || "`+text+`" === "" && !document.querySelector("[data-said-notice]").textContent`)
	}
	wish := func(what string, yes bool, parts ...string) step {
		return func(context.Context, *chromedp.Target) (chromedp.Void, error) {
			if fetched(parts...) != yes {
				t.Errorf("%s: fetched %q: %v; all: %q", what, parts, !yes, s.media())
			}
			return chromedp.Void{}, nil
		}
	}

	sound := func(heard bool) step {
		return check(t, "the switch", fmt.Sprintf(`document.querySelector(".mode").getAttribute("aria-pressed") === "%v" && document.querySelector(".choice [aria-pressed=true]").textContent.startsWith(%q)`,
			heard, map[bool]string{true: "Sound only", false: "Picture and sound"}[heard]))
	}
	try("by keys alone",
		open(s, "watch?ui=en"), run(`document.querySelector(".choice button:last-child").focus()`), press("\r"), sound(true),
		run(`document.querySelector(".mode").focus()`), press("\r"), sound(false), press(" "), sound(true),
		run(`document.querySelector("media-audio-track-menu-button").focus()`), press("\r"), eventually(`document.activeElement.closest("media-audio-track-menu")`),
		press(kb.ArrowDown), press("\r"), eventually(film+`.audioTracks.current.sound.channel === "fr"`), check(t, "nothing plays yet", film+`.paused`),
		press("k"), eventually(film+`.currentTime > 0`), run(`document.querySelector("media-audio-track-menu-button").focus()`), press("\r"),
		eventually(`document.querySelector("media-controller").hasAttribute("userinactive")`),
		eventually(`!document.getAnimations().some((a) => a instanceof CSSTransition)`),
		check(t, "an open menu stays", `["media-audio-track-menu", ".buttons"].every((e) => getComputedStyle(document.querySelector(e)).opacity === "1")`),
	)

	try("switching",
		open(s, "watch?ui=en"), said(""), run(listen), press("k"), hears(floorPitch), wish("floor", false, "fr"),
		choose("fr"), hears(boothPitch), said("Seul le discours original"),
		choose("ru"), hears(floorPitch), said(""),
		choose("fr"), hears(boothPitch),
		// The choice holds for the next page, and the address is stronger.
		open(s, "watch?ui=en"), said("Seul le discours original"), run(listen), press("k"), hears(boothPitch), wish("French remembered", false, "floor"),
		open(s, "embed?ui=en&lang=en"), run(listen), press("k"), hears(floorPitch), wish("original asked for", false, "fr"),
		open(s, "embed?ui=en"), check(t, "French in the embed", film+`.audioTracks.current.sound.channel === "fr"`),
		check(t, "the notice in the embed", `document.querySelector(".aloud").textContent.includes("Seul le discours original")`),
	)

	// The booth goes on for four seconds after the last picture, which stands.
	try("tail",
		open(s, "watch?ui=en&lang=fr"), run(`window.over = 0; `+film+`.addEventListener("ended", () => over++)`), run(listen), press("k"), hears(boothPitch),
		run(film+`.currentTime = 8.5`), eventually(film+`.currentTime > 11`), hears(boothPitch),
		check(t, "the last picture stands", film+`.videoWidth > 0 && !`+film+`.paused`),
		eventually(`over === 1`),
		check(t, "to the end of the sound", `Math.abs(`+film+`.currentTime - 14) < 0.1 && Math.abs(`+film+`.duration - 14) < 0.1`),
		check(t, "the page says so", `document.querySelector("media-time-display").shadowRoot.textContent.includes("0:14")`),
		// In the tail there is no original any more: its end is shown.
		run(film+`.currentTime = 12.5; `+film+`.play()`), eventually(film+`.currentTime > 12.6`), choose("floor"), eventually(film+`.ended && Math.abs(`+film+`.currentTime - 10) < 0.2`),
	)

	try("without picture",
		open(s, "watch?ui=en"), sound(false), chromedp.Click(chromedp.CSS(".choice button:last-child")), sound(true), run(listen),
		press("k"), hears(floorPitch), wish("no picture", false, "v", "a1"), wish("in Opus", true, "floor-opus"), wish("not in AAC", false, "floor-small", "floor0"),
		run(film+`.playbackRate = 1.25; `+film+`.textTracks[0].mode = "showing"`),
		choose("fr"), hears(boothPitch), wish("French in Opus", true, "fr-opus"), choose("ru"), hears(floorPitch), choose("fr"), hears(boothPitch),
		press("5"), eventually(film+`.currentTime > 5`),
		run(`window.at = `+film+`.currentTime`), chromedp.Click(chromedp.CSS(".mode")), sound(false),
		eventually(film+`.videoWidth > 0 && `+film+`.currentTime > at`), hears(boothPitch), wish("with picture", true, "v", "a1"),
		check(t, "speed and captions are kept", film+`.playbackRate === 1.25 && `+film+`.textTracks[0].mode === "showing"`),
		run(film+`.pause(); `+film+`.currentTime = window.at = 2.5`), eventually(`!`+film+`.seeking`), chromedp.Click(chromedp.CSS(".mode")), sound(true),
		eventually(film+`.readyState >= 2 && `+film+`.videoWidth === 0`), check(t, "paused at the same place", film+`.paused && Math.abs(`+film+`.currentTime - at) < 0.1`),
		// Remembered, in the embed too.
		open(s, "embed?ui=en"), run(listen), press("k"), hears(boothPitch), wish("no picture in the embed", false, "v", "a1"),
	)

	try("sound alone",
		open(s, "heard?ui=en"), check(t, "no switch", `!document.querySelector(".mode") && !document.querySelector(".choice")`),
		run(listen), press("k"), hears(floorPitch), choose("fr"), hears(boothPitch), wish("Opus", true, "floor-opus", "fr-opus"),
		press("c"), eventually(film+`.textTracks[0].mode === "showing"`),
		open(s, "heard-embed?ui=en&lang=floor"), run(listen), press("k"), hears(floorPitch),
	)

	try("of an older revision",
		open(s, "older?ui=en"), chromedp.Click(chromedp.CSS(".choice button:last-child")), run(listen), press("k"), hears(floorPitch),
		check(t, "the file", film+`.currentSrc.endsWith("/audio.m4a")`),
		chromedp.Click(chromedp.CSS(".mode")), eventually(film+`.videoWidth > 0`), hears(floorPitch),
		check(t, "through Media Source", film+`.currentSrc.startsWith("blob:") && document.querySelector("media-rendition-menu-button").offsetWidth > 0`),
	)

	const trouble = `document.querySelector(".trouble")`
	try("when HLS does not arrive",
		open(s, "broken?ui=en&lang=fr"), run(listen), press("k"), eventually(`!`+trouble+`.hidden`),
		run(trouble+`.querySelector("button:last-child").click()`),
		hears(boothPitch), check(t, "with French", film+`.currentSrc.endsWith("/video-small-fr.mp4")`),
		choose("floor"), hears(floorPitch), check(t, "with the original", film+`.currentSrc.endsWith("/video-small.mp4")`),
		chromedp.Click(chromedp.CSS(".choice button:last-child")), eventually(film+`.currentSrc.startsWith("blob:")`), hears(floorPitch), // the file goes on until HLS is there
	)
}

// On a slow line AV1 is taken where it plays smoothly, and left when the line turns out to be fast; nobody is left without picture.
func TestSlowLines(t *testing.T) {
	ctx := browser(t)
	s := serveSample(t, makeSample(t))
	for _, c := range []struct {
		name, page string
		steps      []step
		want, not  string
	}{
		{"fast", `connection({downlink: 10})`, nil, "v", "a180"},
		{"saving", `connection({saveData: true, downlink: 10})`, nil, "a180", "v"},
		{"slow, and AV1 stutters", `connection({downlink: 1}); navigator.mediaCapabilities.decodingInfo = async () => ({supported: true, smooth: false})`, nil, "v180", "a180"},
		{"slow, and cannot say", `connection({effectiveType: "3g"}); navigator.mediaCapabilities.decodingInfo = async () => { throw new Error }`, nil, "v180", "a180"},
		{"not slow after all", `connection({downlink: 1})`, []step{run(film + `.currentTime = 5`), eventually(film + `.getVideoPlaybackQuality().totalVideoFrames > 0 && ` + film + `.currentTime > 6`)}, "v", ""},
		{"larger is asked for", `connection({saveData: true})`, []step{run(film + `.videoRenditions.selectedIndex = 0`), run(film + `.currentTime = 8`), eventually(film + `.videoWidth === 640`)}, "v360", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.script = `const connection = (c) => Object.defineProperty(navigator, "connection", {value: c}); ` + c.page
			steps := append([]step{open(s, "watch?ui=en"), press("k"), eventually(film + `.currentTime > 0.5 && ` + film + `.videoWidth > 0`)}, c.steps...)
			if err := chromedp.Do(ctx, steps...); err != nil {
				t.Fatal(err)
			}
			all := strings.Join(s.media(), " ")
			if !strings.Contains(" "+all, " "+c.want) || c.not != "" && strings.Contains(" "+all, " "+c.not) {
				t.Errorf("fetched %s, want %s and not %q", all, c.want, c.not)
			}
		})
	}
}
