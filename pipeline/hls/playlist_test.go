package hls_test

import (
	"testing"

	"rostrum"
	"rostrum/pipeline/hls"
)

func stream(codecs string, clock int64, segments ...rostrum.Segment) rostrum.Stream {
	return rostrum.Stream{Codecs: codecs, Clock: clock, Init: "init.mp4", Segments: segments}
}

// Pieces that are not there are gaps, and keep their places.
func TestPreview(t *testing.T) {
	t.Parallel()
	pieces := []hls.Piece{
		{Segment: rostrum.Segment{Name: "seg-0.m4s", Time: 100000, Bytes: 9}},
		{Segment: rostrum.Segment{Name: "seg-1.m4s", Time: 100000}, Missing: true},
		{Segment: rostrum.Segment{Name: "seg-2.m4s", Time: 37000, Bytes: 9}},
	}
	want := "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n" +
		"#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4.000000,\nseg-0.m4s\n#EXT-X-GAP\n#EXTINF:4.000000,\nseg-1.m4s\n#EXTINF:1.480000,\nseg-2.m4s\n#EXT-X-ENDLIST\n"
	if got := hls.Preview("init.mp4", 25000, pieces); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
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
