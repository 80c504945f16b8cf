package pipeline

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

// How far back and ahead a board looks.
const (
	boardDone    = 7 * 24 * time.Hour  // what is done stays so long
	boardFailed  = 30 * 24 * time.Hour // what failed and nobody has tried again stays so long
	boardPlanned = 7 * 24 * time.Hour  // meetings before and after now whose speakers' lists are shown
)

// Board is how all stands that is on: what is on its way, what is being made, and what waits for whom.
type Board struct {
	Meetings   []BoardMeeting      `json:"meetings"` // that something on the board belongs to, newest first
	Deliveries []BoardDelivery     `json:"deliveries"`
	Recordings []BoardRecording    `json:"recordings"` // newest first
	Planned    []BoardIntervention `json:"planned"`    // without a recording, in the order of the meetings
	Work       BoardWork           `json:"work"`
	Begun      bool                `json:"begun"`       // whether any recording was ever received
	Prepared   bool                `json:"has_meeting"` // whether there is any meeting
}

// BoardMeeting is a meeting as a board names it.
type BoardMeeting struct {
	ID       rostrum.MeetingID `json:"id"`
	Slug     string            `json:"slug"`
	Title    rostrum.Texts     `json:"title"`
	Place    string            `json:"place,omitempty"`
	Starts   rostrum.Date      `json:"starts"`
	Ends     rostrum.Date      `json:"ends"`
	TimeZone string            `json:"time_zone,omitempty"`
}

// BoardWork is how the queue and the disk stand.
type BoardWork struct {
	Waiting int          `json:"waiting"` // tasks
	Running int          `json:"running"`
	Nobody  bool         `json:"nobody,omitempty"` // tasks wait, and no process works on them
	Paused  []queue.Lane `json:"paused,omitempty"` // that an operator has stopped
	Free    int64        `json:"free"`             // bytes of the disk, rounded down to 100 MB; both 0 for a bucket
	Total   int64        `json:"total"`
}

// Standing is how one thing stands, and whose turn it is.
type Standing struct {
	State BoardState `json:"state"`
	Share float64    `json:"share"` // of its work that is done, from 0 to 1
	Turn  Turn       `json:"turn,omitempty"`
	Since time.Time  `json:"since,omitzero"` // when it came to stand so, as far as known
	// Left is how long the work on it will take; 0 while that is unknown. Board leaves it: whoever sees boards follow each other can tell.
	Left    time.Duration `json:"left,omitempty"`
	Failure string        `json:"failure,omitempty"` // what, why, what to do
	Step    Step          `json:"step,omitempty"`    // at which it failed
	Trial   *Trial        `json:"trial,omitempty"`   // of work that did not succeed at once and is tried again
}

// Trial says which attempt at a task is next or under way.
type Trial struct {
	Step    Step `json:"step"`
	Attempt int  `json:"attempt"`
	Of      int  `json:"of"`
}

// BoardDelivery is a delivery that has not been taken in.
type BoardDelivery struct {
	Standing
	ID      rostrum.DeliveryID `json:"id"`
	Meeting string             `json:"meeting,omitempty"` // slug, as far as chosen
	Account rostrum.AccountID  `json:"account,omitempty"`
	Sender  string             `json:"sender,omitempty"`
	Origin  rostrum.Origin     `json:"origin"`
	Files   []string           `json:"files"`
	Bytes   int64              `json:"bytes"`
}

// BoardRecording is a recording with what is cut of it.
type BoardRecording struct {
	Standing
	ID            rostrum.RecordingID `json:"id"`
	Meeting       rostrum.MeetingID   `json:"meeting"`
	Name          string              `json:"name"`
	Length        time.Duration       `json:"length"`
	Cutter        string              `json:"cutter,omitempty"` // who has it open to cut
	Later         float64             `json:"later,omitempty"`  // share of the sizes in AV1, while they are being made
	Notices       []string            `json:"notices,omitempty"`
	Interventions []BoardIntervention `json:"interventions"`
}

