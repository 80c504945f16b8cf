package main

import "testing"

// What is not said of a channel is not changed: hum and noise are apart.
func TestSoundChangeSaysOnlyWhatIsSaid(t *testing.T) {
	t.Parallel()
	fifty, no := 50, false
	for _, c := range []struct {
		command    soundCommand
		hum, noise bool // said
	}{
		{soundCommand{Channel: "fr", Hum: &fifty}, true, false},
		{soundCommand{Channel: "fr", Noise: &no}, false, true},
		{soundCommand{Channel: "fr", Hum: &fifty, Noise: &no}, true, true},
	} {
		change, err := c.command.change()
		if err != nil || (change.Hum != nil) != c.hum || (change.Noise != nil) != c.noise || change.Hum != nil && *change.Hum != 50 || change.Noise != nil && *change.Noise {
			t.Errorf("%+v, %v", change, err)
		}
	}
	if change, err := (&soundCommand{Channel: "fr"}).change(); err == nil {
		t.Errorf("nothing is said, and %+v changed", change)
	}
}
