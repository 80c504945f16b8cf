package captions

import (
	"strings"
	"time"
)

// pause is the silence after which a transcript begins a new paragraph.
const pause = 2 * time.Second

// PlainText gives the words of a track as a transcript: one paragraph for each speaker's turn, with
// the name before it where the captions tell it, and a new one after a pause of two seconds.
// Paragraphs are parted by a blank line; the text ends without a line feed.
func PlainText(t Track) string {
	gap := " "
	switch t.Language.Base() {
	case "zh", "ja", "yue":
		gap = "" // written without spaces between words
	}
	var paragraphs []string
	var words []string
	speaker := ""
	close := func() {
		if len(words) > 0 {
			paragraphs = append(paragraphs, strings.Join(words, gap))
		}
		words = nil
	}
	for i, c := range t.Cues {
		if i > 0 && c.Start-t.Cues[i-1].End > pause {
			close()
		}
		for _, turn := range turnsOf(c.Text, "") {
			lines := strings.Split(turn.text, "\n")
			for k := range lines {
				lines[k] = strings.Join(strings.Fields(lines[k]), " ")
			}
			text := strings.TrimSpace(strings.Join(lines, gap))
			if text == "" {
				continue
			}
			if turn.speaker != speaker {
				close()
				speaker = turn.speaker
				if speaker != "" {
					text = speaker + ": " + text
				}
			}
			words = append(words, text)
		}
	}
	close()
	return strings.Join(paragraphs, "\n\n")
}

type turn struct{ speaker, text string }

// turnsOf parts the text of a caption by speaker.
func turnsOf(nodes []Node, speaker string) []turn {
	var out []turn
	add := func(more ...turn) {
		for _, t := range more {
			if n := len(out); n > 0 && out[n-1].speaker == t.speaker {
				out[n-1].text += t.text
			} else {
				out = append(out, t)
			}
		}
	}
	for _, n := range nodes {
		switch n.Kind {
		case Text:
			add(turn{speaker, n.Text})
		case Voice:
			add(turnsOf(n.Children, n.Name)...)
		case RubyText:
			add(turn{speaker, "(" + plain(n.Children) + ")"})
		default:
			add(turnsOf(n.Children, speaker)...)
		}
	}
	return out
}
