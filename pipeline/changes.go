package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
)

// Changes is what applying a draft would change, or has changed.
type Changes struct {
	Number   int            // of the draft that it is about; after applying, the one that says what is cut now
	New      []NewCut       // what will be cut
	Moved    []MovedCut     // what gets another span
	Back     []UncutBack    // what goes back to the speakers' list
	Same     int            // what stays as it is
	Problems []DraftProblem // what is wrong or doubtful; with a fatal one nothing is applied
}

// NewCut is a cut of somebody who has none on the recording yet.
type NewCut struct {
	Row          string
	Intervention rostrum.InterventionID // of the speakers' list; "" for a new one
	Title        string
	Length       time.Duration
}

// MovedCut is an intervention that gets another span.
type MovedCut struct {
	Row           string
	Intervention  rostrum.InterventionID
	Title         string
	Before, After rostrum.Span
	Published     bool // it stays as it is until the new revision is ready
}

// UncutBack is an intervention that goes back to the speakers' list.
type UncutBack struct {
	Intervention rostrum.InterventionID
	Title        string
	Published    bool // which keeps it from going
}

// DraftProblem is something wrong or doubtful about a row.
type DraftProblem struct {
	Row   string // "" for what no row stands for
	Text  string
	Fatal bool
}

// shortestCut is the length under which a cut is a slip of the hand.
const shortestCut = time.Second

// Changes compares the newest draft of a recording with what is cut. It changes nothing.
func (p *Pipeline) Changes(ctx context.Context, id rostrum.RecordingID) (Changes, error) {
	t, err := layOut(ctx, p.Catalogue, id)
	if err != nil {
		return Changes{}, err
	}
	return t.changes(), nil
}

func titleOf(x *rostrum.Intervention) string { return cmp.Or(x.Title, x.Speaker) }

func isPublished(x *rostrum.Intervention) bool {
	return x.PublishedRevision > 0 && x.State != rostrum.WithdrawnState
}

// changes compares the draft on the table with what is cut.
func (t *onTable) changes() Changes {
	c := Changes{Number: t.draft.Number}
	r := t.recording
	problem := func(row string, fatal bool, format string, args ...any) {
		c.Problems = append(c.Problems, DraftProblem{row, fmt.Sprintf(format, args...), fatal})
	}
	first := map[rostrum.InterventionID]int{} // row that has it
	for i, row := range t.draft.Rows {
		name := cmp.Or(row.Title, row.Speaker, fmt.Sprintf("Cut %d", i+1))
		if err := row.Span.Check(r.Rate, r.Frames); err != nil {
			problem(row.ID, true, "%s", rostrum.ErrorMessage(err))
			continue
		}
		short := r.Rate.Duration(row.Span.Len()) < shortestCut
		if row.Intervention == "" {
			if row.Title == "" && row.Speaker == "" {
				problem(row.ID, false, "It has neither a title nor a speaker; give it one, or it is called %s.", name)
			}
			c.New = append(c.New, NewCut{Row: row.ID, Title: name, Length: r.Rate.Duration(row.Span.Len())})
		} else {
			x := t.of[row.Intervention]
			k, twice := first[row.Intervention]
			switch {
			case x == nil:
				problem(row.ID, true, "The speaker of this cut is no longer on the list of the meeting; choose another one.")
				continue
			case twice:
				problem(row.ID, true, "%q has two cuts, %d and %d; an intervention is one speech, so give one of them to somebody else.", name, k+1, i+1)
				continue
			case x.Recording != "" && x.Recording != r.ID:
				problem(row.ID, true, "%q is cut from another recording already; take it out there first, or choose somebody else.", name)
				continue
			}
			first[x.ID] = i
			switch {
			case x.Recording == "":
				c.New = append(c.New, NewCut{row.ID, x.ID, name, r.Rate.Duration(row.Span.Len())})
			case x.Span != row.Span:
				c.Moved = append(c.Moved, MovedCut{row.ID, x.ID, name, x.Span, row.Span, isPublished(x)})
			default:
				c.Same++
				if short {
					problem(row.ID, false, "It is shorter than a second.")
				}
				short = false
			}
		}
		if short {
			problem(row.ID, true, "It is shorter than a second; make it longer, or remove it.")
		}
	}
	t.overlaps(problem)
	for id, span := range t.draft.Cut {
		if _, kept := first[id]; kept || slices.ContainsFunc(t.draft.Rows, func(r rostrum.DraftRow) bool { return r.Intervention == id }) {
			continue
		}
		x := t.of[id]
		c.Back = append(c.Back, UncutBack{x.ID, titleOf(x), isPublished(x)})
		if isPublished(x) {
			problem("", true, "%q (%s) is published and has no cut any more; withdraw it first, or undo its removal.", titleOf(x), rostrum.Elapsed(r.Rate.Duration(span.In)))
		}
	}
	slices.SortFunc(c.Back, func(a, b UncutBack) int {
		return cmp.Or(cmp.Compare(t.draft.Cut[a.Intervention].In, t.draft.Cut[b.Intervention].In), cmp.Compare(a.Intervention, b.Intervention))
	})
	return c
}

