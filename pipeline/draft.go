package pipeline

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// Limits of a draft. A week of meetings has some hundred cuts.
const (
	mostRows    = 5_000
	longestText = 2_000       // bytes of a row's field
	furthestCut = 100_000_000 // frames; more than a fortnight
)

// DraftNote is a line of the list of a draft's numbers.
type DraftNote struct {
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	What   string    `json:"what"`
	Cuts   int       `json:"cuts"`
}

// onTable is a recording with its draft and all interventions of its meeting.
type onTable struct {
	recording *rostrum.Recording
	draft     catalogue.Draft
	of        map[rostrum.InterventionID]*rostrum.Intervention
	elsewhere bool // the draft holds changes that were made elsewhere and are not stored in it yet
}

// catalogueReader is what a Catalogue and a transaction on it both give.
type catalogueReader interface {
	Recording(context.Context, rostrum.RecordingID) (*rostrum.Recording, error)
	InterventionsOfMeeting(context.Context, rostrum.MeetingID) ([]*rostrum.Intervention, error)
	Draft(context.Context, rostrum.RecordingID) (catalogue.Draft, error)
}

// layOut gives the newest draft of a recording. Before the first, it is made of the recording's interventions. Cuts that were made or moved
// elsewhere since it was stored, by a sheet or on the command line, are put into it: else applying it would take them back.
func layOut(ctx context.Context, db catalogueReader, id rostrum.RecordingID) (*onTable, error) {
	r, err := db.Recording(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := db.InterventionsOfMeeting(ctx, r.Meeting)
	if err != nil {
		return nil, err
	}
	t := &onTable{recording: r, of: map[rostrum.InterventionID]*rostrum.Intervention{}}
	now := map[rostrum.InterventionID]rostrum.Span{}
	for _, x := range all {
		t.of[x.ID] = x
		if x.Recording == id {
			now[x.ID] = x.Span
		}
	}
	t.draft, err = db.Draft(ctx, id)
	switch {
	case rostrum.ErrorCode(err) == rostrum.NotFound:
		t.draft = catalogue.Draft{Draft: rostrum.Draft{Recording: id}}
		t.draft.Rows = addCut(nil, all, nil, now)
	case err != nil:
		return nil, err
	case !maps.Equal(t.draft.Cut, now):
		t.elsewhere = true
		t.draft.Rows = addCut(followCuts(t.draft.Rows, t.draft.Cut, now), all, t.draft.Cut, now)
	}
	t.draft.Cut = now
	t.fill(t.draft.Rows)
	return t, nil
}

// followCuts moves the rows that nobody has touched to where their interventions are now.
func followCuts(rows []rostrum.DraftRow, before, now map[rostrum.InterventionID]rostrum.Span) []rostrum.DraftRow {
	var kept []rostrum.DraftRow
	for _, row := range rows {
		was, had := before[row.Intervention]
		if is, has := now[row.Intervention]; had && row.Span == was {
			if !has {
				continue
			}
			row.Span = is
		}
		kept = append(kept, row)
	}
	return kept
}

// addCut adds a row for each intervention that is cut now and was not before.
func addCut(rows []rostrum.DraftRow, all []*rostrum.Intervention, before, now map[rostrum.InterventionID]rostrum.Span) []rostrum.DraftRow {
	has := map[rostrum.InterventionID]bool{}
	for _, row := range rows {
		has[row.Intervention] = true
	}
	for _, x := range all {
		_, was := before[x.ID]
		if span, is := now[x.ID]; is && !was && !has[x.ID] {
			rows = append(rows, rostrum.DraftRow{ID: "cut-" + string(x.ID), Intervention: x.ID, Span: span})
		}
	}
	slices.SortStableFunc(rows, func(a, b rostrum.DraftRow) int { return int(a.Span.In - b.Span.In) })
	return rows
}

// fill gives rows with an intervention its texts: there is one place where they are changed, and it is not the draft.
func (t *onTable) fill(rows []rostrum.DraftRow) {
	for i := range rows {
		if x := t.of[rows[i].Intervention]; x != nil {
			r := &rows[i]
			r.Title, r.Speaker, r.Function, r.Organisation, r.AgendaItem, r.Language = x.Title, x.Speaker, x.Function, x.Organisation, x.AgendaItem, x.Language
		}
	}
}

// bare takes away again what fill gives.
func bare(rows []rostrum.DraftRow) []rostrum.DraftRow {
	stored := make([]rostrum.DraftRow, 0, len(rows))
	for _, r := range rows {
		if r.Intervention != "" {
			r = rostrum.DraftRow{ID: r.ID, Intervention: r.Intervention, Span: r.Span}
		}
		stored = append(stored, r)
	}
	return stored
}

// Draft gives the newest number of a recording's cut list in the making; number 0, before the first was saved, has a row for each of the
// recording's interventions. The texts of a row with an intervention are always those of the intervention. Changes that were made
// elsewhere since are stored as a number of their own. NotFound for a recording that there is not.
func (p *Pipeline) Draft(ctx context.Context, id rostrum.RecordingID) (rostrum.Draft, error) {
	t, err := layOut(ctx, p.Catalogue, id)
	if err != nil || !t.elsewhere {
		if err != nil {
			return rostrum.Draft{}, err
		}
		return t.draft.Draft, nil
	}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if _, err := tx.LockRecording(ctx, id); err != nil {
			return err
		}
		if t, err = layOut(ctx, tx, id); err != nil || !t.elsewhere {
			return err
		}
		return p.addDraft(ctx, tx, t, "Rostrum", "changes made elsewhere")
	})
	if err != nil {
		return rostrum.Draft{}, err
	}
	return t.draft.Draft, nil
}

