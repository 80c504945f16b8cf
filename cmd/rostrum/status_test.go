package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"rostrum"
)

func TestStatusTellsChannels(t *testing.T) {
	bundle := rostrum.SoundSource{Stream: 3, Channels: 8}
	s := &rostrum.Source{
		Sound: []rostrum.SoundSource{{Stream: 1, Channels: 2}, bundle},
		Files: []rostrum.SoundFile{{ID: "f1", Name: "spanish.wav", Sound: []rostrum.SoundSource{{Stream: 0, Channels: 1}}}},
		Channels: []rostrum.Channel{
			{Name: rostrum.Floor, Stream: 1},
			{Name: "fr", Stream: 3, Pick: []int{0}, Tail: 4 * time.Second, Offset: -120 * time.Millisecond},
			{Name: "ar", Stream: 3, Pick: []int{2, 3}, Tail: 2500 * time.Millisecond},
			{Name: "es", File: "f1", Stream: 0, Offset: 1234 * time.Millisecond},
		},
	}
	got := channels(s)
	want := []reportChannel{{"floor", "", "1", 0, 0}, {"fr", "", "2.1", -120, 4000}, {"ar", "", "2.3+4", 0, 2500}, {"es", "spanish.wav", "1", 1234, 0}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("channels are\n%+v, want\n%+v", got, want)
	}
	var lines []string
	for _, c := range got {
		lines = append(lines, c.String())
	}
	if want := []string{"floor    track 1", "fr       track 2.1, -120 ms, tail of 4 s", "ar       track 2.3+4, tail of 2.5 s", "es       track 1 of spanish.wav, +1234 ms"}; !reflect.DeepEqual(lines, want) {
		t.Errorf("it tells\n%q, want\n%q", lines, want)
	}
	if none := channels(&rostrum.Source{}); none == nil || len(none) > 0 {
		t.Errorf("without sound: %v", none)
	}
}

func TestStatusTellsQuality(t *testing.T) {
	q := &rostrum.Quality{Findings: []rostrum.Finding{
		{Check: "duration", Grade: rostrum.Green, Text: "All is there."},
		{Check: "loudness", Grade: rostrum.Yellow, Channel: "fr", Text: "It is 2 LU too quiet."},
		{Check: "sync", Grade: rostrum.Red, Text: "Sound is 80 ms late."},
	}}
	for _, c := range []struct {
		name string
		q    *rostrum.Quality
		want string
	}{
		{"none", nil, ""},
		{"empty", &rostrum.Quality{}, "      Quality: green\n"},
		{"yellow", &rostrum.Quality{Findings: q.Findings[:2]}, "      Quality: yellow\n        yellow (loudness, fr): It is 2 LU too quiet.\n"},
		{"red", q, "      Quality: red\n        yellow (loudness, fr): It is 2 LU too quiet.\n        red (sync): Sound is 80 ms late.\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var text strings.Builder
			quality(c.q).write(&text, false)
			if text.String() != c.want {
				t.Errorf("it tells\n%s, want\n%s", text.String(), c.want)
			}
		})
	}
	if r := quality(q); r.Grade != rostrum.Red || len(r.Findings) != 3 {
		t.Errorf("the document has %+v", r)
	}
}
