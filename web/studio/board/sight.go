package board

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"rostrum"
	"rostrum/pipeline"
	"rostrum/web/page"
)

// sight is the board as one person sees it.
type sight struct {
	who  rostrum.Actor
	l    *page.Locale
	base string
	now  time.Time

	Begun    bool // something was received or is on its way
	Meeting  bool // there is any
	Takes    bool // the person is one of those who things wait for
	Waiting  []line
	Under    []group
	Done     []group
	DoneAll  int
	Warnings []string
	Running  string // how the queue and the disk stand, in words
	Disk     string
}

// line is one thing that waits for a person: alone, or many of a kind.
type line struct {
	Key, State, Class, Word string
	Title, Where            string
	TitleLanguage           rostrum.Language
	Meeting, MeetingSlug    string
	Turn                    string
	Since                   time.Time
	Failure, Step           string
	Held                    []string
	Do                      []do
	rank                    int
}

// do is something that can be done next.
type do struct {
	Word  string
	Href  string // with the base path; "" for a button
	Retry string // API path to call
	About string // whom it is about, for those who hear buttons only
	Kind  string // "report" is copied
}

// group is a meeting with what is on of it.
type group struct {
	pipeline.BoardMeeting
	Name       string
	Days       string
	Planned    []row
	Deliveries []row
	Recordings []recordingRow
	Open       bool // something of it is under way
}

// row is one line of a meeting.
type row struct {
	Key, State, Class, Word string
	Title, Speaker          string
	Language                rostrum.Language
	At, Length              string
	Percent                 int
	Moving                  bool // has a bar
	Left                    string
	Trial                   string
	Failure, Step           string
	Held                    []string
	Note                    string // more about the state, in words
	When                    time.Time
	Comments                string
	Shown                   bool
	Do                      []do
}

// recordingRow is a recording with its interventions.
type recordingRow struct {
	row
	Cutter  string
	Later   string
	Notices []string
	Counts  []count
	Rows    []row
	Opened  bool // at first
}

// count is how many of a recording's interventions stand alike.
type count struct{ Class, Text string }

func newSight(b pipeline.Board, who rostrum.Actor, l *page.Locale, base string, now time.Time) *sight {
	s := &sight{who: who, l: l, base: base, now: now, Begun: b.Begun || len(b.Deliveries) > 0, Meeting: b.Prepared}
	s.Takes = s.may(rostrum.Cutting) || s.may(rostrum.Release)
	s.work(b.Work)
	s.groups(b)
	s.wait(b)
	return s
}

func (s *sight) may(act rostrum.Act) bool { return s.who.May(act) == nil }

func (s *sight) work(w pipeline.BoardWork) {
	if s.Running = s.l.Word("board.idle"); w.Running+w.Waiting > 0 {
		s.Running = s.l.Count("board.running", w.Running) + ", " + s.l.Count("board.queued", w.Waiting)
	}
	if w.Nobody {
		s.Warnings = append(s.Warnings, s.l.Word("board.nobody"))
	}
	if len(w.Paused) > 0 {
		s.Warnings = append(s.Warnings, s.l.Word("board.paused"))
	}
	if w.Total > 0 {
		s.Disk = s.l.Word("board.disk", "free", s.l.Size(w.Free))
		if w.Free < w.Total/20 {
			s.Warnings = append(s.Warnings, s.l.Word("board.full", "free", s.l.Size(w.Free)))
		}
	}
}

var classes = map[pipeline.BoardState]string{
	pipeline.StandsFailed: "bad", pipeline.StandsRefused: "bad", pipeline.StandsTakenBack: "bad",
	pipeline.StandsConsent: "warn", pipeline.StandsPending: "warn", pipeline.StandsHeld: "warn", pipeline.StandsWished: "warn", pipeline.StandsSecond: "warn", pipeline.StandsUncut: "warn",
	pipeline.StandsSending: "work", pipeline.StandsArriving: "work", pipeline.StandsMeasuring: "work", pipeline.StandsEncoding: "work", pipeline.StandsMaking: "work",
	pipeline.StandsReady: "good", pipeline.StandsPublished: "good", pipeline.StandsMade: "good",
}

func (s *sight) stateWord(state pipeline.BoardState) string {
	return s.l.Word("state." + string(state))
}

func (s *sight) stepWord(step pipeline.Step) string {
	if step == "" {
		return ""
	}
	return s.l.Word("step." + string(step))
}

