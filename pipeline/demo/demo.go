// Package demo makes a meeting to try the program with: a recording of three minutes in which four
// drawn, invented people speak with synthetic voices, its logging sheet, its captions, and the
// meeting's import file. Everything fits to the frame, because the speech is synthesised first and
// the meeting is laid out around it.
//
// The package draws by writing text: scripts that ffmpeg renders (its filters ass and flite, which
// Debian's and Ubuntu's builds have, and a font that fontconfig finds). It starts no process: Make is
// given the function that does. Making takes about 80 s of processor time, on two processors at
// once, and 260 MB on disk while it works; it leaves 80 MB.
package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"rostrum"
)

// Set names the files of a demo meeting.
type Set struct {
	Recording string // MOV: H.264 1280x720 at 25 frames a second, mono PCM tracks, timecode from 10:00:00:00
	Sheet     string // the logging sheet, CSV
	Meeting   string // the import file, JSON
	Captions  map[rostrum.Language]string
	Channels  []string // what the sound tracks carry, in the order of the streams: floor, fr, ar
}

// Make makes the demo meeting in dir, which must exist. It calls run for each run of ffmpeg, from
// up to two goroutines at once, and gives up at its first error, without retrying. All work is done in a folder of its own inside dir, which is
// removed at the end; finished files are then renamed into dir, the recording last, over older ones.
// So after an interruption no file is half there, and where the recording is, all the others are.
func Make(ctx context.Context, dir string, run func(context.Context, Step) error) (Set, error) {
	return produce(ctx, dir, script(), pace{opening: 75, between: 125}, run)
}

func produce(ctx context.Context, dir string, script []speech, p pace, run func(context.Context, Step) error) (Set, error) {
	// Scripts and lists name files, and must do so wherever run starts ffmpeg.
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Set{}, fmt.Errorf("finding the demo folder: %w", err)
	}
	work, err := os.MkdirTemp(dir, "making-")
	if err != nil {
		return Set{}, fmt.Errorf("making the demo's working folder: %w", err)
	}
	defer os.RemoveAll(work) // a leftover is only untidy

	m := maker{dir: work, run: run}
	heard, err := m.synthesise(ctx, script)
	if err != nil {
		return Set{}, err
	}
	t := lay(script, heard, p)
	made, err := m.film(ctx, t)
	if err != nil {
		return Set{}, err
	}
	if err := m.documents(t, script, &made); err != nil {
		return Set{}, err
	}
	return made.into(dir)
}

// maker makes files in one working folder.
type maker struct {
	dir string
	run func(context.Context, Step) error
}

func (m maker) path(format string, args ...any) string {
	return filepath.Join(m.dir, fmt.Sprintf(format, args...))
}

func (m maker) write(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("writing a file of the demo: %w", err)
	}
	return nil
}

// all runs steps that do not need each other, two at a time, and gives the first error.
func (m maker) all(ctx context.Context, steps []Step) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan Step)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for s := range queue {
				if ctx.Err() != nil {
					continue
				}
				if err := m.run(ctx, s); err != nil {
					cancel(fmt.Errorf("making the demo's %s: %w", s.Name, err))
				}
			}
		})
	}
	for _, s := range steps {
		queue <- s
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}

// synthesise speaks every sentence, and the booths' stand-ins for it, and measures what came out.
func (m maker) synthesise(ctx context.Context, script []speech) ([]sounds, error) {
	var steps []Step
	var failed error
	say := func(text string, v voice) string {
		name := m.path("speech-%03d", len(steps))
		failed = errors.Join(failed, m.write(name+".txt", text))
		steps = append(steps, speak(name+".txt", name+".wav", v))
		return name + ".wav"
	}
	type files struct {
		floor  []string
		booths map[string][]string
	}
	spoken := make([]files, len(script))
	for i, s := range script {
		spoken[i].booths = map[string][]string{}
		for _, line := range s.said {
			spoken[i].floor = append(spoken[i].floor, say(line.en, s.voice))
		}
		for _, b := range booths() {
			if !s.booths[b.language] {
				continue
			}
			var said []string
			for _, text := range standIn(b, s) {
				said = append(said, say(text, b.voice))
			}
			spoken[i].booths[b.language] = said
		}
	}
	if failed != nil {
		return nil, failed
	}
	if err := m.all(ctx, steps); err != nil {
		return nil, err
	}
	listen := func(names []string) []utterance {
		var out []utterance
		for _, n := range names {
			u, err := hear(n)
			failed = errors.Join(failed, err)
			out = append(out, u)
		}
		return out
	}
	heard := make([]sounds, len(script))
	for i, s := range spoken {
		heard[i] = sounds{floor: listen(s.floor), booths: map[string][]utterance{}}
		for b, names := range s.booths {
			heard[i].booths[b] = listen(names)
		}
	}
	return heard, failed
}

