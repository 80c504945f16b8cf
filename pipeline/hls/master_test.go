package hls_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline/hls"
)

// kbit makes a stream of one segment of 4 s and one of 8 s at the given rate, so that peak and average are that rate.
func kbit(codecs string, clock, rate int64) rostrum.Stream {
	return stream(codecs, clock, rostrum.Segment{Name: "a", Time: 4 * clock, Bytes: rate * 500}, rostrum.Segment{Name: "b", Time: 8 * clock, Bytes: rate * 1000})
}

func picture(name string, codec rostrum.Codec, width, height int, half bool, codecs string, rate int64) rostrum.Picture {
	return rostrum.Picture{Rung: rostrum.Rung{Name: name, Codec: codec, Width: width, Height: height, HalfRate: half},
		Stream: kbit(codecs, 30000, rate), Playlist: "picture-" + name + ".m3u8"}
}

// sound gives a channel in its three qualities, the full one at the given rate.
func sound(channel string, l rostrum.Language, channels int, rate int64) []rostrum.Sound {
	return []rostrum.Sound{
		{Channel: channel, Language: l, Quality: rostrum.FullSound, Channels: channels, Stream: kbit("mp4a.40.2", 48000, rate), Playlist: "sound-" + channel + ".m3u8"},
		{Channel: channel, Language: l, Quality: rostrum.SmallSound, Channels: 1, Stream: kbit("mp4a.40.2", 24000, 32), Playlist: "sound-" + channel + "-small.m3u8"},
		{Channel: channel, Language: l, Quality: rostrum.OpusSound, Channels: 1, Stream: kbit("opus", 48000, 24), Playlist: "sound-" + channel + "-opus.m3u8"},
	}
}

func captions(languages ...rostrum.Language) []rostrum.CaptionSlice {
	var all []rostrum.CaptionSlice
	for _, l := range languages {
		all = append(all, rostrum.CaptionSlice{Language: l, Playlist: "captions-" + string(l) + ".m3u8"})
	}
	return all
}

func names(channel string, l rostrum.Language) string {
	if channel == rostrum.Floor {
		return "Original"
	}
	return map[rostrum.Language]string{"en": "English", "fr": "français", "ar": "العربية"}[l.Base()]
}

var (
	h264 = []rostrum.Picture{
		picture("720", rostrum.H264, 1280, 720, false, "avc1.64001f", 700),
		picture("360", rostrum.H264, 640, 360, false, "avc1.64001e", 222),
		picture("240", rostrum.H264, 426, 240, true, "avc1.640015", 102),
	}
	av1 = []rostrum.Picture{
		picture("480-av1", rostrum.AV1, 854, 480, false, "av01.0.04M.08", 160),
		picture("240-av1", rostrum.AV1, 426, 240, true, "av01.0.00M.08", 60),
	}
	floor  = sound(rostrum.Floor, "fr", 2, 128)
	booths = slices.Concat(sound("en", "en", 1, 96), sound("ar", "ar", 1, 160))
)

// Each case is one file, testdata/NAME.m3u8.
func TestMaster(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		m     rostrum.Manifest
		write func(*rostrum.Manifest, hls.Label) string
	}{
		"whole": {rostrum.Manifest{Pictures: slices.Concat(h264, av1), Sounds: slices.Concat(floor, booths),
			Captions: captions("fr-CA", "en"), Silent: []rostrum.Language{"fr"}}, hls.Master},
		"av1-listed-first":      {rostrum.Manifest{Pictures: slices.Concat(av1, h264), Sounds: floor}, hls.Master},
		"picture-alone":         {rostrum.Manifest{Pictures: h264}, hls.Master},
		"picture-with-captions": {rostrum.Manifest{Pictures: h264[2:], Captions: captions("en")}, hls.Master},
		"sound-alone":           {rostrum.Manifest{Sounds: slices.Concat(floor, booths), Captions: captions("en")}, hls.Master},
		"booth-alone":           {rostrum.Manifest{Pictures: h264[2:], Sounds: booths}, hls.Master},
		"unknown-language":      {rostrum.Manifest{Pictures: h264[2:], Sounds: sound(rostrum.Floor, "", 1, 96)}, hls.Master},
		"names-alike": {rostrum.Manifest{Pictures: h264[2:], Sounds: slices.Concat(floor, sound("en", "en", 1, 96), sound("en-IN", "en-IN", 1, 96)),
			Captions: captions("en-GB", "en-IN")}, hls.Master},
		"audio":              {rostrum.Manifest{Pictures: h264, Sounds: slices.Concat(floor, booths), Captions: captions("fr", "ar")}, hls.AudioMaster},
		"audio-without-opus": {rostrum.Manifest{Sounds: floor[:2]}, hls.AudioMaster},
	} {
		want, err := os.ReadFile(filepath.Join("testdata", name+".m3u8"))
		if err != nil {
			t.Error(err)
		}
		c.m.Rate = "30000/1001"
		if got := c.write(&c.m, names); got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// A name cannot end the quoted string that it stands in.
func TestMasterQuotes(t *testing.T) {
	t.Parallel()
	m := rostrum.Manifest{Rate: "25/1", Sounds: floor}
	for name, want := range map[string]string{`a"b`: `NAME="a'b"`, "a\nb": `NAME="a b"`, "a\\b": `NAME="a\b"`} {
		if got := hls.AudioMaster(&m, func(string, rostrum.Language) string { return name }); !strings.Contains(got, want) {
			t.Errorf("%q: no %s in\n%s", name, want, got)
		}
	}
}
