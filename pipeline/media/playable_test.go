package media_test

import (
	"testing"

	"rostrum"
	"rostrum/pipeline/media"
)

func TestPlayable(t *testing.T) {
	t.Parallel()
	h264 := rostrum.VideoSource{Codec: "h264", Width: 1920, Height: 1080, Pixels: "yuv420p", Kbit: 8000}
	vp9 := rostrum.VideoSource{Codec: "vp9", Width: 1280, Height: 720, Pixels: "yuv420p"}
	with := func(v rostrum.VideoSource, change func(*rostrum.VideoSource)) rostrum.VideoSource {
		change(&v)
		return v
	}
	for _, c := range []struct {
		name      string
		container string
		video     rostrum.VideoSource
		sound     []string
		want      bool
	}{
		{"what OBS writes", "mov", h264, []string{"aac", "aac"}, true},
		{"without sound", "mov", h264, nil, true},
		{"uncompressed sound of a recorder", "mov", h264, []string{"pcm_s24le"}, true},
		{"upright on a phone", "mov", with(h264, func(v *rostrum.VideoSource) { v.Turned = true }), []string{"aac"}, false},
		{"Dolby beside it", "mov", h264, []string{"aac", "ac3"}, false},
		{"H.265", "mov", with(h264, func(v *rostrum.VideoSource) { v.Codec = "hevc" }), nil, false},
		{"ProRes", "mov", with(h264, func(v *rostrum.VideoSource) { v.Codec, v.Pixels = "prores", "yuv422p10le" }), nil, false},
		{"4:2:2", "mov", with(h264, func(v *rostrum.VideoSource) { v.Pixels = "yuv422p" }), nil, false},
		{"10 bits", "mov", with(h264, func(v *rostrum.VideoSource) { v.Pixels = "yuv420p10le" }), nil, false},
		{"HLG", "mov", with(h264, func(v *rostrum.VideoSource) { v.Color.Transfer = "arib-std-b67" }), nil, false},
		{"interlaced", "mov", with(h264, func(v *rostrum.VideoSource) { v.Scan = rostrum.TopFirst }), nil, false},
		{"4K", "mov", with(h264, func(v *rostrum.VideoSource) { v.Width, v.Height = 3840, 2160 }), nil, false},
		{"50 Mbit/s of a camera", "mov", with(h264, func(v *rostrum.VideoSource) { v.Kbit = 50_000 }), nil, false},
		{"fragments", "mov", with(h264, func(v *rostrum.VideoSource) { v.Fragments = true }), []string{"aac"}, false},
		{"WebM", "matroska", vp9, []string{"opus"}, true},
		{"live WebM", "matroska", with(vp9, func(v *rostrum.VideoSource) { v.Unindexed = true }), []string{"opus"}, false},
		{"H.264 in Matroska", "matroska", h264, []string{"aac"}, false},
		{"AAC in Matroska", "matroska", vp9, []string{"aac"}, false},
		{"transport stream", "mpegts", h264, []string{"aac"}, false},
	} {
		s := rostrum.Source{Container: c.container, Video: &c.video}
		for _, codec := range c.sound {
			s.Sound = append(s.Sound, rostrum.SoundSource{Codec: codec})
		}
		if got := media.Playable(s); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if media.Playable(rostrum.Source{Container: "mov", Sound: []rostrum.SoundSource{{Codec: "aac"}}}) {
		t.Error("sound alone")
	}
}

// What the probe finds decides.
func TestPlayableFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		want bool
	}{
		{"a.mp4", x264("-pix_fmt", "yuv420p"), true},
		{"front.mp4", x264("-pix_fmt", "yuv420p", "-movflags", "+faststart"), true},
		{"a.mov", x264("-pix_fmt", "yuv420p"), true},
		{"fragments.mp4", x264("-pix_fmt", "yuv420p", "-movflags", "+empty_moov+frag_keyframe+default_base_moof"), false},
		{"fragments.mov", x264("-pix_fmt", "yuv420p", "-g", "10", "-movflags", "+frag_keyframe"), false},
		{"422.mp4", x264("-pix_fmt", "yuv422p"), false},
		{"a.mkv", x264("-pix_fmt", "yuv420p"), false},
	} {
		facts, err := tools(t).Probe(t.Context(), film(t, "25", 50, c.name, c.args...))
		if err != nil || media.Playable(facts.Source) != c.want || facts.Source.Video.Kbit <= 0 {
			t.Errorf("%s: %+v, %v", c.name, facts.Source.Video, err)
		}
	}
}
