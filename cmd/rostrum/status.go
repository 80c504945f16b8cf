package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"rostrum"
)

type statusCommand struct {
	Quality bool `help:"Show the whole quality report of each intervention, green findings included."`
	JSON    bool `name:"json" help:"Print one JSON document."`
}

func (c *statusCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	s.json = c.JSON
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	recordings, err := p.Catalogue.Recordings(ctx)
	if err != nil {
		return err
	}
	var reports []*report
	for _, r := range recordings {
		one, err := p.report(ctx, r.ID)
		if err != nil {
			return err
		}
		reports = append(reports, one)
	}
	if c.JSON {
		return s.print(map[string]any{"recordings": reports})
	}
	if len(reports) == 0 {
		fmt.Fprintln(s.out, "No recording has been taken in yet. Begin with: rostrum ingest FILE --meeting SLUG --create")
	}
	for _, r := range reports {
		r.write(s.out, c.Quality)
	}
	return nil
}

// report is how a recording and its interventions stand: what --json prints. Scripts rely on the names.
type report struct {
	Recording     reportRecording      `json:"recording"`
	Interventions []reportIntervention `json:"interventions"`
	Error         *reportError         `json:"error,omitempty"`
}

type reportRecording struct {
	ID      rostrum.RecordingID    `json:"id"`
	Name    string                 `json:"name"`
	SHA256  rostrum.Digest         `json:"sha256"`
	Rate    string                 `json:"rate"`
	Frames  rostrum.Frame          `json:"frames"`
	State   rostrum.RecordingState `json:"state"`
	Share   float64                `json:"progress"`
	Failure string                 `json:"failure,omitempty"`
	Notices []string               `json:"notices"`
	// Channels are what is published of the sound, floor first.
	Channels []reportChannel `json:"channels"`
}

type reportIntervention struct {
	ID       rostrum.InterventionID    `json:"id"`
	Title    string                    `json:"title"`
	Speaker  string                    `json:"speaker"`
	In       rostrum.Frame             `json:"in"`
	Out      rostrum.Frame             `json:"out"`
	Timecode [2]string                 `json:"timecode"`
	State    rostrum.InterventionState `json:"state"`
	Revision int                       `json:"revision"`
	Encoded  int64                     `json:"encoded_frames"`
	Page     string                    `json:"page"`
	Failure  string                    `json:"failure,omitempty"`
	Notices  []string                  `json:"notices"`
	Quality  *reportQuality            `json:"quality,omitempty"` // of the newest revision, when it is ready
	Outputs  *reportOutputs            `json:"outputs,omitempty"`
}

type reportOutputs struct {
	Master   string                      `json:"master"`
	MP4      string                      `json:"mp4,omitempty"`
	Audio    string                      `json:"audio,omitempty"`
	Poster   string                      `json:"poster,omitempty"`
	Captions map[rostrum.Language]string `json:"captions"`
}

type reportError struct {
	Code    rostrum.Code `json:"code"`
	Message string       `json:"message"`
}

func (p *program) report(ctx context.Context, id rostrum.RecordingID) (*report, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return nil, err
	}
	share, _, err := p.Progress(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &report{Recording: reportRecording{r.ID, r.Name, r.SHA256, r.Rate.String(), r.Frames, r.State, share, r.Failure, append([]string{}, r.Notices...),
		channels(&r.Source)},
		Interventions: []reportIntervention{}}
	all, err := p.Catalogue.InterventionsOfRecording(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		one := reportIntervention{ID: x.ID, Title: x.Title, Speaker: x.Speaker, In: x.Span.In, Out: x.Span.Out,
			Timecode: [2]string{r.Timecode(x.Span.In), r.Timecode(x.Span.Out)}, State: x.State, Revision: x.Revision,
			Page: x.Page(), Failure: x.Failure, Notices: append([]string{}, x.Notices...)}
		revision, err := p.Catalogue.Revision(ctx, x.ID, x.Revision)
		if err != nil {
			return nil, err
		}
		one.Encoded = revision.EncodedFrames
		if m := revision.Manifest; m != nil {
			one.Outputs, one.Quality = outputs(m), quality(m.Quality)
		}
		out.Interventions = append(out.Interventions, one)
	}
	return out, nil
}

// tell prints how a recording stands.
func (p *program) tell(ctx context.Context, s *streams, id rostrum.RecordingID) error {
	r, err := p.report(ctx, id)
	if err != nil {
		return err
	}
	if s.json {
		return s.print(r)
	}
	r.write(s.out, false)
	return nil
}

func outputs(m *rostrum.Manifest) *reportOutputs {
	address := func(name string) string {
		if _, ok := m.Files[name]; !ok {
			return ""
		}
		return "/media/" + string(m.Intervention) + "/" + name
	}
	o := &reportOutputs{Master: address(rostrum.MasterName), MP4: address(rostrum.MP4Name), Audio: address(rostrum.AudioName),
		Poster: address(rostrum.PosterName), Captions: map[rostrum.Language]string{}}
	for _, c := range m.Captions {
		o.Captions[c.Language] = address(c.VTT)
	}
	return o
}

func (r *report) write(w io.Writer, whole bool) {
	fmt.Fprintf(w, "%s  %s  %s (%.0f %%)\n", r.Recording.ID, r.Recording.Name, r.Recording.State, r.Recording.Share*100)
	if r.Recording.Failure != "" {
		fmt.Fprintf(w, "    %s\n", r.Recording.Failure)
	}
	for _, c := range r.Recording.Channels {
		fmt.Fprintf(w, "    %s\n", c)
	}
	for _, x := range r.Interventions {
		fmt.Fprintf(w, "  %s  %-10s %s - %s  %s\n      %s\n", x.ID, x.State, x.Timecode[0], x.Timecode[1], x.Title, x.Page)
		if x.Failure != "" {
			fmt.Fprintf(w, "      %s\n", x.Failure)
		}
		for _, n := range x.Notices {
			fmt.Fprintf(w, "      Note: %s\n", n)
		}
		x.Quality.write(w, whole)
	}
}
