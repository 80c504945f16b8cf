package media_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// filmed is a MOV of so many pictures at the rate that begins at the timecode, with a stereo track.
func filmed(rate rostrum.Rate, pictures rostrum.Frame, start string) media.Facts {
	f := media.Facts{Rate: rate, Source: rostrum.Source{Container: "mov", Duration: rate.Duration(pictures), Start: start,
		Video: &rostrum.VideoSource{Codec: "prores", Width: 1920, Height: 1080},
		Sound: []rostrum.SoundSource{{Stream: 1, Codec: "pcm_s24le", Rate: 48000, Channels: 2}}}}
	if rate.Timebase() > 30 {
		f.Rate.Num, f.Source.Video.Halved = rate.Num/2, true
	}
	return f
}

func TestGapsFromTimecodes(t *testing.T) {
	t.Parallel()
	fifty, sixty := rostrum.Rate{Num: 50, Den: 1}, rostrum.Rate{Num: 60000, Den: 1001}
	of := func(rate rostrum.Rate, pictures rostrum.Frame, starts ...string) (all []media.Facts) {
		for _, s := range starts {
			all = append(all, filmed(rate, pictures, s))
		}
		return all
	}
	in := func(container string, facts []media.Facts) []media.Facts {
		for i := range facts {
			facts[i].Source.Container = container
		}
		return facts
	}
	for _, c := range []struct {
		name   string
		facts  []media.Facts
		order  []int // nil for the order given
		gaps   []rostrum.Frame
		at     rostrum.Rate // of the gaps
		notice string
		says   string // in the refusal
	}{
		{"one file", of(rostrum.Rate25, 100, "10:00:00:00"), nil, []rostrum.Frame{0}, rostrum.Rate25, "", ""},
		{"no timecode", of(rostrum.Rate25, 100, "", ""), nil, []rostrum.Frame{0, 0}, rostrum.Rate25, "", ""},
		{"one has none", of(rostrum.Rate25, 100, "10:00:00:00", ""), nil, []rostrum.Frame{0, 0}, rostrum.Rate25, "don't tell", ""},
		{"the clock begins again", of(rostrum.Rate25, 100, "00:00:00:00", "00:00:00:00", "00:00:00:00"), nil, []rostrum.Frame{0, 0, 0}, rostrum.Rate25, "don't tell", ""},
		{"no gap", of(rostrum.Rate25, 100, "10:00:00:00", "10:00:04:00"), nil, []rostrum.Frame{0, 0}, rostrum.Rate25, "", ""},
		{"a gap of one picture", of(rostrum.Rate25, 100, "10:00:00:00", "10:00:04:01"), nil, []rostrum.Frame{0, 1}, rostrum.Rate25, "0.04 seconds are missing", ""},
		{"a gap", of(rostrum.Rate25, 100, "10:00:00:00", "10:01:07:05", "10:01:11:05"), nil, []rostrum.Frame{0, 1580, 0}, rostrum.Rate25, "Between file 1 and file 2, 1:03 minutes", ""},
		{"over midnight", of(rostrum.Rate25, 100, "23:59:58:00", "00:00:02:10"), nil, []rostrum.Frame{0, 10}, rostrum.Rate25, "0.40 seconds", ""},
		{"over midnight, 29.97 that drops", of(rostrum.Rate2997, 60, "23:59:59;00", "00:00:01;00"), nil, []rostrum.Frame{0, 0}, rostrum.Rate2997, "", ""},
		{"over midnight, 29.97 that does not drop", of(rostrum.Rate2997, 60, "23:59:59:00", "00:00:01:00"), nil, []rostrum.Frame{0, 0}, rostrum.Rate2997, "", ""},
		{"over a minute that drops two labels", of(rostrum.Rate2997, 60, "10:00:59;00", "10:01:01;02"), nil, []rostrum.Frame{0, 0}, rostrum.Rate2997, "", ""},
		{"over a tenth minute, that drops none", of(rostrum.Rate2997, 60, "10:09:59;00", "10:10:01;00"), nil, []rostrum.Frame{0, 0}, rostrum.Rate2997, "", ""},
		{"drop and non-drop", of(rostrum.Rate2997, 60, "10:00:59;00", "10:01:01:02"), nil, []rostrum.Frame{0, 0}, rostrum.Rate2997, "don't tell", ""},
		{"59.94 that drops", of(sixty, 120, "10:00:59;00", "10:01:01;05"), nil, []rostrum.Frame{0, 1}, sixty, "0.02 seconds", ""},
		{"50, every picture counted", of(fifty, 101, "10:00:00:00", "10:00:02:02"), nil, []rostrum.Frame{0, 1}, fifty, "0.02 seconds", ""},
		{"50, every second picture counted", of(fifty, 130, "10:00:00:00", "10:00:02:15", "10:00:05:05"), nil, []rostrum.Frame{0, 0, 0}, fifty, "", ""},
		{"another order", of(rostrum.Rate25, 100, "10:00:08:00", "10:00:00:00", "10:00:04:00"), []int{1, 2, 0}, []rostrum.Frame{0, 0, 0}, rostrum.Rate25, "order of their timecodes", ""},
		{"another order over midnight", of(rostrum.Rate25, 100, "00:00:00:12", "23:59:52:12", "23:59:56:12"), []int{1, 2, 0}, []rostrum.Frame{0, 0, 0}, rostrum.Rate25, "order of their timecodes", ""},
		{"an overlap", of(rostrum.Rate25, 100, "10:00:00:00", "10:00:03:00"), nil, nil, rostrum.Rate25, "", "File 2 begins at 10:00:03:00, 1.00 seconds before file 1 ends"},
		{"an overlap of one picture", of(rostrum.Rate25, 100, "10:00:00:00", "10:00:03:24"), nil, nil, rostrum.Rate25, "", "0.04 seconds before"},
		{"the same file twice", of(rostrum.Rate25, 100, "10:00:00:00", "10:00:04:00", "10:00:04:00"), nil, nil, rostrum.Rate25, "", "give each part once"},
		{"another session", of(rostrum.Rate25, 100, "10:00:00:00", "14:00:00:00"), nil, nil, rostrum.Rate25, "", "3:59:56 hours after file 1 ends"},
		{"a length that is uncertain", in("matroska", of(rostrum.Rate25, 100, "10:00:00:00", "10:00:03:23")), nil, []rostrum.Frame{0, 0}, rostrum.Rate25, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			order, moved := media.OrderParts(c.facts)
			want := c.order
			if want == nil {
				want = count(0, len(c.facts), 1, same)
			}
			if !slices.Equal(order, want) {
				t.Fatalf("order %v, want %v", order, want)
			}
			var facts []media.Facts
			for _, i := range order {
				facts = append(facts, c.facts[i])
			}
			gaps, notices, err := media.CheckParts(facts)
			if c.says != "" {
				if rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(rostrum.ErrorMessage(err), c.says) {
					t.Errorf("%v, want a refusal with %q", err, c.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var wantGaps []time.Duration
			for _, n := range c.gaps {
				wantGaps = append(wantGaps, c.at.Duration(n))
			}
			if !slices.Equal(gaps, wantGaps) {
				t.Errorf("gaps %v, want %v", gaps, wantGaps)
			}
			if all := strings.Join(append(notices, moved), " "); !strings.Contains(all, c.notice) || (c.notice == "") != (strings.TrimSpace(all) == "") {
				t.Errorf("notices %q, want %q", all, c.notice)
			}
		})
	}
}

func TestPartsMustAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		says   string
		change func(*media.Facts)
	}{
		{"coded as h264, not as prores", func(f *media.Facts) { f.Source.Video.Codec = "h264" }},
		{"1280×720, not 1920×1080", func(f *media.Facts) { f.Source.Video.Width, f.Source.Video.Height = 1280, 720 }},
		{"it has 29.97 pictures a second, not 25", func(f *media.Facts) { f.Rate = rostrum.Rate2997 }},
		{"it has 50 pictures a second, not 25", func(f *media.Facts) { f.Source.Video.Halved = true }},
		{"only one of them has a picture", func(f *media.Facts) { f.Source.Video = nil }},
		{"it has 0 sound tracks, not 1 sound track", func(f *media.Facts) { f.Source.Sound = nil }},
		{"sound track 1 is coded as aac", func(f *media.Facts) { f.Source.Sound[0].Codec = "aac" }},
		{"sound track 1 has 44100 samples a second", func(f *media.Facts) { f.Source.Sound[0].Rate = 44100 }},
		{"sound track 1 has 1 channel, not 2 channels", func(f *media.Facts) { f.Source.Sound[0].Channels = 1 }},
	} {
		facts := []media.Facts{filmed(rostrum.Rate25, 100, ""), filmed(rostrum.Rate25, 100, ""), filmed(rostrum.Rate25, 100, "")}
		c.change(&facts[2])
		_, _, err := media.CheckParts(facts)
		if m := rostrum.ErrorMessage(err); rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(m, c.says) || !strings.HasPrefix(m, "File 3 ") {
			t.Errorf("%q, want %q", m, c.says)
		}
	}
}