// overlaps notes the rows that begin before one before them ends.
func (t *onTable) overlaps(problem func(row string, fatal bool, format string, args ...any)) {
	rows := slices.Clone(t.draft.Rows)
	slices.SortStableFunc(rows, func(a, b rostrum.DraftRow) int { return cmp.Compare(a.Span.In, b.Span.In) })
	var reaches *rostrum.DraftRow // the row before that reaches furthest
	for i := range rows {
		row := &rows[i]
		if row.Span.Len() <= 0 {
			continue
		}
		if reaches != nil && row.Span.Overlaps(reaches.Span) {
			by := t.recording.Rate.Duration(min(row.Span.Out, reaches.Span.Out) - row.Span.In)
			problem(row.ID, false, "It begins before %q ends: they share %.1f s, which both will show.", cmp.Or(reaches.Title, reaches.Speaker, "the cut before"), by.Seconds())
		}
		if reaches == nil || row.Span.Out > reaches.Span.Out {
			reaches = row
		}
	}
}

// Apply makes the cuts of the newest draft, which must be the given number, in one transaction: new rows become interventions, those of
// the speakers' list get their span, moved ones a new revision, and what has no row any more goes back to the speakers' list; its consent
// and its number stay, its revisions and files go. What was withdrawn before goes back too, and its page goes on saying so. The recording may
// still be encoded; what lies under the cuts comes first then. It gives Invalid, in words, when a problem is fatal; Conflict as SaveDraft,
// while the recording is not surveyed, and when it has failed.
func (p *Pipeline) Apply(ctx context.Context, id rostrum.RecordingID, number int, holder string, who rostrum.Actor) (Changes, error) {
	var c Changes
	err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		r, err := tx.LockRecording(ctx, id)
		if err != nil {
			return err
		}
		switch r.State {
		case rostrum.Received:
			return rostrum.Errorf(rostrum.Conflict, "The recording %q is still being looked through; the draft is kept, so apply it in a minute.", r.Name)
		case rostrum.RecordingFailed:
			return rostrum.Errorf(rostrum.Conflict, "The recording %q failed, so nothing can be cut from it; the draft is kept. %s", r.Name, r.Failure)
		}
		t, err := layOut(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := p.mayChange(ctx, tx, t, number, holder); err != nil {
			return err
		}
		c = t.changes()
		if err := c.refusal(); err != nil {
			return err
		}
		if len(c.New)+len(c.Moved)+len(c.Back) == 0 {
			return nil
		}
		if err := (&applying{p, tx, t, who.Name}).do(ctx, c); err != nil {
			return err
		}
		c.Number = t.draft.Number
		return nil
	})
	if err != nil {
		return Changes{}, err
	}
	for _, b := range c.Back {
		p.drop(ctx, "interventions/"+string(b.Intervention))
	}
	return c, nil
}

// refusal says all that is fatal.
func (c *Changes) refusal() error {
	var why string
	n := 0
	for _, problem := range c.Problems {
		if problem.Fatal {
			if n++; n <= 3 {
				why += " " + problem.Text
			}
		}
	}
	switch {
	case n == 0:
		return nil
	case n > 3:
		why += fmt.Sprintf(" And %d more.", n-3)
	}
	return rostrum.Errorf(rostrum.Invalid, "Nothing was applied.%s", why)
}

// applying is one run of Apply.
type applying struct {
	*Pipeline
	tx  *catalogue.Tx
	t   *onTable
	who string
}

