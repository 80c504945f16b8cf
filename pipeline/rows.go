package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rostrum"
	"rostrum/pipeline/captions"
	"rostrum/pipeline/cutlist"
	"rostrum/storage/catalogue"
)

// rows reads the cut list, or makes one row of the whole recording.
func (p *Pipeline) rows(in Incoming, r *rostrum.Recording, receipt *Receipt) ([]cutlist.Row, error) {
	if in.Sheet == nil {
		if receipt.Known || in.Uncut {
			return nil, nil
		}
		title := strings.TrimSuffix(in.Name, "."+lastAfter(in.Name, '.'))
		return []cutlist.Row{{Number: 1, Out: r.Frames, Title: title}}, nil
	}
	list, err := cutlist.Read(in.Sheet.Name, in.Sheet.Data, timelineOf(r))
	if err != nil {
		return nil, err
	}
	var fatal []string
	for _, problem := range list.Problems {
		if problem.Fatal {
			fatal = append(fatal, Words(problem))
		}
	}
	if len(fatal) > 0 {
		return nil, rostrum.Errorf(rostrum.Invalid, "The cut list can't be used, and nothing was cut. %s", strings.Join(fatal, " "))
	}
	receipt.Understood, receipt.Problems = append(receipt.Understood, list.Understood...), list.Problems
	return list.Rows, nil
}

// Words writes a problem of a cut list with its row.
func Words(p cutlist.Problem) string {
	if p.Row == 0 {
		return p.Text
	}
	return fmt.Sprintf("Row %d: %s", p.Row, p.Text)
}

func lastAfter(s string, sep byte) string { return s[strings.LastIndexByte(s, sep)+1:] }

// takeCaptions checks the caption files and stores them as they came.
func (p *Pipeline) takeCaptions(ctx context.Context, in Incoming, r *rostrum.Recording) ([]catalogue.CaptionTrack, error) {
	var tracks []catalogue.CaptionTrack
	for language, file := range in.Captions {
		track, notices, err := captions.Parse(file.Data, language)
		if err != nil {
			return nil, rostrum.Errorf(rostrum.Invalid, "The captions %s (%s) can't be used. %s", file.Name, language, rostrum.ErrorMessage(err))
		}
		c := catalogue.CaptionTrack{Recording: r.ID, Language: language, Name: file.Name, Cues: len(track.Cues),
			Object: fmt.Sprintf("recordings/%s/captions/%s", r.ID, strings.ToLower(string(language)))}
		for _, n := range notices {
			c.Notices = append(c.Notices, fmt.Sprintf("Line %d: %s", n.Line, n.Text))
		}
		if _, err := p.Store.Put(ctx, c.Object, bytes.NewReader(file.Data), int64(len(file.Data))); err != nil {
			return nil, err
		}
		tracks = append(tracks, c)
	}
	return tracks, nil
}

// addRows adds an intervention for each row whose span the recording does not have yet and never had.
func (p *Pipeline) addRows(ctx context.Context, tx *catalogue.Tx, in Incoming, m *rostrum.Meeting, r *rostrum.Recording, rows []cutlist.Row) ([]*rostrum.Intervention, error) {
	has, err := tx.InterventionsOfRecording(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	bySpan := map[rostrum.Span]bool{}
	for _, x := range has {
		bySpan[x.Span] = true
		for n := 1; n < x.Revision; n++ { // a row whose cut has been moved since is not new
			older, err := tx.Revision(ctx, x.ID, n)
			if err != nil {
				return nil, err
			}
			bySpan[older.Span] = true
		}
	}
	for _, row := range rows {
		span := rostrum.Span{In: row.In, Out: row.Out}
		if bySpan[span] {
			continue
		}
		if err := span.Check(r.Rate, r.Frames); err != nil {
			return nil, err
		}
		kind, how := in.Consent, "stated at ingest"
		if row.Consent != "" {
			kind, how = rostrum.ConsentKind(row.Consent), "stated in the cut list"
		}
		consent := rostrum.Consent{Kind: kind, Until: in.Until, By: in.Who, How: how, At: p.Now()}
		x := &rostrum.Intervention{
			Meeting: m.ID, MeetingSlug: m.Slug, Recording: r.ID, AgendaItem: row.AgendaItem, Title: row.Title, Speaker: row.Speaker,
			Function: row.Function, Organisation: row.Organisation, Language: row.Language, Topics: row.Topics, Span: span,
			State: rostrum.CutState, Revision: 1, WantPublish: in.Publish, Consent: consent,
		}
		if err := consent.MayPublish(p.Now()); in.Publish && err != nil {
			if kind == rostrum.ConsentNone {
				return nil, rostrum.Errorf(rostrum.Refused, "%q can't be published. %w", x.Title, err)
			}
			// A consent that was stated and does not allow it yet is no reason to stop the others.
			x.WantPublish = false
			x.Notices = append(x.Notices, rostrum.Errorf(rostrum.Refused, "It will not be published. %w", err).Message)
		}
		booths := rostrum.Consent{Kind: cmp.Or(in.Booths, in.Consent), Until: in.Until, By: in.Who, How: "stated at ingest", At: p.Now()}
		x.Booths = map[string]rostrum.Consent{}
		var channels []string
		for _, c := range r.Source.Channels {
			if channels = append(channels, c.Name); c.Name != rostrum.Floor && booths.Kind != rostrum.ConsentNone {
				x.Booths[c.Name] = booths
			}
		}
		noteBooths(x, channels, p.Now())
		want := row.Speaker
		if want == "" {
			want = row.Title
		}
		if err := tx.AddIntervention(ctx, x, want); err != nil {
			return nil, err
		}
		if err := tx.AddRevision(ctx, x.ID, 1, span, p.Now()); err != nil {
			return nil, err
		}
		if kind != rostrum.ConsentNone {
			if err := tx.AddConsent(ctx, x.ID, consent); err != nil {
				return nil, err
			}
			entry := catalogue.Entry{At: p.Now(), Who: in.Who, Action: "consent", Subject: string(x.ID), Detail: string(kind) + ", " + how}
			if err := tx.Log(ctx, entry); err != nil {
				return nil, err
			}
		}
		for _, channel := range slices.Sorted(maps.Keys(x.Booths)) {
			if err := tx.AddBoothConsent(ctx, x.ID, channel, booths); err != nil {
				return nil, err
			}
			entry := catalogue.Entry{At: p.Now(), Who: in.Who, Action: "consent", Subject: string(x.ID), Detail: describe(booths, channel)}
			if err := tx.Log(ctx, entry); err != nil {
				return nil, err
			}
		}
	}
	return tx.InterventionsOfRecording(ctx, r.ID)
}
