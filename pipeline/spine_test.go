package pipeline_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/pipeline/captions"
	"rostrum/pipeline/fmp4/fmp4test"
	"rostrum/pipeline/media"
)

// seed makes the cuts; another one makes others.
const seed = 68

// source is a film whose picture n is shown by frame n/step of the timeline.
type source struct {
	film
	rate   rostrum.Rate
	frames rostrum.Frame
	step   int
	cuts   int
}

func (s source) shows(f rostrum.Frame) int { return int(f) * s.step }

// cues are captions of a second and a half, 2.5 s apart.
func cues() (srt string) {
	stamp := func(d time.Duration) string {
		return fmt.Sprintf("00:00:%02d,%03d", int(d.Seconds()), d.Milliseconds()%1000)
	}
	for i := range 8 {
		begin := cueBegin(i)
		srt += fmt.Sprintf("%d\n%s --> %s\ncaption %d\n\n", i+1, stamp(begin), stamp(begin+cueLength), i)
	}
	return srt
}

const cueLength = 1500 * time.Millisecond

func cueBegin(i int) time.Duration {
	return 337*time.Millisecond + time.Duration(i)*2500*time.Millisecond
}

// TestSpine takes recordings in, lets the queue make interventions of them, and plays what is published.
func TestSpine(t *testing.T) {
	t.Parallel()
	sources := []source{
		{film{"25", 507, "a.mp4", quiet, nil, 0, nil}, rostrum.Rate25, 507, 1, 7},
		{film{"30000/1001", 607, "b.mov", quiet, nil, 0, nil}, rostrum.Rate2997, 607, 1, 7},
		{film{"50", 1014, "c.mkv", quiet, nil, 0, nil}, rostrum.Rate25, 507, 2, 6},
	}
	w := open(t)
	made := make([][]byte, len(sources))
	var films sync.WaitGroup
	for i, s := range sources {
		films.Go(func() { made[i] = s.make(t) })
	}
	films.Wait()
	random := rand.New(rand.NewPCG(seed, seed))
	t.Logf("seed %d", seed)
	var receipts []*pipeline.Receipt
	for i, s := range sources {
		sheet := "in;out;title;speaker;language;consent\n"
		row := func(in, out rostrum.Frame, title string) {
			code := func(f rostrum.Frame) string { return s.rate.TimecodeOf(f, false).String() }
			sheet += fmt.Sprintf("%s;%s;%s;Ann Example;fr;public\n", code(in), code(out), title)
		}
		for n := range s.cuts {
			in := rostrum.Frame(random.Int64N(int64(s.frames) - 60))
			out := in + 40 + rostrum.Frame(random.Int64N(min(260, int64(s.frames-in-39))))
			row(in, out, fmt.Sprintf("Cut %d", n+1))
		}
		if i == 0 {
			row(130, 390, "To be cut anew")
		}
		in := incoming(s.name, made[i], sheet)
		in.Publish = true
		in.Captions = map[rostrum.Language]pipeline.SideFile{"fr": {Name: "fr.srt", Data: []byte(cues())}}
		receipt, err := w.Receive(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if r := receipt.Recording; r.Rate != s.rate || r.Source.Video.Halved != (s.step == 2) {
			t.Fatalf("timeline of %s, %+v", r.Rate, r.Source.Video)
		}
		receipts = append(receipts, receipt)
	}
	stop := w.work()
	for i, s := range sources {
		w.finished(receipts[i].Recording.ID)
		for _, x := range receipts[i].Interventions {
			t.Run(fmt.Sprintf("%s/%s %d-%d", s.name, x.Title, x.Span.In, x.Span.Out), func(t *testing.T) {
				w := &world{w.Pipeline, t, w.folder}
				m := w.published(x.ID)
				if m.Span != x.Span {
					t.Fatalf("made %+v of %+v", m.Span, x.Span)
				}
				w.picturesAreExact(m, s)
				w.soundIsWithPicture(m)
				w.soundIsLevel(m)
				w.captionsAreInTime(m)
				w.playlistsAreWhole(m)
			})
		}
	}
	stop()
	t.Run("cut anew", func(t *testing.T) {
		x := receipts[0].Interventions[slices.IndexFunc(receipts[0].Interventions, func(x *rostrum.Intervention) bool { return x.Title == "To be cut anew" })]
		(&world{w.Pipeline, t, w.folder}).cutAnew(x, sources[0])
	})
}

// frames gives the frames of the timeline that a rung shows of a span: each piece begins with its first.
func frames(g rostrum.Grid, s rostrum.Span, step rostrum.Frame) []rostrum.Frame {
	cut := g.Cut(s)
	pieces := []rostrum.Span{cut.Head}
	for i := cut.First; i < cut.End; i++ {
		pieces = append(pieces, g.Segment(i))
	}
	var all []rostrum.Frame
	for _, p := range append(pieces, cut.Tail) {
		for f := p.In; f < p.Out; f += step {
			all = append(all, f)
		}
	}
	return all
}

// picturesAreExact plays every rung and the download: each picture is the right one at the right time.
func (w *world) picturesAreExact(m *rostrum.Manifest, s source) {
	w.t.Helper()
	if len(m.Pictures) != 2 || m.Pictures[0].Name != "360" || m.Pictures[0].HalfRate || !m.Pictures[1].HalfRate {
		w.t.Fatalf("rungs %+v", m.Pictures)
	}
	grid := rostrum.Grid{Rate: s.rate, Frames: s.frames}
	var want []int
	for _, p := range m.Pictures {
		shown := frames(grid, m.Span, p.Step())
		want = nil
		for _, f := range shown {
			want = append(want, s.shows(f))
		}
		data := w.play(m, p.Playlist)
		if got := numbers(w.t, data); !slices.Equal(got, want) {
			w.t.Errorf("rung %s shows %v, want %v", p.Name, got, want)
		}
		ticks := media.Ticks(s.rate)
		samples := fmp4test.Read(w.t, data)
		if len(samples) != len(shown) {
			w.t.Fatalf("rung %s has %d pictures, want %d", p.Name, len(samples), len(shown))
		}
		for i, x := range samples {
			if x.Begin != int64(shown[i])*ticks {
				w.t.Fatalf("rung %s: picture %d is shown at %d, not at %d", p.Name, i, x.Begin, int64(shown[i])*ticks)
			}
		}
		if last := shown[len(shown)-1]; last >= m.Span.Out || last < m.Span.Out-p.Step() || shown[0] != m.Span.In {
			w.t.Errorf("rung %s goes from %d to %d", p.Name, shown[0], last)
		}
		if list := w.playlist(m, p.Playlist); math.Abs(list.seconds-m.Duration.Seconds()) > 0.001 {
			w.t.Errorf("rung %s: the playlist lasts %f s, not %v", p.Name, list.seconds, m.Duration)
		}
	}
	want = nil
	for f := m.Span.In; f < m.Span.Out; f++ {
		want = append(want, s.shows(f))
	}
	if got := numbers(w.t, w.file(m, rostrum.MP4Name)); !slices.Equal(got, want) {
		w.t.Errorf("the MP4 shows %v, want %v", got, want)
	}
}

// soundIsWithPicture compares the times that the segments carry.
func (w *world) soundIsWithPicture(m *rostrum.Manifest) {
	w.t.Helper()
	ends := func(s *rostrum.Stream, name string) (begin, end float64) {
		samples := fmp4test.Read(w.t, w.play(m, name))
		for i := 1; i < len(samples) && strings.HasPrefix(s.Codecs, "mp4a"); i++ {
			if samples[i].Begin != samples[i-1].End {
				w.t.Fatalf("%s: a gap or an overlap at packet %d", name, i)
			}
		}
		last := slices.MaxFunc(samples, func(a, b fmp4test.Sample) int { return int(a.End - b.End) })
		return float64(samples[0].Begin) / float64(s.Clock), float64(last.End) / float64(s.Clock)
	}
	begin, end := ends(&m.Pictures[0].Stream, m.Pictures[0].Playlist)
	if len(m.Sounds) != 3 {
		w.t.Fatalf("%d sounds", len(m.Sounds))
	}
	for _, s := range m.Sounds {
		b, e := ends(&s.Stream, s.Playlist)
		// A packet of the small sound lasts 43 ms, so that its end can only be within half of that.
		allowed := 0.020
		if s.Quality != rostrum.FullSound {
			allowed = 0.0225
		}
		if math.Abs(b-begin) > 0.010 || math.Abs(e-end) > allowed {
			w.t.Errorf("picture %f to %f s, sound %s %f to %f s", begin, end, s.Playlist, b, e)
		}
	}
}

// soundIsLevel measures what a viewer hears.
func (w *world) soundIsLevel(m *rostrum.Manifest) {
	w.t.Helper()
	for i, s := range m.Sounds {
		name, tolerance := s.Playlist, 0.5
		if i > 0 { // encoders of few bits lose some of what is loud
			tolerance = 1
		}
		heard, err := w.Tools.MeasureFile(w.t.Context(), keep(w.t, w.play(m, name)))
		if err != nil {
			w.t.Fatal(err)
		}
		if math.Abs(heard.Integrated+16) > tolerance || heard.TruePeak > -1 {
			w.t.Errorf("%s: %+v, measured before %+v", name, heard, m.Sounds[0].Before)
		}
	}
}

// captionsAreInTime compares each caption with the one of the recording.
func (w *world) captionsAreInTime(m *rostrum.Manifest) {
	w.t.Helper()
	rate, err := rostrum.ParseRate(m.Rate)
	if err != nil {
		w.t.Fatal(err)
	}
	in, out := rate.Duration(m.Span.In), rate.Duration(m.Span.Out)
	type cue struct {
		begin, end time.Duration
		text       string
	}
	var want []cue
	for i := range 8 {
		b, e := max(cueBegin(i), in), min(cueBegin(i)+cueLength, out)
		clipped := e-b < cueLength
		if e <= b || clipped && e-b <= 300*time.Millisecond {
			continue
		}
		want = append(want, cue{b - in, e - in, fmt.Sprintf("caption %d", i)})
	}
	if len(want) == 0 {
		if len(m.Captions) > 0 || !strings.Contains(strings.Join(m.Notices, " "), "have nothing in this intervention") {
			w.t.Errorf("captions %v, notices %q", m.Captions, m.Notices)
		}
		return
	}
	if len(m.Captions) != 1 || m.Captions[0].Cues != len(want) {
		w.t.Fatalf("captions %+v, want %v", m.Captions, want)
	}
	list := w.playlist(m, m.Captions[0].Playlist)
	if len(list.segments) != 1 {
		w.t.Fatalf("caption playlist names %v", list.segments)
	}
	hls := string(w.file(m, list.segments[0]))
	if header := fmt.Sprintf("X-TIMESTAMP-MAP=MPEGTS:%d,LOCAL:00:00:00.000\n", rate.Samples(m.Span.In, 90_000)); !strings.HasPrefix(hls, "WEBVTT\n"+header) {
		w.t.Errorf("the captions of the playlist begin with %.80q, want %q", hls, header)
	}
	for _, name := range []string{m.Captions[0].VTT, m.Captions[0].SRT, list.segments[0]} {
		track, notices, err := captions.Parse(w.file(m, name), "fr")
		if err != nil || len(track.Cues) != len(want) {
			w.t.Fatalf("%s: %d captions, %v, %v", name, len(track.Cues), notices, err)
		}
		for i, c := range track.Cues {
			if d, e := (c.Start - want[i].begin).Abs(), (c.End - want[i].end).Abs(); d > time.Millisecond || e > time.Millisecond || c.Text[0].Text != want[i].text {
				w.t.Errorf("%s: caption %+v, want %+v", name, c, want[i])
			}
		}
	}
}

// playlistsAreWhole follows every name from the master playlist on: all are on the manifest, and each rung has one
// initialisation segment.
func (w *world) playlistsAreWhole(m *rostrum.Manifest) {
	w.t.Helper()
	master := string(w.file(m, rostrum.MasterName))
	for _, part := range []string{"#EXT-X-INDEPENDENT-SEGMENTS\n", ",AVERAGE-BANDWIDTH=", ",FRAME-RATE=", ",CODECS=\"avc1.", ",mp4a.40.2\"", "LANGUAGE=\"fr\""} {
		if !strings.Contains(master, part) {
			w.t.Errorf("the master playlist lacks %q:\n%s", part, master)
		}
	}
	if strings.Contains(master, ",SUBTITLES=\"captions\"") != (len(m.Captions) > 0) {
		w.t.Errorf("%d captions, but:\n%s", len(m.Captions), master)
	}
	reached := map[string]bool{rostrum.MasterName: true, rostrum.AudioOnlyName: true}
	var lists []string
	for line := range strings.Lines(master + string(w.file(m, rostrum.AudioOnlyName))) {
		line = strings.TrimSpace(line)
		if _, uri, ok := strings.Cut(line, "URI=\""); ok {
			lists = append(lists, strings.TrimSuffix(uri, "\""))
		} else if line != "" && !strings.HasPrefix(line, "#") {
			lists = append(lists, line)
		}
	}
	for _, list := range lists {
		reached[list] = true
		p := w.playlist(m, list)
		for _, name := range append(p.inits, p.segments...) {
			if _, ok := m.Files[name]; !ok {
				w.t.Errorf("%s names %s, which is not on the manifest", list, name)
			}
			reached[name] = true
		}
	}
	for name, f := range m.Files {
		if f.Type == "video/iso.segment" && !reached[name] {
			w.t.Errorf("no playlist names the segment %s", name)
		}
	}
	for _, p := range m.Pictures {
		if list := w.playlist(m, p.Playlist); len(list.inits) != 1 || list.inits[0] != p.Init {
			w.t.Errorf("rung %s has the initialisation segments %q", p.Name, list.inits)
		}
	}
}

// cutAnew moves the points of a published intervention while nobody works, and then lets somebody work.
func (w *world) cutAnew(x *rostrum.Intervention, s source) {
	ctx := context.Background()
	w.t.Helper()
	before := w.published(x.ID)
	state := func() map[string]string {
		all := map[string]string{}
		for name, f := range before.Files {
			if !f.Shared {
				continue
			}
			info, err := w.Store.Stat(ctx, f.Key)
			if err != nil {
				w.t.Fatal(name, err)
			}
			all[f.Key] = info.Modified.String() + " " + fmt.Sprintf("%x", sha256.Sum256(w.file(before, name)))
		}
		return all
	}
	untouched := state()
	anew := rostrum.Span{In: 137, Out: 361}
	number, err := w.Recut(ctx, x.ID, anew, "test")
	if err != nil || number != 2 {
		w.t.Fatal(number, err)
	}
	now := w.intervention(x.ID)
	if now.State != rostrum.Published || now.PublishedRevision != 1 || now.Revision != 2 || now.Page() != x.Page() {
		w.t.Fatalf("while it is being made: %+v", now)
	}
	if m := w.published(x.ID); m.Span != x.Span {
		w.t.Fatalf("viewers get %+v", m.Span)
	}
	stop := w.work()
	w.until("the new revision", func() bool {
		now := w.intervention(x.ID)
		if now.State != rostrum.Published || now.Page() != x.Page() {
			w.t.Fatalf("on the way: %+v", now)
		}
		if now.PublishedRevision == 2 && w.revision(x.ID, 2).State != rostrum.Ready {
			w.t.Fatal("published before it is ready")
		}
		return now.PublishedRevision == 2
	})
	m := w.published(x.ID)
	if m.Span != anew || m.Revision != 2 {
		w.t.Fatalf("viewers get revision %d, %+v", m.Revision, m.Span)
	}
	edges := int64(0)
	for _, e := range (rostrum.Grid{Rate: s.rate, Frames: s.frames}).Cut(anew).Edges() {
		edges += int64(e.Len())
	}
	if got := w.revision(x.ID, 2).EncodedFrames; got != edges || edges != 63+61 {
		w.t.Errorf("%d frames were encoded, want %d", got, edges)
	}
	w.picturesAreExact(m, s)
	for key, is := range state() {
		if was := untouched[key]; is != was {
			w.t.Errorf("%s was touched: %s, now %s", key, was, is)
		}
	}
	shared := 0
	for name, f := range m.Files {
		if old, has := before.Files[name]; f.Shared && has {
			shared++
			if f.Key != old.Key {
				w.t.Errorf("%s lies elsewhere: %s, before %s", name, f.Key, old.Key)
			}
		}
	}
	if want := 2 * (1 + 1); shared != want { // of each rung the initialisation segment and segment 2
		w.t.Errorf("%d objects serve both revisions, want %d", shared, want)
	}
	if again, err := w.Recut(ctx, x.ID, anew, "test"); err != nil || again != 2 {
		w.t.Errorf("the same cut again gives revision %d, %v", again, err)
	}
	if _, err := w.Recut(ctx, x.ID, rostrum.Span{In: 100, Out: 90_000}, "test"); rostrum.ErrorCode(err) != rostrum.Invalid {
		w.t.Errorf("a cut beyond the end: %v", err)
	}

	// What is withdrawn stays so, whatever is cut, until a person publishes it.
	if err := w.Withdraw(ctx, x.ID, "test", "the speaker asked"); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.Recut(ctx, x.ID, rostrum.Span{In: 200, Out: 300}, "test"); err != nil {
		w.t.Fatal(err)
	}
	w.until("the third revision", func() bool { return w.revision(x.ID, 3).State == rostrum.Ready })
	stop()
	if got := w.revision(x.ID, 3).EncodedFrames; got != 0 {
		w.t.Errorf("a cut on boundaries encoded %d frames", got)
	}
	if now := w.intervention(x.ID); now.State != rostrum.WithdrawnState || now.PublishedRevision != 2 {
		w.t.Errorf("withdrawn and cut: %+v", now)
	}
	if err := w.Publish(ctx, x.ID, "test", ""); err != nil {
		w.t.Fatal(err)
	}
	if m := w.published(x.ID); m.Revision != 3 {
		w.t.Errorf("published again: revision %d", m.Revision)
	}
}
