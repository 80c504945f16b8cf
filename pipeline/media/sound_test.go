package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
)

// onset decodes a file's sound and gives the time at which it first is loud.
func onset(t *testing.T, path string) float64 {
	t.Helper()
	var raw bytes.Buffer
	args := append([]string{"-copyts"}, media.Input(path)...)
	args = append(args, "-vn", "-af", "aresample=48000:async=1:first_pts=0", "-ac", "1", "-f", "s16le", media.Pipe(0))
	if err := tools(t).Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}}); err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < raw.Len(); i += 2 {
		if x := int16(binary.LittleEndian.Uint16(raw.Bytes()[i:])); x > 2000 || x < -2000 {
			return float64(i/2) / 48000
		}
	}
	t.Fatal("no sound")
	return 0
}

// encodeSound gives the local files of all qualities.
func encodeSound(t *testing.T, path string, s media.Sound, level media.Level) []string {
	t.Helper()
	args, err := s.EncodeArgs(path, level, media.Qualities())
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	var outputs []media.Consumer
	parts := make([]encoded, len(media.Qualities()))
	for i, q := range media.Qualities() {
		split := fmp4.Sound{Rate: q.Rate, Packet: q.Packet, Priming: q.Priming, Start: s.Rate.Samples(s.Span.In, q.Rate), Samples: s.Rate.Samples(s.Span.Len(), q.Rate)}
		outputs = append(outputs, func(r io.Reader) error {
			return split.Split(r, func(b []byte) error { parts[i].init = b; return nil }, func(g fmp4.Segment) error {
				parts[i].segments = append(parts[i].segments, g)
				return nil
			})
		})
	}
	if err := tools(t).Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: outputs}); err != nil {
		t.Fatal(err)
	}
	for i, p := range parts {
		if codecs, err := fmp4.Codecs(p.init); err != nil || codecs != []string{"mp4a.40.2", "mp4a.40.2", "opus"}[i] {
			t.Errorf("codecs of quality %d are %q, %v", i, codecs, err)
		}
		for n, g := range p.segments[:len(p.segments)-1] {
			if seconds := float64(g.Ticks) / float64(media.Qualities()[i].Rate); math.Abs(seconds-4) > 0.03 {
				t.Errorf("segment %d of quality %d lasts %.3f s", n, i, seconds)
			}
		}
		files = append(files, join(t, 0, p.init, p.segments))
	}
	return files
}

func TestSoundAndPictureStayTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		args       []string
	}{
		{"MP4", "a.mp4", nil},
		{"transport stream", "a.ts", []string{"-f", "mpegts"}},
		{"sound begins late", "a.mkv", []string{"-af", "atrim=start=1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tools := tools(t)
			args := append([]string{"-map", "0:v", "-map", "1:a"}, x264("-c:a", "aac")...)
			path := stretch(t, "25", 0, 220, c.file, "sine=1000:r=48000:d=3,volume=12dB,adelay=6000", 9, append(args, c.args...)...)
			facts, err := tools.Probe(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			// Picture 150 and the beep begin at 6 s; the cut begins 73 frames before.
			span := rostrum.Span{In: 77, Out: 217}
			s := media.Sound{Source: facts.Source, Stream: facts.Source.Sound[0], Rate: facts.Rate, Span: span}
			measured, err := tools.Measure(t.Context(), path, s, nil)
			if err != nil {
				t.Fatal(err)
			}
			level := media.LevelFor(measured.Loudness, -23, -1)
			sounds := encodeSound(t, path, s, level)
			rungs := []rostrum.Rung{{Name: "192", Width: 320, Height: 192, CRF: 24, MaxKbit: 900}}
			pictures, err := encode(t.Context(), tools, path, media.Pictures{Source: facts.Source, Rate: facts.Rate, Span: span, Rungs: rungs, SegmentFrames: 100})
			if err != nil {
				t.Fatal(err)
			}
			video := join(t, media.Ticks(facts.Rate), pictures[0].init, pictures[0].segments)
			for _, sound := range sounds {
				out := filepath.Join(t.TempDir(), "out.mp4")
				if err := tools.Mux(t.Context(), media.Take{Picture: video, Sound: sound, Out: out, Meta: media.Meta{Title: "Opening remarks"}}); err != nil {
					t.Fatal(err)
				}
				if got, want := numbers(t, out), count(77, 217, 1, same); !slices.Equal(got, want) {
					t.Errorf("shows %v", got)
				}
				made, err := tools.Probe(t.Context(), out)
				if err != nil || made.Source.Video.Begin != "0.000000000" || made.Source.Video.Offset != "0.000000000" {
					t.Errorf("download begins at %+v, %v", made.Source.Video, err)
				}
				if got, want := onset(t, out), 73.0/25; math.Abs(got-want) > 0.010 {
					t.Errorf("beep at %.4f s, picture at %.4f s", got, want)
				}
				if n, err := fmp4.Count(out); err != nil || n.Pictures != 140 || n.Packets == 0 {
					t.Errorf("verify: %+v, %v", n, err)
				}
			}
			after, err := tools.MeasureFile(t.Context(), sounds[0])
			if err != nil || math.Abs(after.Integrated+23) > 0.5 || after.TruePeak > -1 {
				t.Errorf("from %+v by %+v to %+v, %v", measured, level, after, err)
			}
			survey, err := tools.SurveySound(t.Context(), path, s, "")
			if err != nil || len(survey.Silences) != 1 || survey.Silences[0].In != 77 || survey.Silences[0].Out < 149 || survey.Silences[0].Out > 151 {
				t.Errorf("silences %v, %v", survey.Silences, err)
			}
			if len(survey.Peaks) != 560 || len(survey.Loudness) != 6 || survey.Loudness[5] < -30 {
				t.Errorf("%d peaks, loudness %v", len(survey.Peaks), survey.Loudness)
			}
		})
	}
}

