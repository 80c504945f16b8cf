package hls_test

import (
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline/hls"
)

func stream(codecs string, clock int64, segments ...rostrum.Segment) rostrum.Stream {
	return rostrum.Stream{Codecs: codecs, Clock: clock, Init: "init.mp4", Segments: segments}
}

func manifest() *rostrum.Manifest {
	picture := func(name string, width, height int, half bool, bytes int64) rostrum.Picture {
		return rostrum.Picture{
			Rung: rostrum.Rung{Name: name, Width: width, Height: height, HalfRate: half}, Playlist: "picture-" + name + ".m3u8",
			Stream: stream("avc1.64001e", 30000, rostrum.Segment{Name: "a" + name, Time: 60060, Bytes: bytes / 2}, rostrum.Segment{Name: "b" + name, Time: 120120, Bytes: bytes}),
		}
	}
	sound := rostrum.Sound{Channel: rostrum.Floor, Language: "fr", Quality: rostrum.FullSound, Channels: 2, Playlist: "sound-floor.m3u8",
		Stream: stream("mp4a.40.2", 48000, rostrum.Segment{Name: "s", Time: 288288, Bytes: 96096})}
	small := rostrum.Sound{Channel: rostrum.Floor, Language: "fr", Quality: rostrum.SmallSound, Channels: 1, Playlist: rostrum.AudioOnlyName,
		Stream: stream("mp4a.40.2", 24000, rostrum.Segment{Name: "t", Time: 144144, Bytes: 24024})}
	return &rostrum.Manifest{
		Rate: "30000/1001", Pictures: []rostrum.Picture{picture("360", 640, 360, false, 200200), picture("240", 426, 240, true, 50050)},
		Sounds:   []rostrum.Sound{sound, small},
		Captions: []rostrum.CaptionSlice{{Language: "ar", Playlist: "captions-ar.m3u8"}},
	}
}

func label(channel string, l rostrum.Language) string { return channel + string(l) }

func TestMaster(t *testing.T) {
	t.Parallel()
	whole := manifest()
	silent := manifest()
	silent.Sounds, silent.Captions = nil, nil
	heard := manifest()
	heard.Pictures, heard.Captions, heard.Sounds = nil, nil, heard.Sounds[:1]
	// A picture's peak: 200,200 bytes in 4.004 s are 400,000 bit/s, as its average is; the sound has 128,000.
	const head = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
	const floor = `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="floorfr",LANGUAGE="fr",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="sound-floor.m3u8"` + "\n"
	for name, c := range map[string]struct {
		m    *rostrum.Manifest
		want string
	}{
		"whole": {whole, head + floor +
			`#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="ar",LANGUAGE="ar",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="captions-ar.m3u8"` + "\n" +
			`#EXT-X-STREAM-INF:BANDWIDTH=528000,AVERAGE-BANDWIDTH=528000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO="sound",SUBTITLES="captions"` + "\npicture-360.m3u8\n" +
			`#EXT-X-STREAM-INF:BANDWIDTH=228000,AVERAGE-BANDWIDTH=228000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=426x240,FRAME-RATE=14.985,AUDIO="sound",SUBTITLES="captions"` + "\npicture-240.m3u8\n"},
		"without sound": {silent, head +
			`#EXT-X-STREAM-INF:BANDWIDTH=400000,AVERAGE-BANDWIDTH=400000,CODECS="avc1.64001e",RESOLUTION=640x360,FRAME-RATE=29.970` + "\npicture-360.m3u8\n" +
			`#EXT-X-STREAM-INF:BANDWIDTH=100000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64001e",RESOLUTION=426x240,FRAME-RATE=14.985` + "\npicture-240.m3u8\n"},
	} {
		if got := hls.Master(c.m, label); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
	if got := hls.Master(heard, label); !strings.Contains(got, `#EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2"`) {
		t.Errorf("sound alone:\n%s", got)
	}
}

func TestMedia(t *testing.T) {
	t.Parallel()
	s := stream("avc1.64001e", 30000, rostrum.Segment{Name: "a.m4s", Time: 1001, Bytes: 1}, rostrum.Segment{Name: "b.m4s", Time: 120120, Bytes: 1})
	want := "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n" +
		"#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:0.033367,\na.m4s\n#EXTINF:4.004000,\nb.m4s\n#EXT-X-ENDLIST\n"
	if got := hls.Media(&s); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	want = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:13\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:12.520000,\nc.vtt\n#EXT-X-ENDLIST\n"
	if got := hls.Captions("c.vtt", 12.52); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
