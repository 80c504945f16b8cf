package rostrum_test

import (
	"fmt"
	"strings"
	"testing"

	"rostrum"
)

func TestLadder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width, height int
		want          string
	}{
		{3840, 2160, "1080=1920x1080 720=1280x720 480=854x480 360=640x360 240=426x240/2"},
		{1920, 1080, "1080=1920x1080 720=1280x720 480=854x480 360=640x360 240=426x240/2"},
		{1080, 1920, "1080=1080x1920 720=720x1280 480=480x854 360=360x640 240=240x426/2"},
		{1024, 576, "480=854x480 360=640x360 240=426x240/2"},
		{1280, 700, "720=1280x700 480=878x480 360=658x360 240=438x240/2"},
		{640, 360, "360=640x360 240=426x240/2"},
		{320, 240, "240=320x240"},
		{321, 181, "181=320x180"},
		{1, 1, "1=2x2"},
	} {
		var got []string
		for _, r := range rostrum.Ladder(c.width, c.height) {
			s := fmt.Sprintf("%s=%dx%d", r.Name, r.Width, r.Height)
			if r.HalfRate {
				s += "/2"
			}
			got = append(got, s)
			if r.Width%2 != 0 || r.Height%2 != 0 || r.MaxKbit <= 0 || r.CRF <= 0 {
				t.Errorf("%dx%d: %+v", c.width, c.height, r)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%dx%d: %s, want %s", c.width, c.height, s, c.want)
		}
	}
}

func TestLadderAV1(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width, height int
		want          string
	}{
		{1920, 1080, "480-av1=854x480 360-av1=640x360 240-av1=426x240/2"},
		{720, 1280, "480-av1=480x854 360-av1=360x640 240-av1=240x426/2"},
		{640, 400, "360-av1=576x360 240-av1=384x240/2"},
		{320, 240, "240-av1=320x240"},
		{320, 180, ""},
	} {
		var got []string
		for _, r := range rostrum.LadderAV1(c.width, c.height) {
			s := fmt.Sprintf("%s=%dx%d", r.Name, r.Width, r.Height)
			if r.HalfRate {
				s += "/2"
			}
			got = append(got, s)
			if r.Codec != rostrum.AV1 || r.MaxKbit <= 0 || r.CRF <= 0 || r.CRF > 63 {
				t.Errorf("%dx%d: %+v", c.width, c.height, r)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%dx%d: %s, want %s", c.width, c.height, s, c.want)
		}
	}
}

func TestRungPictures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		half   bool
		frames rostrum.Frame
		want   int
	}{{false, 7, 7}, {true, 7, 4}, {true, 8, 4}, {true, 1, 1}} {
		if got := (rostrum.Rung{HalfRate: c.half}).Pictures(c.frames); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}