// row fills in what all rows have.
func (s *sight) row(key string, x pipeline.Standing) row {
	r := row{Key: key, State: string(x.State), Class: classes[x.State], Word: s.stateWord(x.State), Percent: percent(x.Share), Failure: x.Failure,
		Step: s.stepWord(x.Step), Left: s.left(x.Left)}
	r.Moving = r.Class == "work" || x.State == pipeline.StandsUncut && r.Percent < 100
	if x.Trial != nil {
		r.Trial = s.l.Word("trial", "step", s.stepWord(x.Trial.Step), "n", strconv.Itoa(x.Trial.Attempt), "of", strconv.Itoa(x.Trial.Of))
	}
	return r
}

// percent is rounded down, so that 100 means done.
func percent(share float64) int { return min(100, max(0, int(share*100+1e-9))) }

func (s *sight) left(d time.Duration) string {
	minutes := int(d / time.Minute)
	switch {
	case d <= 0:
		return ""
	case minutes < 1:
		return s.l.Word("left.moment")
	case minutes < 60:
		return s.l.Word("left.minutes", "n", s.l.Number(minutes))
	case minutes%60 == 0:
		return s.l.Word("left.hours", "h", s.l.Number(minutes/60))
	}
	return s.l.Word("left.long", "h", s.l.Number(minutes/60), "m", s.l.Number(minutes%60))
}

func (s *sight) link(word, path string) do { return do{Word: s.l.Word(word), Href: s.base + path} }

// again are the ways out of a failure.
func (s *sight) again(act rostrum.Act, api, about string, report bool) []do {
	var all []do
	if s.may(act) {
		all = append(all, do{Word: s.l.Word("act.retry"), Retry: api + "/retry", About: about})
	}
	if report {
		all = append(all, do{Word: s.l.Word("act.report"), Href: s.base + api + "/report", About: about, Kind: "report"})
	}
	return all
}

func titleIn(texts rostrum.Texts, l rostrum.Language, or string) string {
	t, _ := texts.In(l)
	return cmp.Or(t, or)
}

// groups puts all under its meetings: those of which something is under way, and those that are done.
func (s *sight) groups(b pipeline.Board) {
	none := pipeline.BoardMeeting{Title: rostrum.Texts{}}
	for _, m := range append(slices.Clone(b.Meetings), none) {
		g := group{BoardMeeting: m, Name: titleIn(m.Title, s.l.Tag, cmp.Or(m.Slug, s.l.Word("board.nomeeting"))), Days: s.days(m)}
		done := g
		for _, d := range b.Deliveries {
			if d.Meeting == m.Slug || m.Slug == "" && !slices.ContainsFunc(b.Meetings, func(x pipeline.BoardMeeting) bool { return x.Slug == d.Meeting }) {
				g.Deliveries = append(g.Deliveries, s.deliveryRow(d))
			}
		}
		var under []pipeline.BoardRecording
		for _, r := range b.Recordings {
			switch {
			case r.Meeting != m.ID:
			case over(r):
				done.Recordings = append(done.Recordings, s.recordingRow(r))
			default:
				under = append(under, r)
			}
		}
		slices.SortStableFunc(under, func(a, b pipeline.BoardRecording) int { return cmp.Compare(urgency(a), urgency(b)) })
		for _, r := range under {
			g.Recordings = append(g.Recordings, s.recordingRow(r))
		}
		for _, x := range b.Planned {
			if x.Meeting == m.ID {
				g.Planned = append(g.Planned, s.interventionRow(x))
			}
		}
		if len(g.Planned)+len(g.Deliveries)+len(g.Recordings) > 0 {
			g.Open = true
			s.Under = append(s.Under, g)
		}
		if len(done.Recordings) > 0 {
			s.Done = append(s.Done, done)
			s.DoneAll += len(done.Recordings)
		}
	}
}

func (s *sight) days(m pipeline.BoardMeeting) string {
	if m.Starts == "" {
		return ""
	}
	return s.l.Days(m.Starts, m.Ends)
}

// over says that nothing of a recording waits for anybody.
func over(r pipeline.BoardRecording) bool {
	return r.Turn == pipeline.Nobody && !slices.ContainsFunc(r.Interventions, func(x pipeline.BoardIntervention) bool {
		return x.Turn != pipeline.Nobody
	})
}

// urgency orders recordings: what failed, what runs, what waits for people.
func urgency(r pipeline.BoardRecording) int {
	switch {
	case r.State == pipeline.StandsFailed:
		return 0
	case r.State != pipeline.StandsMade:
		return 1
	}
	return 2
}

func (s *sight) deliveryRow(d pipeline.BoardDelivery) row {
	r := s.row("d/"+string(d.ID), d.Standing)
	r.Title = s.deliveryTitle(d)
	r.Speaker = cmp.Or(d.Sender, s.l.Word("origin."+string(d.Origin)))
	if d.Bytes > 0 {
		r.Length = s.l.Size(d.Bytes)
	}
	mine := d.Account == s.who.Account && d.Account != "" && s.may(rostrum.Send)
	switch {
	case d.State == pipeline.StandsRefused && d.Origin == rostrum.FromBrowser && (mine || s.may(rostrum.Administer)):
		r.Do = s.again(rostrum.Send, "/api/v1/deliveries/"+string(d.ID), r.Title, false)
		fallthrough
	case mine:
		r.Do = append(r.Do, s.link("act.open", "/studio/send"))
	}
	return r
}