// BoardIntervention is an intervention as a board shows it.
type BoardIntervention struct {
	Standing
	ID        rostrum.InterventionID `json:"id"`
	Meeting   rostrum.MeetingID      `json:"meeting"`
	Recording rostrum.RecordingID    `json:"recording,omitempty"`
	Title     string                 `json:"title"`
	Speaker   string                 `json:"speaker,omitempty"`
	Language  rostrum.Language       `json:"language,omitempty"`
	At        string                 `json:"at,omitempty"` // timecode of its first frame
	Length    time.Duration          `json:"length,omitempty"`
	Shown     bool                   `json:"shown,omitempty"`     // a revision of it is published
	PublishAt time.Time              `json:"publish_at,omitzero"` //
	Comments  int                    `json:"comments,omitempty"`  // of reviewers, that nobody has dealt with
	Held      []string               `json:"held,omitempty"`      // the red findings that keep it
	Page      string                 `json:"page,omitempty"`      // address of its page, once published
}

// Board gathers what is on at an instant. The number of queries does not depend on how much that is.
func (p *Pipeline) Board(ctx context.Context, now time.Time) (Board, error) {
	g := &gathering{Pipeline: p, now: now, lately: catalogue.Lately{Done: now.Add(-boardDone), Failed: now.Add(-boardFailed)}}
	if err := g.read(ctx); err != nil {
		return Board{}, err
	}
	b := Board{Meetings: []BoardMeeting{}, Deliveries: []BoardDelivery{}, Recordings: []BoardRecording{}, Planned: []BoardIntervention{}, Work: g.work, Begun: g.begun, Prepared: len(g.meetings) > 0}
	on := map[rostrum.MeetingID]bool{}
	slugs := map[string]bool{}
	for _, d := range g.deliveries {
		if d.State == rostrum.DeliveryTaken { // just now
			continue
		}
		if !d.Touched.Before(now.Add(-boardFailed)) && (d.State != rostrum.DeliveryOpen || !d.Touched.Before(now.Add(-boardDone))) {
			b.Deliveries = append(b.Deliveries, g.delivery(d))
			slugs[d.Form.Meeting] = true
		}
	}
	for _, r := range g.recordings {
		if x := g.recording(r); g.isOn(r, x) {
			b.Recordings = append(b.Recordings, x)
			on[r.Meeting] = true
		}
	}
	for _, x := range g.planned {
		b.Planned = append(b.Planned, g.intervention(nil, x))
		on[x.Meeting] = true
	}
	for _, m := range g.meetings {
		if on[m.ID] || slugs[m.Slug] {
			b.Meetings = append(b.Meetings, BoardMeeting{m.ID, m.Slug, m.Title, m.Place, m.Starts, cmp.Or(m.Ends, m.Starts), m.TimeZone})
		}
	}
	return b, nil
}

// gathering is what a board is made of.
type gathering struct {
	*Pipeline
	now        time.Time
	lately     catalogue.Lately
	meetings   []rostrum.Meeting
	second     map[rostrum.MeetingID]bool // asks for a second person
	deliveries []*rostrum.Delivery
	senders    map[rostrum.AccountID]string
	recordings []*rostrum.Recording
	cut        map[rostrum.RecordingID][]*rostrum.Intervention
	revisions  map[rostrum.InterventionID]rostrum.Revision
	reds       map[rostrum.InterventionID][]rostrum.Finding
	wishes     map[rostrum.InterventionID]catalogue.Wishes
	chunks     map[rostrum.RecordingID][]catalogue.Chunk
	av1        map[rostrum.RecordingID]float64
	cutters    map[rostrum.RecordingID]rostrum.Lock
	planned    []*rostrum.Intervention
	troubles   map[string][]queue.Trial // by the first part of the key, newest first
	work       BoardWork
	begun      bool
}