// addDraft stores what is on the table as the next number.
func (p *Pipeline) addDraft(ctx context.Context, tx *catalogue.Tx, t *onTable, who, what string) error {
	t.draft.Number++
	t.draft.At, t.draft.Who, t.draft.What = p.Now(), who, what
	stored := t.draft
	stored.Rows = bare(t.draft.Rows)
	return tx.AddDraft(ctx, stored) // who changed what stands with the draft itself; the audit log has its applying
}

// DraftNumbered gives a number of a recording's draft as it was; NotFound when it is no longer kept.
func (p *Pipeline) DraftNumbered(ctx context.Context, id rostrum.RecordingID, number int) (rostrum.Draft, error) {
	t, err := layOut(ctx, p.Catalogue, id)
	if err != nil {
		return rostrum.Draft{}, err
	}
	if number == 0 && t.draft.Number == 0 {
		return t.draft.Draft, nil
	}
	d, err := p.Catalogue.DraftNumbered(ctx, id, number)
	if err != nil {
		return rostrum.Draft{}, err
	}
	t.fill(d.Rows)
	return d.Draft, nil
}

// Drafts lists the numbers of a recording's draft that one can go back to, newest first, at most rostrum.KeptDrafts.
func (p *Pipeline) Drafts(ctx context.Context, id rostrum.RecordingID) ([]DraftNote, error) {
	if _, err := p.Catalogue.Recording(ctx, id); err != nil {
		return nil, err
	}
	all, err := p.Catalogue.Drafts(ctx, id)
	notes := make([]DraftNote, 0, len(all))
	for _, d := range all {
		notes = append(notes, DraftNote{d.Number, d.At, d.Who, d.What, len(d.Rows)})
	}
	return notes, err
}

// SaveDraft stores rows as the next number of a recording's draft and gives that number. d.Number is the one that they were made from,
// d.What the change in a few words; holder is the window in which it was made. Rows that are saved already make no new number, so that sending
// them twice is harmless. Conflict, with who was faster, when d.Number is not the newest or another window holds the lock; Invalid for
// rows that no draft can have. Cuts that can't be applied may be saved.
func (p *Pipeline) SaveDraft(ctx context.Context, d rostrum.Draft, holder string, who rostrum.Actor) (number int, err error) {
	if err := checkRows(d.Rows); err != nil {
		return 0, err
	}
	if len(d.What) > longestText {
		return 0, rostrum.Errorf(rostrum.Invalid, "The words for the change are too long; use fewer.")
	}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if _, err := tx.LockRecording(ctx, d.Recording); err != nil {
			return err
		}
		t, err := layOut(ctx, tx, d.Recording)
		if err != nil {
			return err
		}
		newest := t.draft
		same := newest.Number > 0 && slices.Equal(bare(newest.Rows), bare(d.Rows))
		if number = newest.Number; same && !t.elsewhere && (d.Number == number || d.Number == number-1 && newest.Who == who.Name) {
			return nil
		}
		if err := p.mayChange(ctx, tx, t, d.Number, holder); err != nil {
			return err
		}
		t.draft.Rows = slices.Clone(d.Rows)
		t.fill(t.draft.Rows)
		if err := p.addDraft(ctx, tx, t, who.Name, strings.TrimSpace(d.What)); err != nil {
			return err
		}
		number = t.draft.Number
		var spans []rostrum.Span
		for _, row := range d.Rows {
			spans = append(spans, row.Span)
		}
		return p.hurry(ctx, tx, t.recording, spans)
	})
	return number, err
}