func (a *applying) do(ctx context.Context, c Changes) error {
	r := a.t.recording
	for _, b := range c.Back {
		if err := a.putBack(ctx, b.Intervention); err != nil {
			return err
		}
	}
	var spans []rostrum.Span
	for _, m := range c.Moved {
		if err := a.cut(ctx, m.Intervention, m.After); err != nil {
			return err
		}
		spans = append(spans, m.After)
	}
	for _, n := range c.New {
		row := &a.t.draft.Rows[slices.IndexFunc(a.t.draft.Rows, func(x rostrum.DraftRow) bool { return x.ID == n.Row })]
		spans = append(spans, row.Span)
		if n.Intervention != "" {
			if err := a.cut(ctx, n.Intervention, row.Span); err != nil {
				return err
			}
			continue
		}
		x, err := a.add(ctx, row, n.Title)
		if err != nil {
			return err
		}
		row.Intervention, a.t.of[x.ID] = x.ID, x
	}
	a.t.draft.Cut = map[rostrum.InterventionID]rostrum.Span{}
	for _, row := range a.t.draft.Rows {
		a.t.draft.Cut[row.Intervention] = row.Span
	}
	if err := a.addDraft(ctx, a.tx, a.t, a.who, "applied"); err != nil {
		return err
	}
	if err := a.log(ctx, "apply", string(r.ID), fmt.Sprintf("%d new, %d moved, %d back, %d as they were", len(c.New), len(c.Moved), len(c.Back), c.Same)); err != nil {
		return err
	}
	if err := a.mendTails(ctx, a.tx, r, ""); err != nil {
		return err
	}
	if err := a.hurry(ctx, a.tx, r, spans); err != nil {
		return err
	}
	return a.advance(ctx, a.tx, r.ID)
}

func (a *applying) log(ctx context.Context, action, subject, detail string) error {
	return a.tx.Log(ctx, catalogue.Entry{At: a.Now(), Who: a.who, Action: action, Subject: subject, Detail: detail})
}

// times writes a span for the audit log.
func (a *applying) times(s rostrum.Span) string {
	return a.t.recording.Timecode(s.In) + "-" + a.t.recording.Timecode(s.Out)
}

// cut gives an intervention of the list, or of the recording, a span and its next revision.
func (a *applying) cut(ctx context.Context, id rostrum.InterventionID, s rostrum.Span) error {
	x, err := a.tx.LockIntervention(ctx, id)
	if err != nil {
		return err
	}
	detail := a.times(s)
	if x.Recording != "" {
		detail = a.times(x.Span) + " -> " + detail
	}
	x.Recording = a.t.recording.ID
	if err := a.nextRevision(ctx, a.tx, x, s); err != nil {
		return err
	}
	return a.log(ctx, "cut", string(id), detail)
}

// add makes an intervention of a row.
func (a *applying) add(ctx context.Context, row *rostrum.DraftRow, title string) (*rostrum.Intervention, error) {
	r := a.t.recording
	x := &rostrum.Intervention{Meeting: r.Meeting, Recording: r.ID, AgendaItem: row.AgendaItem, Title: title, Speaker: row.Speaker, Function: row.Function,
		Organisation: row.Organisation, Language: row.Language, Span: row.Span, State: rostrum.CutState, Revision: 1}
	if err := a.tx.AddIntervention(ctx, x, cmp.Or(row.Speaker, title)); err != nil {
		return nil, err
	}
	if err := a.tx.AddRevision(ctx, x.ID, 1, row.Span, a.Now()); err != nil {
		return nil, err
	}
	return x, a.log(ctx, "cut", string(x.ID), a.times(row.Span))
}

// putBack takes an intervention off the recording. What is said of it stays, and its consent; what was made of the cut goes.
func (a *applying) putBack(ctx context.Context, id rostrum.InterventionID) error {
	x, err := a.tx.LockIntervention(ctx, id)
	if err != nil {
		return err
	}
	before := x.Span
	x.Recording, x.Span, x.Failure, x.Notices, x.Accepted = "", rostrum.Span{}, "", nil, nil
	x.WantPublish, x.PublishAt = false, time.Time{}
	if x.State != rostrum.WithdrawnState {
		x.State = rostrum.Planned
	}
	if err := a.tx.PutIntervention(ctx, x); err != nil {
		return err
	}
	if err := a.tx.DropRevisions(ctx, id); err != nil {
		return err
	}
	return a.log(ctx, "uncut", string(id), a.times(before))
}

// sweepUncut removes files, last changed before old, of interventions that are on no recording any more: a run that was under way when they
// were taken off may have written them afterwards.
func (p *Pipeline) sweepUncut(ctx context.Context, old time.Time) error {
	ids, err := p.Catalogue.Uncut(ctx)
	var left []string
	for _, id := range ids {
		if err == nil {
			err = p.Store.List(ctx, "interventions/"+string(id), func(o objects.Info) error {
				if o.Modified.Before(old) {
					left = append(left, o.Key)
				}
				return nil
			})
		}
	}
	for _, key := range left {
		if err == nil {
			err = p.Store.Delete(ctx, key)
		}
	}
	return err
}
