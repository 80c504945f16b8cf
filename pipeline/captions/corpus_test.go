package captions_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/asticode/go-astisub"

	"rostrum"
	. "rostrum/pipeline/captions"
)

// roundTrip checks that what was read is written and read again as the same.
func roundTrip(t *testing.T, track Track) {
	t.Helper()
	vtt := WriteVTT(track, VTTOptions{})
	again, notices, err := Parse(vtt, track.Language)
	if err != nil {
		t.Fatalf("own WebVTT: %v\n%s", err, vtt)
	}
	if !reflect.DeepEqual(again.Cues, track.Cues) {
		for i := range min(len(again.Cues), len(track.Cues)) {
			if !reflect.DeepEqual(again.Cues[i], track.Cues[i]) {
				t.Fatalf("cue %d\n got %+v\nfrom %+v", i, again.Cues[i], track.Cues[i])
			}
		}
		t.Fatalf("%d cues became %d (%v)\n%q", len(track.Cues), len(again.Cues), notices, vtt)
	}
	if len(track.Cues) == 0 {
		return
	}
	srt, _, err := Parse(WriteSRT(track), track.Language)
	if err != nil || len(srt.Cues) != len(track.Cues) {
		t.Fatalf("own SubRip: %d cues became %d: %v\n%q", len(track.Cues), len(srt.Cues), err, WriteSRT(track))
	}
}

func TestCorpus(t *testing.T) {
	corpus := os.Getenv("ROSTRUM_TEST_CORPUS")
	if corpus == "" {
		t.Skip("ROSTRUM_TEST_CORPUS does not name a folder of real files.")
	}
	files := 0
	err := filepath.WalkDir(filepath.Join(corpus, "subtitles"), func(path string, _ fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || ext != ".srt" && ext != ".vtt" {
			return err
		}
		files++
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lang := rostrum.Language("")
			if parts := strings.Split(filepath.Base(path), "."); len(parts) == 3 {
				lang, _ = rostrum.ParseLanguage(parts[1])
			}
			arrows := bytes.Count(bytes.ReplaceAll(data, []byte{0}, nil), []byte("-->"))
			track, notices, err := Parse(data, lang)
			if arrows == 0 && rostrum.ErrorCode(err) == rostrum.Invalid {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(notices) > 0 {
				t.Logf("%d cues, %d notices, first: %v", len(track.Cues), len(notices), notices[0])
			}
			if len(track.Cues) < arrows && len(notices) == 0 {
				t.Errorf("%d arrows, %d cues and no notice", arrows, len(track.Cues))
			}
			roundTrip(t, track)
			// An independent reader finds the same captions in what was written.
			for name, read := range map[string]func() (*astisub.Subtitles, error){
				"WebVTT": func() (*astisub.Subtitles, error) {
					return astisub.ReadFromWebVTT(bytes.NewReader(WriteVTT(track, VTTOptions{})))
				},
				"SubRip": func() (*astisub.Subtitles, error) { return astisub.ReadFromSRT(bytes.NewReader(WriteSRT(track))) },
			} {
				subs, err := read()
				if err != nil || len(subs.Items) != len(track.Cues) {
					t.Fatalf("%s: %v", name, err)
				}
				for i, item := range subs.Items {
					if item.StartAt != track.Cues[i].Start || item.EndAt != track.Cues[i].End {
						t.Errorf("%s cue %d: %v to %v", name, i, item.StartAt, item.EndAt)
					}
				}
			}
		})
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("%d files, %v", files, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"1\n00:00:01,000 --> 00:00:02,500\nHello <i>you</i>\n\n2\n00:00:03,000 --> 00:00:04,000\n{\\an8}top &amp; <x y=1>\n",
		"WEBVTT\n\nid\n00:01.000 --> 00:02.000 line:5%,end\n<v.a Bob &lt;>a<ruby>b<rt>c</rt></ruby></v>\n-\n\nmore\n\nNOTE x\n",
		"WEBVTT\n\n00:01.000 --> 00:01.000\n<lang EN><c.x>&#10;a &#32;\n&nbsp;\n<00:00:01.000>b",
		"\xFF\xFE1\x00\n\x00",
		"00:00:01,000 –> 00:00:02\r\r<v A><b>--> <i>&rlm;",
	} {
		f.Add([]byte(seed), "en")
		f.Add([]byte(seed), "ar")
	}
	f.Fuzz(func(t *testing.T, data []byte, lang string) {
		track, _, err := Parse(data, rostrum.Language(lang))
		if err != nil {
			if rostrum.ErrorCode(err) == rostrum.Internal {
				t.Fatalf("not a sentence for a person: %v", err)
			}
			return
		}
		for _, c := range track.Cues {
			if c.End <= c.Start || len(c.Text) == 0 {
				t.Fatalf("cue %+v", c)
			}
		}
		PlainText(track)
		Slice(track, 1e9, 5e9, SliceOptions{OneAtATime: true})
		roundTrip(t, track)
	})
}
