package board

import (
	"time"

	"rostrum/pipeline"
)

const (
	courseWindow  = 5 * time.Minute  // of what was seen, what is older tells nothing any more
	courseMinimum = 8 * time.Second  // of watching before anything is said
	courseStep    = 0.003            // share that must have been done meanwhile
	courseStalled = 90 * time.Second // without any progress, nothing is known
)

// courses knows how far things had come when, by what they are.
type courses map[string]*course

// course is how the work on one thing went.
type course struct {
	seen  []moment // each is a change
	shown time.Duration
	at    time.Time // when it was last asked
}

type moment struct {
	at    time.Time
	share float64
}

// follow fills in how long everything on a board will still take, by this board and those before it.
func (c courses) follow(b *pipeline.Board, now time.Time) {
	for i := range b.Deliveries {
		c.one("d/"+string(b.Deliveries[i].ID), &b.Deliveries[i].Standing, now)
	}
	for i := range b.Recordings {
		r := &b.Recordings[i]
		c.one("r/"+string(r.ID), &r.Standing, now)
		for j := range r.Interventions {
			c.one("i/"+string(r.Interventions[j].ID), &r.Interventions[j].Standing, now)
		}
	}
	for key, x := range c {
		if x.at.Before(now) {
			delete(c, key)
		}
	}
}

func (c courses) one(key string, s *pipeline.Standing, now time.Time) {
	moving := s.Turn == pipeline.TurnOfRostrum || s.State == pipeline.StandsUncut || s.State == pipeline.StandsSending || s.State == pipeline.StandsArriving
	if !moving || s.Share >= 1 || s.State == pipeline.StandsScheduled {
		return
	}
	if c[key] == nil {
		c[key] = &course{}
	}
	s.Left = rough(c[key].left(s.Share, now))
}

// left is how long it will take from a share on to the end; 0 while that is unknown. It never grows: while things go slower than they
// did, it stands still, and when they go at less than half the speed it becomes unknown and begins anew.
func (x *course) left(share float64, now time.Time) time.Duration {
	x.at = now
	last := len(x.seen) - 1
	switch {
	case last < 0 || share < x.seen[last].share: // it began again
		*x = course{seen: []moment{{now, share}}, at: now}
		return 0
	case share > x.seen[last].share:
		x.seen = append(x.seen, moment{now, share})
	case now.Sub(x.seen[last].at) > courseStalled:
		*x = course{seen: []moment{{now, share}}, at: now}
		return 0
	}
	for len(x.seen) > 2 && now.Sub(x.seen[0].at) > courseWindow {
		x.seen = x.seen[1:]
	}
	first := x.seen[0]
	took, did := now.Sub(first.at), share-first.share
	if took < courseMinimum || did < courseStep {
		return 0
	}
	estimate := time.Duration((1 - share) / did * float64(took))
	switch {
	case x.shown == 0:
		x.shown = estimate
	case estimate > 2*x.shown+time.Minute:
		*x = course{seen: []moment{{now, share}}, at: now}
		return 0
	}
	x.shown = min(x.shown, estimate)
	return x.shown
}

// rough rounds a time up to what can be said of it honestly: half a minute for all under one, minutes, from ten on five of them, from an hour
// on fifteen.
func rough(d time.Duration) time.Duration {
	up := func(step time.Duration) time.Duration { return (d + step - 1) / step * step }
	switch {
	case d <= 0:
		return 0
	case d < 50*time.Second:
		return 30 * time.Second
	case d <= 10*time.Minute:
		return up(time.Minute)
	case d <= time.Hour:
		return up(5 * time.Minute)
	}
	return up(15 * time.Minute)
}
