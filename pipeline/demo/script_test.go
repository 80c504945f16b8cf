package demo

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"rostrum"
)

func TestCaptionsFit(t *testing.T) {
	for _, s := range script() {
		for _, line := range s.said {
			for _, text := range []string{line.en, line.ar} {
				span := rostrum.Span{In: 100, Out: 250}
				cues := split(text, span)
				at := span.In
				var words []string
				for _, c := range cues {
					if c.In != at || c.Out <= c.In || len(c.lines) > linesACue {
						t.Errorf("%q: cue %v after frame %d", text, c, at)
					}
					for _, l := range c.lines {
						if utf8.RuneCountInString(l) > lineLength {
							t.Errorf("%q is longer than %d", l, lineLength)
						}
						words = append(words, strings.Fields(l)...)
					}
					at = c.Out
				}
				if at != span.Out || !slices.Equal(words, strings.Fields(text)) {
					t.Errorf("%q became %v", text, cues)
				}
			}
		}
	}
}

func TestMeetingFileNamesWhatTheSheetNames(t *testing.T) {
	text, err := meetingFile(script())
	if err != nil {
		t.Fatal(err)
	}
	var file importFile
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	meeting := file.Meetings[0]
	if err := rostrum.CheckSlug(meeting.Slug); err != nil {
		t.Error(err)
	}
	if _, err := rostrum.ParseDate(string(meeting.Date)); err != nil {
		t.Error(err)
	}
	all := []rostrum.Texts{meeting.Title}
	for _, a := range meeting.Agenda {
		all = append(all, a.Title)
	}
	for _, p := range file.Topics {
		all = append(all, p.Title)
	}
	for _, texts := range all {
		for _, l := range []rostrum.Language{"en", "fr", "ar", "es", "ru", "zh"} {
			if texts[l] == "" {
				t.Errorf("%q has no %s", texts["en"], l)
			}
		}
	}
	for _, s := range script() {
		if !slices.ContainsFunc(meeting.Agenda, func(a rostrum.AgendaItem) bool { return a.Number == s.item }) {
			t.Errorf("agenda item %s is missing", s.item)
		}
		for _, slug := range s.topics {
			if !slices.ContainsFunc(file.Topics, func(p rostrum.Topic) bool { return p.Slug == slug }) {
				t.Errorf("topic %s is missing", slug)
			}
		}
		if !slices.ContainsFunc(file.Organisations, func(o rostrum.Organisation) bool { return o.Name["en"] == s.organisation }) {
			t.Errorf("organisation %s is missing", s.organisation)
		}
		if rostrum.CheckSlug(s.slug) != nil || rostrum.Slug(s.name) != s.slug {
			t.Errorf("%s has the slug %s", s.name, s.slug)
		}
	}
}

func TestRelayLagsAndNeverOverlaps(t *testing.T) {
	voice := func(n int) utterance {
		u := utterance{levels: make([]float64, n), end: rostrum.Frame(n)}
		return u
	}
	spoken := []placed{{voice(50), 100}, {voice(120), 158}}
	got := relay(spoken, []utterance{voice(60), voice(40), voice(30), voice(30)})
	want := []rostrum.Frame{150, 210, 250, 303}
	for i, p := range got {
		if p.at != want[i] {
			t.Errorf("piece %d begins at %d, want %d", i, p.at, want[i])
		}
	}
}

func TestInFilter(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"/tmp/a b.txt", "/tmp/a b.txt"},
		{"c:x", `c\\:x`},
		{"it's", `it\\\'s`},
		{"[a],b;", `\[a\]\,b\;`},
		{`\`, `\\\\`},
	} {
		if got := inFilter(c.value); got != c.want {
			t.Errorf("%q became %q, want %q", c.value, got, c.want)
		}
	}
}

func TestWAVRefused(t *testing.T) {
	good := append(wavHead(sampleRate, 4), 1, 2, 3, 4)
	if pcm, err := wavSamples(good); err != nil || len(pcm) != 4 {
		t.Fatalf("%v, %v", pcm, err)
	}
	for name, data := range map[string][]byte{
		"empty":       nil,
		"other":       []byte("OggS and so on, at length"),
		"other rate":  append(wavHead(8000, 4), 1, 2, 3, 4),
		"cut short":   good[:len(good)-1],
		"no data":     good[:36],
		"undescribed": append([]byte("RIFF\x00\x00\x00\x00WAVE"), good[36:]...),
	} {
		if pcm, err := wavSamples(data); err == nil {
			t.Errorf("%s: read as %d bytes of sound", name, len(pcm))
		}
	}
}

func TestClockAndMoment(t *testing.T) {
	if got := clock(25*3661 + 3); got != "1:01:01.12" {
		t.Error(got)
	}
	if got := moment(25*3661+3, ","); got != "01:01:01,120" {
		t.Error(got)
	}
	if got := label(4060); got != "10:02:42:10" {
		t.Error(got)
	}
}