// mayChange refuses what is made from another number than the newest, and what is made while another window holds the lock.
func (p *Pipeline) mayChange(ctx context.Context, tx *catalogue.Tx, t *onTable, from int, holder string) error {
	l, err := tx.Lock(ctx, cutLock(t.recording.ID), p.Now())
	switch {
	case err == nil && l.Holder != holder:
		return rostrum.Errorf(rostrum.Conflict, "%s is cutting this recording now, in another window; wait, or take it over.", l.Name)
	case err != nil && rostrum.ErrorCode(err) != rostrum.NotFound:
		return err
	case t.elsewhere:
		return rostrum.Errorf(rostrum.Conflict, "Cuts of this recording were changed elsewhere in the meantime, by a sheet or by a command; load the cut list anew and make your change again.")
	case from != t.draft.Number && t.draft.Number > 0:
		return rostrum.Errorf(rostrum.Conflict, "%s changed the cut list at %s UTC; load it anew and make your change again.", t.draft.Who, t.draft.At.UTC().Format("15:04"))
	case from != t.draft.Number:
		return rostrum.Errorf(rostrum.Conflict, "The cut list has no version %d; load it anew.", from)
	}
	return nil
}

// checkRows refuses rows that are wrong in form.
func checkRows(rows []rostrum.DraftRow) error {
	if len(rows) > mostRows {
		return rostrum.Errorf(rostrum.TooLarge, "The cut list has more than %d cuts; a recording can't have so many.", mostRows)
	}
	seen := map[string]bool{}
	for i, r := range rows {
		for _, s := range []string{r.Title, r.Speaker, r.Function, r.Organisation, r.AgendaItem} {
			if len(s) > longestText {
				return rostrum.Errorf(rostrum.Invalid, "A text of cut %d is longer than %d characters; shorten it.", i+1, longestText)
			}
		}
		switch {
		case r.ID == "" || len(r.ID) > 64:
			return rostrum.Errorf(rostrum.Invalid, "Cut %d has no name of its own, of at most 64 characters; load the page anew.", i+1)
		case seen[r.ID]:
			return rostrum.Errorf(rostrum.Invalid, "Two cuts have the same name %q; load the page anew.", r.ID)
		case max(r.Span.In, -r.Span.In, r.Span.Out, -r.Span.Out) > furthestCut:
			return rostrum.Errorf(rostrum.Invalid, "Cut %d lies far outside of any recording; move it back.", i+1)
		}
		if r.Language != "" {
			if _, err := rostrum.ParseLanguage(string(r.Language)); err != nil {
				return err
			}
		}
		seen[r.ID] = true
	}
	return nil
}

// hurry brings the chunks under spans to the front of those that wait.
func (p *Pipeline) hurry(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording, spans []rostrum.Span) error {
	if r.State != rostrum.Surveyed && r.State != rostrum.Encoding {
		return nil
	}
	under := map[string]bool{}
	for _, s := range spans {
		if s.In, s.Out = max(s.In, 0), min(s.Out, r.Frames); s.Len() <= 0 {
			continue
		}
		first, end := r.Grid().ChunksUnder(s)
		for i := first; i < end; i++ {
			under[joinKey(r.ID, i)] = true
		}
	}
	return p.Queue.Raise(ctx, tx.SQL(), chunkTask(r.ID, rostrum.H264, 0, true).Priority, chunkKind, slices.Sorted(maps.Keys(under))...)
}
