package page

import "rostrum"

// Download is a file to take away.
type Download struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

// Files are what can be taken away in one language. An empty Path is a file that there is not.
type Files struct {
	Large Download // MP4, the largest picture
	Small Download // MP4, a small picture
	Audio Download // M4A
	Opus  Download // the smallest
}

// first is the first of some files that there is.
func first(files ...Download) Download {
	for _, d := range files {
		if d.Path != "" {
			return d
		}
	}
	return Download{}
}

// simple is the file that the player falls back to when HLS fails.
func (f Files) simple() Download { return first(f.Small, f.Large, f.Audio, f.Opus) }

// A take is what can be taken away in one language, as the page lists it.
type take struct {
	Channel string
	Label   string
	Current bool // shown to begin with
	Rows    []takeRow
	Notice  *notice // nil for the original
}

type takeRow struct {
	Name string
	Form string
	Download
}

// takes lists the files, language by language, in each the smallest first: the reader pays by the
// megabyte. (Opus saves a little more than M4A and opens in fewer programs, so M4A leads.)
func (m Media) takes(l *Locale) []take {
	sounds := m.Sounds
	if len(sounds) == 0 {
		sounds = []Sound{{Channel: rostrum.Floor, Language: m.Language, Files: m.Files}}
	}
	var list []take
	current := 0
	for _, s := range sounds {
		t := take{Channel: s.Channel, Label: s.label(l), Notice: s.notice(l)}
		if t.Notice != nil {
			t.Label = l.LanguageName(rostrum.Language(s.Channel)) // what it is, the notice says
		}
		for _, r := range []takeRow{
			{l.Word("download.audio"), "M4A", s.Files.Audio}, {l.Word("download.opus"), "Opus", s.Files.Opus},
			{l.Word("download.small"), "MP4", s.Files.Small}, {l.Word("download.large"), "MP4", s.Files.Large},
		} {
			if r.Path != "" {
				t.Rows = append(t.Rows, r)
			}
		}
		if len(t.Rows) == 0 {
			continue
		}
		if s.Channel == m.Sound {
			current = len(list)
		}
		list = append(list, t)
	}
	if len(list) > 0 {
		list[current].Current = true
	}
	return list
}
