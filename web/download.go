package web

import (
	"net/url"
	"path"
	"strings"
	"unicode"

	"rostrum"
)

// disposition names a file that people take away: after the meeting, the speaker and the language,
// instead of "video.mp4". Other files have none.
func disposition(name string, i *rostrum.Intervention, m *rostrum.Manifest, take bool) string {
	ext := path.Ext(name)
	switch {
	case name == rostrum.MP4Name, name == rostrum.SmallMP4Name, ext == ".m4a", ext == ".vtt" && name != rostrum.StoryboardName, ext == ".srt":
	default:
		return ""
	}
	language := i.Language
	for _, c := range m.Captions {
		if name == c.VTT || name == c.SRT {
			language = c.Language
		}
	}
	kind := "inline"
	if take {
		kind = "attachment"
	}
	who := i.Speaker
	if who == "" {
		who = i.Title
	}
	words := []string{i.MeetingSlug, who, string(language)}
	if name == rostrum.SmallMP4Name {
		words = append(words, "small")
	}
	plain, full := []string{}, []string{}
	for n, word := range words {
		ascii := rostrum.Slug(word)
		if n == 1 && ascii == "" {
			ascii = i.Slug // of a name in another script nothing is left
		}
		if n == 2 {
			ascii = word // a tag keeps its capitals
		}
		plain, full = append(plain, ascii), append(full, fileWord(word))
	}
	join := func(words []string) string {
		kept := []string{}
		for _, w := range words {
			if w != "" {
				kept = append(kept, w)
			}
		}
		return strings.Join(kept, "-") + ext
	}
	// The first is for old browsers, the second (RFC 8187) for all others.
	return kind + `; filename="` + join(plain) + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(join(full)), "+", "%20")
}

// fileWord is s with only what every file system can have in a name.
func fileWord(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '-':
			return r
		}
		return ' '
	}, s)
	s = strings.Join(strings.Fields(s), "-")
	if r := []rune(s); len(r) > 60 {
		s = strings.Trim(string(r[:60]), "-")
	}
	return s
}