func (g *gathering) read(ctx context.Context) (err error) {
	c := g.Catalogue
	try := func(read func() error) {
		if err == nil {
			err = read()
		}
	}
	var all []*rostrum.Intervention
	var second []string
	try(func() error { g.meetings, err = c.Meetings(ctx); return err })
	try(func() error { second, err = c.SeriesWithSecondPerson(ctx); return err })
	try(func() error { g.deliveries, err = c.Deliveries(ctx, g.now); return err })
	try(func() error { return g.readSenders(ctx) })
	try(func() error { g.recordings, err = c.RecordingsOnBoard(ctx, g.lately); return err })
	var ids []rostrum.RecordingID
	for _, r := range g.recordings {
		ids = append(ids, r.ID)
	}
	try(func() error { all, err = c.InterventionsOfRecordings(ctx, ids); return err })
	try(func() error { g.revisions, err = c.NewestRevisions(ctx, ids); return err })
	try(func() error { g.reds, err = c.RedsWaiting(ctx); return err })
	try(func() error { g.wishes, err = c.OpenWishes(ctx); return err })
	try(func() error { g.chunks, err = c.ChunksUnderWay(ctx); return err })
	try(func() error { g.av1, err = c.SharesIn(ctx, rostrum.AV1, g.lately.Failed); return err })
	try(func() error { g.cutters, err = g.Cutting(ctx); return err })
	try(func() error {
		day := func(d time.Duration) rostrum.Date { return rostrum.Date(g.now.Add(d).UTC().Format(time.DateOnly)) }
		g.planned, err = c.PlannedBetween(ctx, day(-boardPlanned), day(boardPlanned))
		return err
	})
	try(func() error { g.begun, err = c.HasRecordings(ctx); return err })
	try(func() error { return g.readWork(ctx) })
	if err != nil {
		return err
	}
	g.cut, g.second = map[rostrum.RecordingID][]*rostrum.Intervention{}, map[rostrum.MeetingID]bool{}
	for _, x := range all {
		g.cut[x.Recording] = append(g.cut[x.Recording], x)
	}
	for _, m := range g.meetings {
		g.second[m.ID] = slices.Contains(second, m.Series)
	}
	return nil
}

func (g *gathering) readSenders(ctx context.Context) error {
	g.senders = map[rostrum.AccountID]string{}
	if len(g.deliveries) == 0 {
		return nil
	}
	all, err := g.Catalogue.Accounts(ctx)
	for _, a := range all {
		g.senders[a.ID] = a.Name
	}
	return err
}

func (g *gathering) readWork(ctx context.Context) error {
	counts, err := g.Queue.Counts(ctx)
	if err != nil {
		return err
	}
	for _, lane := range counts {
		g.work.Waiting += lane[queue.Waiting]
		g.work.Running += lane[queue.Running]
	}
	if g.work.Waiting > 0 && g.work.Running == 0 {
		alive, err := g.Queue.Alive(ctx)
		if err != nil {
			return err
		}
		g.work.Nobody = !alive
	}
	if g.work.Paused, err = g.Queue.Paused(ctx); err != nil {
		return err
	}
	trials, err := g.Queue.Troubled(ctx)
	if err != nil {
		return err
	}
	g.troubles = map[string][]queue.Trial{}
	for _, t := range trials {
		id, _, _ := cutKey(t.Key)
		g.troubles[id] = append(g.troubles[id], t)
	}
	const step = 100 << 20
	if room, err := g.Store.Room(ctx); err == nil { // a store that does not answer shows in the work
		g.work.Free, g.work.Total = room.Free/step*step, room.Total
	}
	return nil
}

// isOn says whether a recording belongs on the board: somebody or something is at it, or lately was.
func (g *gathering) isOn(r *rostrum.Recording, b BoardRecording) bool {
	lately := func(t time.Time) bool { return !t.Before(g.lately.Done) }
	if b.Turn != Nobody || lately(r.Received) || b.Later > 0 {
		return true
	}
	return slices.ContainsFunc(b.Interventions, func(x BoardIntervention) bool {
		return x.Turn != Nobody || lately(x.Since) || !x.PublishAt.IsZero()
	})
}
