package rostrum_test

import (
	"testing"
	"time"

	"rostrum"
)

// TestTimecodeRoundTrips takes every frame of eleven minutes and of the last minutes of a day to its label and back.
func TestTimecodeRoundTrips(t *testing.T) {
	t.Parallel()
	sixty := rostrum.Rate{Num: 60000, Den: 1001}
	for _, rate := range append(rostrum.TimelineRates(), sixty) {
		for _, drop := range []bool{false, true} {
			if drop && rate != rostrum.Rate2997 && rate != sixty {
				continue
			}
			day := rostrum.Frame(24 * 3600 * rate.Timebase())
			if drop {
				day -= rostrum.Frame(24 * 54 * 2 * rate.Timebase() / 30) // two labels in 54 minutes of each hour
			}
			minutes := rostrum.Frame(11 * 60 * rate.Timebase())
			for _, from := range []rostrum.Frame{0, day - minutes} {
				for n := from; n < from+minutes && n < day; n++ {
					label := rate.TimecodeOf(n, drop)
					back, err := rate.FrameOf(label)
					if err != nil || back != n {
						t.Fatalf("%s: frame %d is %s, which is frame %d, %v", rate, n, label, back, err)
					}
					if read, err := rostrum.ParseTimecode(label.String()); err != nil || read != label {
						t.Fatalf("%s is read as %s, %v", label, read, err)
					}
				}
			}
		}
	}
}

func TestDropFrame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		frame rostrum.Frame
		label string
	}{
		{1799, "00:00:59;29"}, {1800, "00:01:00;02"}, {17981, "00:09:59;29"}, {17982, "00:10:00;00"}, {107892, "01:00:00;00"},
	} {
		if got := rostrum.Rate2997.TimecodeOf(c.frame, true).String(); got != c.label {
			t.Errorf("frame %d is %s, want %s", c.frame, got, c.label)
		}
	}
	for _, c := range []struct {
		rate  rostrum.Rate
		label string
	}{
		{rostrum.Rate2997, "00:01:00;00"}, {rostrum.Rate2997, "00:01:00;01"}, {rostrum.Rate2997, "00:00:00:30"}, {rostrum.Rate25, "00:01:00;02"}, {rostrum.Rate25, "00:00:00:25"},
	} {
		label, err := rostrum.ParseTimecode(c.label)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := c.rate.FrameOf(label); rostrum.ErrorCode(err) != rostrum.Invalid {
			t.Errorf("%s at %s is frame %d, %v", c.label, c.rate, n, err)
		}
	}
}

func TestParseTimecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "10", "10:00:00", "10:00:00:", ":00:00:00", "10:60:00:00", "10:00:60:00", "48:00:00:00", "a:00:00:00", "-1:00:00:00", "10:00:00:0000", "1:2:3:4:5"} {
		if got, err := rostrum.ParseTimecode(s); rostrum.ErrorCode(err) != rostrum.Invalid {
			t.Errorf("%q is read as %s, %v", s, got, err)
		}
	}
}

func TestRateArithmetic(t *testing.T) {
	t.Parallel()
	if got := rostrum.Rate2997.Samples(30000, 48000); got != 48_048_000 {
		t.Errorf("samples %d", got)
	}
	if got := rostrum.Rate2997.Seconds(1, -1, 2); got != "0.016683333" {
		t.Errorf("seconds %s", got)
	}
	for _, rate := range rostrum.TimelineRates() {
		for n := rostrum.Frame(0); n < 12*3600*30; n += 997 {
			if back := rate.FrameAt(rate.Duration(n)); back != n {
				t.Fatalf("%s: frame %d comes back as %d", rate, n, back)
			}
		}
	}
	if d := rostrum.Rate25.Duration(25 * 3600); d != time.Hour {
		t.Errorf("duration %v", d)
	}
	for in, want := range map[string]string{"25": "25/1", "50/2": "25/1", "29.97": "30000/1001", "60000/2002": "30000/1001", "23.976": "24000/1001"} {
		if r, err := rostrum.ParseRate(in); err != nil || r.String() != want {
			t.Errorf("%s is read as %s, %v", in, r, err)
		}
	}
	for _, in := range []string{"", "0", "-25", "25/0", "fast", "25/1/1"} {
		if _, err := rostrum.ParseRate(in); rostrum.ErrorCode(err) != rostrum.Invalid {
			t.Errorf("%q: %v", in, err)
		}
	}
}
