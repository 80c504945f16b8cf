package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/agenda"
	"rostrum/storage/catalogue"
)

// SpeakerChange is what is to be different about one row of a meeting's speakers' list: a planned intervention, or one that is cut.
type SpeakerChange struct {
	ID     rostrum.InterventionID  // of a new row: 13 small letters and digits, chosen where it is made, so that sending it twice is harmless
	Add    bool                    // the row is new, or was taken away and comes back as it was
	Remove bool                    // the row goes, if it is planned only
	After  *rostrum.InterventionID // the row that it stands behind, "" for the top; nil leaves it where it is, a new one at the end
	TextsChange
}

// Limits of one change to a speakers' list.
const (
	mostSpeakers = agenda.MaxSlots // rows of one meeting
	idLength     = 13              // as catalogue.NewID makes them
)

// ChangeSpeakers changes a meeting's speakers' list, all or nothing. order, unless it is nil, is how the rows are to stand afterwards; those
// that it does not name keep their places behind them. It gives the rows that were changed or added. Invalid says which row is wrong, Refused that one is cut already
// and can't be taken away.
func (p *Pipeline) ChangeSpeakers(ctx context.Context, slug string, changes []SpeakerChange, order []rostrum.InterventionID, who rostrum.Actor) ([]*rostrum.Intervention, error) {
	if len(changes) > mostSpeakers || len(order) > mostSpeakers {
		return nil, rostrum.Errorf(rostrum.TooLarge, "That is more than %d rows; a meeting has fewer.", mostSpeakers)
	}
	if err := who.May(rostrum.Prepare); err != nil {
		return nil, err
	}
	var changed []*rostrum.Intervention
	var gone []rostrum.InterventionID
	err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		m, err := tx.LockMeeting(ctx, slug)
		if err != nil {
			return err
		}
		l, err := p.openList(ctx, tx, m, who.Name)
		if err != nil {
			return err
		}
		for _, c := range changes {
			x, err := l.change(ctx, c)
			switch {
			case err != nil:
				return err
			case c.Remove:
				gone = append(gone, c.ID)
			default:
				changed = append(changed, x)
			}
		}
		if order != nil {
			if err := l.reorder(order); err != nil {
				return err
			}
		}
		return l.close(ctx)
	})
	if err != nil {
		return nil, err
	}
	for _, id := range gone {
		p.drop(ctx, "interventions/"+string(id))
	}
	return changed, nil
}

// RemovePlanned takes a planned intervention off the speakers' list. Refused when it is cut; NotFound when there is none.
func (p *Pipeline) RemovePlanned(ctx context.Context, id rostrum.InterventionID, who rostrum.Actor) error {
	x, err := p.Catalogue.Intervention(ctx, id)
	if err != nil {
		return err
	}
	_, err = p.ChangeSpeakers(ctx, x.MeetingSlug, []SpeakerChange{{ID: id, Remove: true}}, nil, who)
	return err
}

// speakersList is a meeting's speakers' list while it is being changed.
type speakersList struct {
	p     *Pipeline
	tx    *catalogue.Tx
	m     *rostrum.Meeting
	who   string
	rows  []*rostrum.Intervention // in their order
	moved bool                    // the order is another one than that which is stored
	asked bool                    // somebody asked for another order
}

func (p *Pipeline) openList(ctx context.Context, tx *catalogue.Tx, m *rostrum.Meeting, who string) (*speakersList, error) {
	rows, err := tx.InterventionsOfMeeting(ctx, m.ID)
	return &speakersList{p: p, tx: tx, m: m, who: who, rows: rows}, err
}

func (l *speakersList) at(id rostrum.InterventionID) int {
	return slices.IndexFunc(l.rows, func(x *rostrum.Intervention) bool { return x.ID == id })
}

func (l *speakersList) log(ctx context.Context, action, subject, detail string) error {
	return l.tx.Log(ctx, catalogue.Entry{At: l.p.Now(), Who: l.who, Action: action, Subject: subject, Detail: detail})
}

// change makes one change; the row is nil when it is gone.
func (l *speakersList) change(ctx context.Context, c SpeakerChange) (*rostrum.Intervention, error) {
	i := l.at(c.ID)
	var x *rostrum.Intervention
	var err error
	switch {
	case c.Remove:
		if i < 0 { // it is gone already
			return nil, nil
		}
		return nil, l.remove(ctx, i)
	case i >= 0:
		if x, err = l.tx.LockIntervention(ctx, c.ID); err != nil {
			return nil, err
		}
		l.rows[i] = x
		err = l.edit(ctx, x, c.TextsChange)
	case c.Add:
		x, err = l.add(ctx, c)
	default:
		return nil, rostrum.Errorf(rostrum.NotFound, "The row %q is not on the list of this meeting any more; load the page anew.", string(c.ID))
	}
	if err != nil {
		return nil, err
	}
	if c.After != nil {
		err = l.place(x, *c.After)
	}
	return x, err
}

func (l *speakersList) edit(ctx context.Context, x *rostrum.Intervention, c TextsChange) error {
	changed, err := applyRow(x, c)
	if err != nil || len(changed) == 0 {
		return err
	}
	if err := l.tx.PutIntervention(ctx, x); err != nil {
		return err
	}
	if err := l.log(ctx, "edit", string(x.ID), strings.Join(changed, "; ")); err != nil {
		return err
	}
	if x.Unattributable && x.State == rostrum.Published {
		return l.p.withdraw(ctx, l.tx, x, l.who, "it was given under the Chatham House Rule")
	}
	return nil
}

