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
	plain, language := takenIn(name, i, m) // name as it would be for the floor
	switch {
	case plain == rostrum.MP4Name, plain == rostrum.SmallMP4Name, ext == ".m4a", ext == ".opus", ext == ".vtt" && name != rostrum.StoryboardName, ext == ".srt":
	default:
		return ""
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
	if plain == rostrum.SmallMP4Name {
		words = append(words, "small")
	}
	ascii, full := []string{}, []string{}
	for n, word := range words {
		slug := rostrum.Slug(word)
		if n == 1 && slug == "" {
			slug = i.Slug // of a name in another script nothing is left
		}
		if n == 2 {
			slug = word // a tag keeps its capitals
		}
		ascii, full = append(ascii, slug), append(full, fileWord(word))
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
	return kind + `; filename="` + join(ascii) + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(join(full)), "+", "%20")
}

// takenIn parts a file's name into the one that the floor has, and the language that is in the file.
func takenIn(name string, i *rostrum.Intervention, m *rostrum.Manifest) (string, rostrum.Language) {
	for _, c := range m.Captions {
		if name == c.VTT || name == c.SRT {
			return name, c.Language
		}
	}
	for _, s := range m.Sounds {
		for _, plain := range []string{rostrum.MP4Name, rostrum.SmallMP4Name, rostrum.AudioName, rostrum.OpusName} {
			if s.Channel != rostrum.Floor && name == rostrum.NameIn(plain, s.Channel) {
				return plain, rostrum.Language(s.Channel)
			}
		}
	}
	return name, i.Language
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
