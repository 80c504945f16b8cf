package board

import (
	"cmp"
	"slices"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

// forgotten is how long a delivery may lie still before its sender is reminded of it.
const forgotten = 10 * time.Minute

// wait lists what waits for the person who looks, or for anybody when it is somebody who things never wait for: what failed first, then
// what has waited longest.
func (s *sight) wait(b pipeline.Board) {
	for _, d := range b.Deliveries {
		s.waitDelivery(b, d)
	}
	for _, r := range b.Recordings {
		if s.turn(r.Turn) {
			x := s.recordingRow(r)
			s.add(b, r.Meeting, line{Key: x.Key, State: x.State, Title: r.Name, Where: x.Length, Since: r.Since, Failure: r.Failure, Step: x.Step, Do: x.Do, Turn: string(r.Turn)})
		}
		s.waitCuts(b, r)
	}
	var planned []pipeline.BoardIntervention
	for i, x := range b.Planned {
		if s.turn(x.Turn) {
			planned = append(planned, x)
		}
		last := i == len(b.Planned)-1 || b.Planned[i+1].Meeting != x.Meeting
		if !last || len(planned) == 0 {
			continue
		}
		one := line{Key: "p/" + string(x.Meeting), State: string(x.State), Since: planned[0].Since, Turn: string(pipeline.TurnOfAV), Title: s.l.Count("wait.waiting", len(planned))}
		if s.may(rostrum.Send) {
			one.Do = []do{s.link("act.send", "/studio/send")}
		}
		s.add(b, x.Meeting, one)
		planned = nil
	}
	slices.SortStableFunc(s.Waiting, func(x, y line) int {
		return cmp.Or(cmp.Compare(x.rank, y.rank), x.Since.Compare(y.Since))
	})
}

// turn says whether something waits for the person who looks.
func (s *sight) turn(t pipeline.Turn) bool {
	switch t {
	case pipeline.TurnOfAV:
		return !s.Takes || s.may(rostrum.Cutting)
	case pipeline.TurnOfSecretariat:
		return !s.Takes || s.may(rostrum.Release)
	}
	return false
}

func (s *sight) add(b pipeline.Board, meeting rostrum.MeetingID, x line) {
	if i := slices.IndexFunc(b.Meetings, func(m pipeline.BoardMeeting) bool { return m.ID == meeting }); i >= 0 {
		x.Meeting, x.MeetingSlug = titleIn(b.Meetings[i].Title, s.l.Tag, b.Meetings[i].Slug), b.Meetings[i].Slug
	}
	x.Class, x.Word = classes[pipeline.BoardState(x.State)], s.stateWord(pipeline.BoardState(x.State))
	if x.rank = 1; x.Class == "bad" {
		x.rank = 0
	}
	if s.Takes {
		x.Turn = ""
	} else {
		x.Turn = s.l.Word("turn." + x.Turn)
	}
	s.Waiting = append(s.Waiting, x)
}

// waitDelivery reminds people of their own deliveries, and tells everybody who sends of those that were refused.
func (s *sight) waitDelivery(b pipeline.Board, d pipeline.BoardDelivery) {
	mine := d.Account != "" && d.Account == s.who.Account
	still := s.now.Sub(d.Since) > forgotten
	switch {
	case d.State == pipeline.StandsRefused && s.turn(d.Turn):
	case mine && d.Turn == pipeline.TurnOfAV && (still || d.Failure != ""):
	default:
		return
	}
	x := s.deliveryRow(d)
	var meeting rostrum.MeetingID
	for _, m := range b.Meetings {
		if m.Slug == d.Meeting {
			meeting = m.ID
		}
	}
	s.add(b, meeting, line{Key: x.Key, State: x.State, Title: x.Title, Where: x.Speaker, Since: d.Since, Failure: d.Failure, Step: x.Step, Do: x.Do, Turn: string(d.Turn)})
}

// waitCuts lists what waits of a recording's interventions: those that stand alike are one line.
func (s *sight) waitCuts(b pipeline.Board, r pipeline.BoardRecording) {
	type kind struct {
		state   pipeline.BoardState
		failure string
	}
	var order []kind
	alike := map[kind][]pipeline.BoardIntervention{}
	for _, x := range r.Interventions {
		if !s.turn(x.Turn) {
			continue
		}
		k := kind{x.State, x.Failure}
		if alike[k] == nil {
			order = append(order, k)
		}
		alike[k] = append(alike[k], x)
	}
	for _, k := range order {
		some := alike[k]
		first := s.interventionRow(some[0])
		x := line{Key: first.Key, State: first.State, Title: first.Title, TitleLanguage: first.Language, Where: first.Speaker, Since: some[0].Since, Failure: k.failure, Step: first.Step, Do: first.Do, Turn: string(some[0].Turn)}
		if k.state == pipeline.StandsHeld {
			x.Held = some[0].Held
		}
		for _, other := range some {
			if other.Since.Before(x.Since) {
				x.Since = other.Since
			}
		}
		if len(some) > 1 {
			x.Key, x.Title, x.TitleLanguage, x.Where, x.Held = "g/"+string(r.ID)+"/"+string(k.state), s.l.Count("wait."+string(k.state), len(some)), "", r.Name, nil
			if k.state == pipeline.StandsFailed {
				x.Key += "/" + string(some[0].ID)
				x.Do = []do{s.link("act.open", "/studio/recordings/"+string(r.ID))}
			} else {
				x.Do = []do{s.link("act.all", "/studio/release/"+s.slugOf(b, r.Meeting))}
			}
			x.Do[0].About = r.Name
		}
		s.add(b, r.Meeting, x)
	}
}

func (s *sight) slugOf(b pipeline.Board, id rostrum.MeetingID) string {
	for _, m := range b.Meetings {
		if m.ID == id {
			return m.Slug
		}
	}
	return ""
}