// film renders the pictures and the sound, and joins them into the recording.
func (m maker) film(ctx context.Context, t timeline) (Set, error) {
	var stills, rest []Step
	list := "ffconcat version 1.0\n"
	add := func(background string, moving *drawing, s rostrum.Span) error {
		n := len(rest)
		if err := m.write(m.path("shot-%02d.ass", n), moving.String()); err != nil {
			return err
		}
		rest = append(rest, shot(background, m.path("shot-%02d.ass", n), m.path("shot-%02d.mp4", n), int64(s.Len())))
		list += fmt.Sprintf("file shot-%02d.mp4\n", n)
		return nil
	}
	paint := func(name string, d *drawing) (string, error) {
		stills = append(stills, still(m.path("%s.ass", name), m.path("%s.png", name)))
		return m.path("%s.png", name), m.write(m.path("%s.ass", name), d.String())
	}
	hall, err := paint("room", room())
	if err != nil {
		return Set{}, err
	}
	for i, s := range t.rooms {
		if err := add(hall, roomShot(t, s), s); err != nil {
			return Set{}, err
		}
		if i == len(t.turns) {
			break
		}
		studio, err := paint(fmt.Sprintf("studio-%d", i), t.turns[i].set.background())
		if err != nil {
			return Set{}, err
		}
		if err := add(studio, speakerShot(t.turns[i], i), t.turns[i].Span); err != nil {
			return Set{}, err
		}
	}
	if err := m.write(m.path("shots.txt"), list); err != nil {
		return Set{}, err
	}

	made := Set{Recording: m.path("recording.mov")}
	var tracks []track
	channel := func(id, name, tag string, parts []part) {
		file := m.path("track-%s.wav", id)
		rest = append(rest, mix(name, parts, t, id == rostrum.Floor, file))
		tracks = append(tracks, track{file, name, tag})
		made.Channels = append(made.Channels, id)
	}
	var floor []part
	for _, u := range t.turns {
		for _, p := range u.spoken {
			floor = append(floor, part{p, u.level - u.voiced})
		}
	}
	channel(rostrum.Floor, "Floor", "eng", floor)
	for _, b := range booths() {
		var said []part
		for _, u := range t.turns {
			for _, p := range u.relayed[b.language] {
				said = append(said, part{p, boothLevel - loudness([]utterance{p.utterance})})
			}
		}
		channel(b.language, b.name, b.tag, said)
	}
	for _, steps := range [][]Step{stills, rest, {record(m.path("shots.txt"), tracks, made.Recording)}} {
		if err := m.all(ctx, steps); err != nil {
			return Set{}, err
		}
	}
	return made, nil
}

// documents writes the sheet, the captions and the import file.
func (m maker) documents(t timeline, script []speech, made *Set) error {
	meeting, err := meetingFile(script)
	if err != nil {
		return fmt.Errorf("writing the demo's import file: %w", err)
	}
	made.Sheet, made.Meeting = m.path("logging-sheet.csv"), m.path("meeting.json")
	// One of each of the two forms that people bring.
	made.Captions = map[rostrum.Language]string{"en": m.path("captions-en.srt"), "ar": m.path("captions-ar.vtt")}
	return errors.Join(
		m.write(made.Sheet, loggingSheet(t)),
		m.write(made.Meeting, meeting),
		m.write(made.Captions["en"], srt(captionsOf(t, func(s sentence) string { return s.en }))),
		m.write(made.Captions["ar"], vtt(captionsOf(t, func(s sentence) string { return s.ar }))),
	)
}

// into moves the finished files into dir and gives their places there.
func (s Set) into(dir string) (Set, error) {
	var failed error
	move := func(from string) string {
		to := filepath.Join(dir, filepath.Base(from))
		if err := os.Rename(from, to); err != nil {
			failed = errors.Join(failed, fmt.Errorf("putting the demo's files into place: %w", err))
		}
		return to
	}
	s.Sheet, s.Meeting = move(s.Sheet), move(s.Meeting)
	for l, file := range s.Captions {
		s.Captions[l] = move(file)
	}
	if failed == nil {
		s.Recording = move(s.Recording)
	}
	return s, failed
}