func TestStills(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	path := film(t, "25", 600, "a.mp4", x264()...)
	facts, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	sheets := 0
	sheet := func(_ int, b []byte) error {
		sheets++
		if !bytes.HasPrefix(b, []byte{0xFF, 0xD8}) {
			return errors.New("no JPEG")
		}
		return nil
	}
	stills, err := tools.SurveyPictures(t.Context(), path, facts.Source, facts.Rate, sheet)
	if err != nil || sheets != 1 {
		t.Fatalf("%d sheets, %v", sheets, err)
	}
	var at []rostrum.Frame
	for _, s := range stills.Stills {
		at = append(at, s.Frame)
		if s.Brightness < 20 || s.Contrast < 1 {
			t.Errorf("%+v", s)
		}
	}
	if !slices.Equal(at, []rostrum.Frame{0, 250, 500}) || stills.Height != 96 {
		t.Errorf("stills at %v, height %d", at, stills.Height)
	}
	large, small, err := tools.Poster(t.Context(), path, facts.Source, facts.Rate, 599)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "poster.jpg")
	if err := os.WriteFile(name, large, 0o600); err != nil {
		t.Fatal(err)
	}
	if len(small) == 0 {
		t.Error("no small poster")
	}
}

func TestProbeRefuses(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	whole, err := os.ReadFile(film(t, "25", 10, "a.mp4", x264()...))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, content, says string }{
		{"empty", "", "empty"},
		{"text", "These are the minutes of the meeting.", "not a recording"},
		{"cut off", string(whole[:len(whole)-900]), "index"},
		{"playlist", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "not a recording"},
		{"script", "ffconcat version 1.0\nfile /etc/passwd\n", "not a recording"},
	} {
		path := filepath.Join(t.TempDir(), "upload.mp4")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := tools.Probe(t.Context(), path)
		if message := rostrum.ErrorMessage(err); rostrum.ErrorCode(err) != rostrum.Invalid || !strings.Contains(message, c.says) || strings.Contains(message, path) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	endless := []string{"-re", "-f", "lavfi", "-i", "anullsrc", "-f", "s16le", media.Pipe(0)}
	ctx, cancel := context.WithCancel(t.Context())
	err := tools(t).Run(ctx, media.Job{Args: endless, Outputs: []media.Consumer{func(r io.Reader) error {
		_, err := io.ReadFull(r, make([]byte, 1000))
		cancel()
		return err
	}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	own := errors.New("disk full")
	err = tools(t).Run(t.Context(), media.Job{Args: endless, Outputs: []media.Consumer{func(r io.Reader) error { return own }}})
	if !errors.Is(err, own) {
		t.Errorf("consumer: %v", err)
	}
	err = tools(t).Run(t.Context(), media.Job{Args: endless, Outputs: []media.Consumer{media.To(io.Discard)}, Wall: 100 * time.Millisecond})
	if rostrum.ErrorCode(err) != rostrum.Unavailable {
		t.Errorf("limit: %v", err)
	}
}
