package rostrum

import (
	"path"
	"slices"
	"strings"
)

// Bundle is the files that belong to one recording, by their names.
type Bundle struct {
	Stem  string // what the names have in common: "session-1"
	Files []BundleFile
}

// BundleFile is a file of a bundle and what its name says that it is for.
type BundleFile struct {
	Index    int // in the names that were given
	Kind     FileKind
	Language Language
}

// Endings of names. The lists decide only what a file is taken for at first; what is in it is found by reading. What they do not know
// is taken for a recording.
var (
	soundEndings   = []string{".wav", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".opus", ".wma"}
	captionEndings = []string{".srt", ".vtt"}
	sheetEndings   = []string{".csv", ".tsv", ".edl", ".txt", ".fcpxml", ".otio", ".ffmetadata", ".json", ".ale", ".xml"}
)

// Bundles groups files by their names: side files go with the recording of the same stem: x.mp4, x.csv, x.en.srt, x.fr.m4a. A sound
// file without a recording of its stem is a recording without picture; every recording is a bundle of its own. Files that go with
// nothing come as bundles without a recording, in the order of the names.
func Bundles(names []string) []Bundle {
	var all []Bundle
	at := map[string]int{}
	bundle := func(stem string) *Bundle {
		key := strings.ToLower(stem)
		i, ok := at[key]
		if !ok {
			i = len(all)
			at[key] = i
			all = append(all, Bundle{Stem: stem})
		}
		return &all[i]
	}
	kind := func(name string) FileKind {
		switch ending := strings.ToLower(path.Ext(name)); {
		case slices.Contains(captionEndings, ending):
			return CaptionFile
		case slices.Contains(sheetEndings, ending):
			return SheetFile
		case slices.Contains(soundEndings, ending):
			return SoundBesides
		}
		return RecordingFile // also what no list knows: the probe will say what it is
	}
	recordings := map[string]bool{}
	for i, name := range names {
		if kind(name) == RecordingFile {
			stem := strings.TrimSuffix(name, path.Ext(name))
			b := bundle(stem)
			if recordings[strings.ToLower(stem)] { // a second one of that name, as x.mp4 beside x.mov
				all = append(all, Bundle{Stem: name})
				b = &all[len(all)-1]
			}
			recordings[strings.ToLower(stem)] = true
			b.Files = append(b.Files, BundleFile{Index: i, Kind: RecordingFile})
		}
	}
	for i, name := range names {
		k := kind(name)
		if k == RecordingFile {
			continue
		}
		stem, language := strings.TrimSuffix(name, path.Ext(name)), Language("")
		if inner := strings.TrimPrefix(path.Ext(stem), "."); inner != "" && !recordings[strings.ToLower(stem)] {
			if inner == Floor && k == SoundBesides {
				language, stem = Floor, strings.TrimSuffix(stem, "."+inner)
			} else if l, err := ParseLanguage(inner); err == nil && len(inner) <= 12 {
				language, stem = l, strings.TrimSuffix(stem, "."+inner)
			}
		}
		if k == SoundBesides && !recordings[strings.ToLower(stem)] && language == "" {
			k = RecordingFile
			recordings[strings.ToLower(stem)] = true
		}
		b := bundle(stem)
		b.Files = append(b.Files, BundleFile{Index: i, Kind: k, Language: language})
	}
	return all
}
