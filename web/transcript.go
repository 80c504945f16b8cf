package web

import (
	"context"
	"io"
	"net/http"
	"strings"

	"rostrum"
	"rostrum/pipeline/captions"
	"rostrum/web/page"
)

// transcript is what was said, from the captions in the language that ?text= asks for, else in the
// one of the speaker, of the interface, English, or any. Without readable captions it is empty: a
// damaged file must not cost the page.
func (s *server) transcript(r *http.Request, i *rostrum.Intervention, m *rostrum.Manifest, ui rostrum.Language) page.Transcript {
	n := bestCaptions(m.Captions, rostrum.Language(r.URL.Query().Get("text")), i.Language, ui, "en")
	if n < 0 {
		return page.Transcript{}
	}
	t := page.Transcript{Language: m.Captions[n].Language}
	for k, c := range m.Captions {
		if k != n {
			t.Others = append(t.Others, c.Language)
		}
	}
	track, err := s.readCaptions(r.Context(), m, m.Captions[n])
	if err != nil {
		s.Logger.Error("transcript left out", "intervention", i.ID, "language", t.Language, "error", err)
		return t
	}
	for _, cue := range track.Cues {
		for _, line := range linesOf(cue.Text, "", "") {
			line.Start = cue.Start
			if line.Language.Base() == t.Language.Base() {
				line.Language = ""
			}
			t.Lines = append(t.Lines, line)
		}
	}
	return t
}

// bestCaptions is the place of the first wanted language, by its tag or its base, else 0; -1 when
// there are none.
func bestCaptions(have []rostrum.CaptionSlice, want ...rostrum.Language) int {
	for _, w := range want {
		if w == "" {
			continue
		}
		for _, same := range []func(rostrum.Language) bool{
			func(l rostrum.Language) bool { return l == w },
			func(l rostrum.Language) bool { return l.Base() == w.Base() },
		} {
			for n, c := range have {
				if same(c.Language) {
					return n
				}
			}
		}
	}
	if len(have) == 0 {
		return -1
	}
	return 0
}

func (s *server) readCaptions(ctx context.Context, m *rostrum.Manifest, c rostrum.CaptionSlice) (captions.Track, error) {
	o, err := s.Store.Open(ctx, m.Files[c.VTT].Key)
	if err != nil {
		return captions.Track{}, err
	}
	defer o.Close()
	data, err := io.ReadAll(io.LimitReader(o, captions.MaxBytes+1))
	if err != nil {
		return captions.Track{}, err
	}
	track, _, err := captions.Parse(data, c.Language)
	return track, err
}

// linesOf parts a caption where the speaker or the language changes.
func linesOf(nodes []captions.Node, speaker string, l rostrum.Language) []page.Line {
	var lines []page.Line
	add := func(more ...page.Line) {
		for _, x := range more {
			if n := len(lines); n > 0 && lines[n-1].Speaker == x.Speaker && lines[n-1].Language == x.Language {
				lines[n-1].Text += x.Text
			} else {
				lines = append(lines, x)
			}
		}
	}
	for _, n := range nodes {
		switch n.Kind {
		case captions.Text:
			add(page.Line{Speaker: speaker, Language: l, Text: strings.ReplaceAll(n.Text, "\n", " ")})
		case captions.Voice:
			add(linesOf(n.Children, n.Name, l)...)
		case captions.Lang:
			add(linesOf(n.Children, speaker, rostrum.Language(n.Name))...)
		case captions.RubyText: // how the characters before it are read: not part of what was said
		default:
			add(linesOf(n.Children, speaker, l)...)
		}
	}
	return lines
}
