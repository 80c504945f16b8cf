package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/queue"
)

// RecordingReport tells how the work on a recording went, as text for whoever mends this program: facts, states, tasks and notices, without
// names of people and files, and without paths, addresses and names of machines. NotFound when there is no such recording.
func (p *Pipeline) RecordingReport(ctx context.Context, id rostrum.RecordingID) (string, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return "", err
	}
	w := p.newReport("recording", string(id))
	w.recording(r)
	chunks, err := p.Catalogue.Chunks(ctx, id, rostrum.H264)
	if err != nil {
		return "", err
	}
	done := 0
	for _, c := range chunks {
		if c.Done {
			done++
		}
	}
	w.line("chunks", "%d of %d done", done, r.Chunks())
	all, err := p.Catalogue.InterventionsOfRecording(ctx, id)
	if err != nil {
		return "", err
	}
	states := map[rostrum.InterventionState]int{}
	for _, x := range all {
		states[x.State]++
	}
	for _, s := range slices.Sorted(maps.Keys(states)) {
		w.line("interventions", "%d %s", states[s], s)
	}
	return w.end(ctx, string(id), r.Notices)
}

// InterventionReport does the same for an intervention.
func (p *Pipeline) InterventionReport(ctx context.Context, id rostrum.InterventionID) (string, error) {
	x, err := p.Catalogue.Intervention(ctx, id)
	if err != nil {
		return "", err
	}
	w := p.newReport("intervention", string(id))
	w.line("state", "%s, revision %d, published %d, consent %s", x.State, x.Revision, x.PublishedRevision, cmp.Or(x.Consent.Kind, "none"))
	if x.Recording != "" {
		r, err := p.Catalogue.Recording(ctx, x.Recording)
		if err != nil {
			return "", err
		}
		w.line("span", "%d-%d (%s-%s)", x.Span.In, x.Span.Out, r.Timecode(x.Span.In), r.Timecode(x.Span.Out))
		v, err := p.Catalogue.Revision(ctx, id, x.Revision)
		if err != nil {
			return "", err
		}
		w.line("revision", "%s since %s", v.State, v.Created.UTC().Format(time.RFC3339))
		w.line("failure", "%s", w.p.anonymous(v.Failure))
		if v.Manifest != nil {
			w.line("quality", "%s", v.Manifest.Quality.Grade())
		}
		w.line("of recording", "%s", r.ID)
		w.recording(r)
	}
	return w.end(ctx, string(id), x.Notices)
}

// report is one being written.
type report struct {
	p *Pipeline
	b strings.Builder
}

func (p *Pipeline) newReport(what, id string) *report {
	w := &report{p: p}
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				version += " " + s.Value
			}
		}
	}
	w.line(what, "%s", id)
	w.line("written", "%s", p.Now().UTC().Format(time.RFC3339))
	w.line("rostrum", "%s, %s, %s/%s, database %s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, p.Catalogue.Dialect())
	return w
}

// line writes a fact; one that is empty is left out.
func (w *report) line(name, format string, args ...any) {
	if s := strings.TrimSpace(fmt.Sprintf(format, args...)); s != "" {
		fmt.Fprintf(&w.b, "%-14s %s\n", name, s)
	}
}

func (w *report) recording(r *rostrum.Recording) {
	w.line("state", "%s", r.State)
	w.line("failure", "%s", w.p.anonymous(r.Failure))
	w.line("received", "%s", r.Received.UTC().Format(time.RFC3339))
	w.line("file", "%s %s, %d bytes, %d parts", strings.ToLower(path.Ext(r.Name)), r.Source.Container, r.Bytes, max(1, len(r.Source.Parts)))
	w.line("timeline", "%d frames at %s", r.Frames, r.Rate)
	if v := r.Source.Video; v != nil {
		w.line("picture", "%s %dx%d %s scan=%q halved=%t irregular=%t unindexed=%t", v.Codec, v.Width, v.Height, v.Pixels, v.Scan, v.Halved, v.Irregular, v.Unindexed)
	}
	for _, s := range r.Source.Sound {
		w.line("sound", "stream %d, %s, %d Hz, %d channels", s.Stream, s.Codec, s.Rate, s.Channels)
	}
	w.line("encoder", "%s", w.p.anonymous(r.Encoder))
}

func (w *report) end(ctx context.Context, id string, notices []string) (string, error) {
	for _, n := range notices {
		w.line("notice", "%s", w.p.anonymous(n))
	}
	trials, err := w.p.Queue.Tried(ctx, id)
	if err != nil {
		return "", err
	}
	smooth := map[string]int{} // those of which there is nothing to tell
	for _, t := range trials {
		if t.LastError == "" && t.State != queue.Failed {
			smooth[t.Kind+" "+string(t.State)]++
			continue
		}
		_, part, _ := strings.Cut(t.Key, "/")
		when := ""
		if !t.Ended.IsZero() {
			when = " " + t.Ended.Format(time.RFC3339)
		}
		w.line("task", "%s %s: %s, attempt %d of %d%s: %s", t.Kind, part, t.State, t.Attempt, t.MaxAttempts, when, w.p.anonymous(t.LastError))
	}
	for _, kind := range slices.Sorted(maps.Keys(smooth)) {
		w.line("tasks", "%d %s", smooth[kind], kind)
	}
	return w.b.String(), nil
}

const longestError = 600 // characters of one error

// What names a place. Titles and sentences of people stand in quotation marks.
var (
	webAddress   = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"']+`)
	filePath     = regexp.MustCompile(`(^|[\s"'(=:,\[])(?:file:)?~?(?:/[^\s"':,;)\]]+)+`)
	windowsPath  = regexp.MustCompile(`[A-Za-z]:\\[^\s"']+|\\\\[^\s"']+`)
	quoted       = regexp.MustCompile(`"[^"]*"|“[^”]*”`)
	numberedHost = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?|\[?(?:(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|[0-9a-fA-F:]*::[0-9a-fA-F:]*)\]?(?::\d+)?`)
	namedHost    = regexp.MustCompile(`\b(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]+\b(?::\d+)?`)
	portOfHost   = regexp.MustCompile(`\b[A-Za-z][A-Za-z0-9_-]*:\d{2,5}\b`)
	lookedUp     = regexp.MustCompile(`\blookup [^\s:]+`)
)

// anonymous takes out of an error what would tell where it happened, and to whom.
func (p *Pipeline) anonymous(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if p.Work != "" {
		s = strings.ReplaceAll(s, p.Work, "/work")
	}
	s = webAddress.ReplaceAllString(s, "(address)")
	s = windowsPath.ReplaceAllString(s, "(path)")
	s = filePath.ReplaceAllString(s, "$1(path)")
	s = quoted.ReplaceAllString(s, "“…”")
	s = lookedUp.ReplaceAllString(s, "lookup (host)")
	s = numberedHost.ReplaceAllString(s, "(host)")
	s = namedHost.ReplaceAllString(s, "(name)")
	s = portOfHost.ReplaceAllString(s, "(host)")
	if runes := []rune(s); len(runes) > longestError {
		s = string(runes[:longestError]) + "…"
	}
	return s
}