func (s *sight) deliveryTitle(d pipeline.BoardDelivery) string {
	switch len(d.Files) {
	case 0:
		return s.l.Word("delivery.nofile")
	case 1:
		return d.Files[0]
	}
	return d.Files[0] + " + " + s.l.Number(len(d.Files)-1)
}

func (s *sight) recordingRow(x pipeline.BoardRecording) recordingRow {
	r := recordingRow{row: s.row("r/"+string(x.ID), x.Standing), Cutter: x.Cutter, Notices: x.Notices}
	r.Title = x.Name
	if x.Length > 0 {
		r.Length = page.Clock(x.Length)
	}
	if x.Later > 0 {
		r.Later = s.l.Word("later", "n", strconv.Itoa(percent(x.Later)))
	}
	at := "/studio/recordings/" + string(x.ID)
	if x.State == pipeline.StandsFailed {
		r.Do = s.again(rostrum.Cutting, "/api/v1/recordings/"+string(x.ID), x.Name, true)
	} else if x.State != pipeline.StandsMeasuring {
		word := "act.open"
		if x.State == pipeline.StandsUncut && s.may(rostrum.Cutting) {
			word = "act.cut"
		}
		r.Do = []do{s.link(word, at)}
		r.Do[0].About = x.Name
	}
	counts := map[pipeline.BoardState]int{}
	var order []pipeline.BoardState
	for _, i := range x.Interventions {
		r.Rows = append(r.Rows, s.interventionRow(i))
		if counts[i.State]++; counts[i.State] == 1 {
			order = append(order, i.State)
		}
	}
	for _, state := range order {
		r.Counts = append(r.Counts, count{classes[state], s.l.Number(counts[state]) + " " + s.l.Count("count."+string(state), counts[state])})
	}
	r.Opened = !over(x) && len(x.Interventions) > 0 && len(x.Interventions) <= 12 && x.State != pipeline.StandsFailed
	return r
}

func (s *sight) interventionRow(x pipeline.BoardIntervention) row {
	r := s.row("i/"+string(x.ID), x.Standing)
	r.Title, r.Speaker, r.Language, r.At, r.Held, r.Shown = x.Title, x.Speaker, x.Language, x.At, x.Held, x.Shown && x.State != pipeline.StandsPublished
	if x.Length > 0 {
		r.Length = page.Clock(x.Length)
	}
	if !x.PublishAt.IsZero() {
		r.When, r.Note = x.PublishAt, s.l.Word("note.scheduled")
	}
	if x.State == pipeline.StandsWaiting && !x.Since.IsZero() {
		r.When, r.Note = x.Since, s.l.Word("note.starts")
	}
	if x.Comments > 0 {
		r.Comments = s.l.Count("note.comments", x.Comments)
	}
	r.Do = s.interventionDo(x)
	for i := range r.Do {
		r.Do[i].About = cmp.Or(x.Speaker, x.Title)
	}
	return r
}

// interventionDo is what is to be done next with an intervention, by what the person may.
func (s *sight) interventionDo(x pipeline.BoardIntervention) []do {
	at := "/studio/interventions/" + string(x.ID)
	word := func(act rostrum.Act, key string) []do {
		if !s.may(act) {
			key = "act.look"
		}
		return []do{s.link(key, at)}
	}
	switch x.State {
	case pipeline.StandsFailed:
		if x.Failure == "" { // its recording says it
			return nil
		}
		return s.again(rostrum.Cutting, "/api/v1/interventions/"+string(x.ID), cmp.Or(x.Speaker, x.Title), true)
	case pipeline.StandsMeasuring, pipeline.StandsEncoding, pipeline.StandsMaking, pipeline.StandsWaiting:
		return nil
	case pipeline.StandsConsent, pipeline.StandsPending:
		return word(rostrum.Consenting, "act.consent")
	case pipeline.StandsHeld:
		return word(rostrum.Look, "act.why")
	case pipeline.StandsWished:
		return word(rostrum.Look, "act.comments")
	case pipeline.StandsSecond:
		return word(rostrum.Release, "act.approve")
	case pipeline.StandsReady:
		return word(rostrum.Release, "act.publish")
	case pipeline.StandsTakenBack:
		return word(rostrum.Release, "act.withdraw")
	case pipeline.StandsPublished:
		return []do{s.link("act.watch", x.Page)}
	}
	return []do{s.link("act.look", at)}
}