func (l *speakersList) add(ctx context.Context, c SpeakerChange) (*rostrum.Intervention, error) {
	if len(l.rows) >= mostSpeakers {
		return nil, rostrum.Errorf(rostrum.TooLarge, "The list has %d rows already, which is the most that a meeting can have.", mostSpeakers)
	}
	if len(c.ID) != idLength || strings.Trim(string(c.ID), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "%q can't identify a new row; use %d small letters and digits.", string(c.ID), idLength)
	}
	x, err := l.tx.PutBackIntervention(ctx, l.m.ID, c.ID)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		x = &rostrum.Intervention{ID: c.ID, Meeting: l.m.ID, MeetingSlug: l.m.Slug, State: rostrum.Planned}
		if _, err := applyRow(x, c.TextsChange); err != nil {
			return nil, err
		}
		if err := l.tx.AddPlanned(ctx, x, cmp.Or(x.Speaker, x.Title)); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	} else if err := l.edit(ctx, x, c.TextsChange); err != nil {
		return nil, err
	}
	l.rows, l.moved = append(l.rows, x), true
	return x, l.log(ctx, "plan", string(x.ID), shortened(cmp.Or(x.Speaker, x.Title)))
}

func (l *speakersList) remove(ctx context.Context, i int) error {
	x, err := l.tx.LockIntervention(ctx, l.rows[i].ID)
	if err != nil {
		return err
	}
	if x.State != rostrum.Planned || x.Recording != "" {
		return rostrum.Errorf(rostrum.Refused, "%q is cut from a recording already, so it stays on the list; take its cut away first, or withdraw it.", shortened(titleOf(x)))
	}
	if err := l.tx.RemoveIntervention(ctx, x, l.p.Now()); err != nil {
		return err
	}
	l.rows, l.moved = slices.Delete(l.rows, i, i+1), true
	return l.log(ctx, "unplan", string(x.ID), shortened(cmp.Or(x.Speaker, x.Title)))
}

// place puts a row behind another one.
func (l *speakersList) place(x *rostrum.Intervention, after rostrum.InterventionID) error {
	from := l.at(x.ID)
	to := 0
	if after != "" {
		if to = l.at(after) + 1; to == 0 || after == x.ID {
			return rostrum.Errorf(rostrum.Invalid, "The row %q, behind which another one is to stand, is not on the list; load the page anew.", string(after))
		}
	}
	if to > from {
		to--
	}
	if to != from {
		l.rows = slices.Insert(slices.Delete(l.rows, from, from+1), to, x)
		l.moved = true
	}
	return nil
}

// reorder puts the rows into an order. Rows that it does not name stay behind the one that they stood behind.
func (l *speakersList) reorder(ids []rostrum.InterventionID) error {
	named := map[rostrum.InterventionID]bool{}
	for _, id := range ids {
		if named[id] {
			return rostrum.Errorf(rostrum.Invalid, "The order names the row %q twice; name each once.", string(id))
		}
		named[id] = true
		if l.at(id) < 0 {
			return rostrum.Errorf(rostrum.Invalid, "The order names the row %q, which is not on the list of this meeting; load the page anew.", string(id))
		}
	}
	next := make([]*rostrum.Intervention, 0, len(l.rows))
	for _, id := range ids {
		next = append(next, l.rows[l.at(id)])
	}
	for i, x := range l.rows {
		if named[x.ID] {
			continue
		}
		at := 0
		if i > 0 {
			at = slices.Index(next, l.rows[i-1]) + 1
		}
		next = slices.Insert(next, at, x)
	}
	if !slices.Equal(next, l.rows) {
		l.rows, l.moved, l.asked = next, true, true
	}
	return nil
}

// close stores the order.
func (l *speakersList) close(ctx context.Context) error {
	if !l.moved {
		return nil
	}
	var ids []rostrum.InterventionID
	for i, x := range l.rows {
		x.Position = i + 1
		ids = append(ids, x.ID)
	}
	if err := l.tx.OrderInterventions(ctx, l.m.ID, ids); err != nil || !l.asked {
		return err
	}
	return l.log(ctx, "order", l.m.Slug, fmt.Sprintf("the speakers' list, %d rows", len(ids)))
}

// applyRow changes the words of a row. A speech whose title is not known yet is called after its speaker, since every intervention needs a
// title before it is cut; that title goes with the speaker.
func applyRow(x *rostrum.Intervention, c TextsChange) ([]string, error) {
	untitled := x.Title == x.Speaker
	if c.Title != nil {
		if untitled = strings.TrimSpace(*c.Title) == ""; untitled {
			c.Title = nil
		}
	}
	before := x.Title
	if c.Topics != nil && len(*c.Topics) == 0 && len(x.Topics) == 0 {
		c.Topics = nil
	}
	if c.Length != nil {
		length := c.Length.Round(time.Millisecond)
		c.Length = &length
	}
	changed, err := c.apply(x)
	if err != nil {
		return nil, rostrum.Errorf(rostrum.ErrorCode(err), "The row of %s: %s", rowName(x), rostrum.ErrorMessage(err))
	}
	if untitled {
		x.Title = x.Speaker
	}
	if x.Title == "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "A row has neither a speaker nor a title; fill one of them.")
	}
	if x.Title != before && c.Title == nil {
		changed = append(changed, fmt.Sprintf("title: %s -> %s", shortened(before), shortened(x.Title)))
	}
	return changed, nil
}

func rowName(x *rostrum.Intervention) string {
	if name := cmp.Or(x.Speaker, x.Title); name != "" {
		return fmt.Sprintf("%q", shortened(name))
	}
	return "somebody new"
}
