package pipeline

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// longestRetention is a hundred years, in days.
const longestRetention = 36_500

// MakeMeeting adds a meeting. Conflict when there is one of that slug.
func (p *Pipeline) MakeMeeting(ctx context.Context, m rostrum.Meeting, who rostrum.Actor) error {
	return p.record(ctx, who, "make meeting", m.Slug, func(tx *catalogue.Tx) (string, error) {
		if _, err := tx.MeetingBySlug(ctx, m.Slug); err == nil {
			return "", rostrum.Errorf(rostrum.Conflict, "There is a meeting %q already; choose another address for this one.", m.Slug)
		} else if rostrum.ErrorCode(err) != rostrum.NotFound {
			return "", err
		}
		if err := checkMeeting(&m); err != nil {
			return "", err
		}
		_, err := tx.PutMeeting(ctx, &m)
		title, _ := m.Title.In()
		return shortened(title), err
	})
}

// ChangeMeeting changes the facts of a meeting, its agenda included; its slug stays. change gets the meeting as it is now.
func (p *Pipeline) ChangeMeeting(ctx context.Context, slug string, change func(*rostrum.Meeting) error, who rostrum.Actor) (m *rostrum.Meeting, err error) {
	err = p.record(ctx, who, "edit meeting", slug, func(tx *catalogue.Tx) (string, error) {
		if m, err = tx.LockMeeting(ctx, slug); err != nil {
			return "", err
		}
		before := *m
		before.Title, before.Intro, before.Agenda = maps.Clone(m.Title), maps.Clone(m.Intro), slices.Clone(m.Agenda)
		if err := change(m); err != nil {
			return "", err
		}
		m.Slug = slug
		if err := checkMeeting(m); err != nil {
			return "", err
		}
		_, err := tx.PutMeeting(ctx, m)
		return meetingChanges(&before, m), err
	})
	return m, err
}

func meetingChanges(a, b *rostrum.Meeting) string {
	var all []string
	note := func(what, before, after string) {
		if before != after {
			all = append(all, fmt.Sprintf("%s: %s -> %s", what, shortened(before), shortened(after)))
		}
	}
	note("series", a.Series, b.Series)
	note("kind", a.Kind, b.Kind)
	note("place", a.Place, b.Place)
	note("country", a.Country, b.Country)
	note("starts", string(a.Starts), string(b.Starts))
	note("ends", string(a.Ends), string(b.Ends))
	note("time zone", a.TimeZone, b.TimeZone)
	for _, t := range []struct {
		what string
		a, b rostrum.Texts
	}{{"title", a.Title, b.Title}, {"intro", a.Intro, b.Intro}} {
		all2 := maps.Clone(t.a)
		if all2 == nil {
			all2 = rostrum.Texts{}
		}
		maps.Copy(all2, t.b)
		for _, l := range slices.Sorted(maps.Keys(all2)) {
			note(fmt.Sprintf("%s (%s)", t.what, l), t.a[l], t.b[l])
		}
	}
	same := slices.EqualFunc(a.Agenda, b.Agenda, func(x, y rostrum.AgendaItem) bool { return x.Number == y.Number && maps.Equal(x.Title, y.Title) })
	if !same {
		note("agenda", fmt.Sprintf("%d items", len(a.Agenda)), fmt.Sprintf("%d items, changed", len(b.Agenda)))
	}
	return strings.Join(all, "; ")
}

// PutSeries adds or changes a series. Who must approve, and how long an intervention stays published, takes the right to publish.
func (p *Pipeline) PutSeries(ctx context.Context, s rostrum.Series, who rostrum.Actor) error {
	return p.record(ctx, who, "edit series", s.Slug, func(tx *catalogue.Tx) (string, error) {
		if err := checkSeries(s); err != nil {
			return "", err
		}
		all, err := tx.AllSeries(ctx)
		if err != nil {
			return "", err
		}
		var before rostrum.Series
		if i := slices.IndexFunc(all, func(x rostrum.Series) bool { return x.Slug == s.Slug }); i >= 0 {
			before = all[i]
		}
		if s.SecondPerson != before.SecondPerson || s.Retention != before.Retention {
			if err := who.May(rostrum.Release); err != nil {
				return "", err
			}
		}
		title, _ := s.Title.In()
		return fmt.Sprintf("%s, second person %t, %d days", shortened(title), s.SecondPerson, s.Retention), tx.PutSeries(ctx, s)
	})
}

// PutTopic adds or changes a topic with its aliases.
func (p *Pipeline) PutTopic(ctx context.Context, t rostrum.Topic, who rostrum.Actor) error {
	return p.record(ctx, who, "edit topic", t.Slug, func(tx *catalogue.Tx) (string, error) {
		if err := checkNamed(t.Slug, &t.Title); err != nil {
			return "", err
		}
		if err := checkLines(t.Aliases...); err != nil {
			return "", err
		}
		return strings.Join(t.Aliases, ", "), tx.PutTopic(ctx, t)
	})
}

// PutOrganisation adds or changes an organisation.
func (p *Pipeline) PutOrganisation(ctx context.Context, o rostrum.Organisation, who rostrum.Actor) error {
	return p.record(ctx, who, "edit organisation", o.Slug, func(tx *catalogue.Tx) (string, error) {
		if err := checkNamed(o.Slug, &o.Name); err != nil {
			return "", err
		}
		if err := checkLines(append([]string{o.Kind, o.Website}, o.Regions...)...); err != nil {
			return "", err
		}
		if err := checkCountry(&o.Country); err != nil {
			return "", err
		}
		if u, err := url.Parse(o.Website); o.Website != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			return "", rostrum.Errorf(rostrum.Invalid, "%q is not the address of a website; write it like https://www.example.org.", shortened(o.Website))
		}
		return "", tx.PutOrganisation(ctx, o)
	})
}

// PutPerson adds or changes a person.
func (p *Pipeline) PutPerson(ctx context.Context, x rostrum.Person, who rostrum.Actor) error {
	return p.record(ctx, who, "edit person", x.Slug, func(tx *catalogue.Tx) (string, error) {
		if x.Name = strings.TrimSpace(x.Name); x.Name == "" {
			return "", rostrum.Errorf(rostrum.Invalid, "The name is empty; a person needs one.")
		}
		if err := checkLines(x.Name, x.Function, x.Organisation); err != nil {
			return "", err
		}
		return shortened(x.Name), tx.PutPerson(ctx, x)
	})
}

// PutRoom adds or changes a room's channel map.
func (p *Pipeline) PutRoom(ctx context.Context, room catalogue.Room, who rostrum.Actor) error {
	return p.record(ctx, who, "room", room.Name, func(tx *catalogue.Tx) (string, error) {
		if err := checkLines(room.Title); err != nil {
			return "", err
		}
		var channels []string
		for _, c := range room.Channels {
			channels = append(channels, c.String())
		}
		return strings.Join(channels, ","), tx.PutRoom(ctx, room)
	})
}

// DeleteRoom forgets a room's channel map. What was recorded in it keeps its channels.
func (p *Pipeline) DeleteRoom(ctx context.Context, name string, who rostrum.Actor) error {
	return p.record(ctx, who, "room removed", name, func(tx *catalogue.Tx) (string, error) { return "", tx.DeleteRoom(ctx, name) })
}

// record makes one change in one transaction with its line in the audit log.
func (p *Pipeline) record(ctx context.Context, who rostrum.Actor, action, subject string, change func(*catalogue.Tx) (detail string, err error)) error {
	if err := who.May(rostrum.Prepare); err != nil {
		return err
	}
	return p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		detail, err := change(tx)
		if err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who.Name, Action: action, Subject: subject, Detail: detail})
	})
}

// checkMeeting refuses what can't be right about a meeting, and completes what follows from the rest.
func checkMeeting(m *rostrum.Meeting) error {
	if err := checkNamed(m.Slug, &m.Title); err != nil {
		return err
	}
	if m.Starts == "" {
		return rostrum.Errorf(rostrum.Invalid, "The meeting %s has no date; give its first day, as YYYY-MM-DD.", m.Slug)
	}
	if m.Ends == "" {
		m.Ends = m.Starts
	}
	for _, day := range []rostrum.Date{m.Starts, m.Ends} {
		if _, err := rostrum.ParseDate(string(day)); err != nil {
			return err
		}
	}
	if m.Ends < m.Starts {
		return rostrum.Errorf(rostrum.Invalid, "The meeting would end on %s, before it starts on %s; exchange the two days.", m.Ends, m.Starts)
	}
	if _, err := time.LoadLocation(m.TimeZone); err != nil || m.TimeZone == "Local" {
		return rostrum.Errorf(rostrum.Invalid, "%q is not a time zone; use a name such as Europe/Zurich.", shortened(m.TimeZone))
	}
	if err := checkTexts(&m.Intro, longestProse); err != nil {
		return err
	}
	if err := checkLines(m.Series, m.Kind, m.Place); err != nil {
		return err
	}
	if len(m.Agenda) > 500 {
		return rostrum.Errorf(rostrum.TooLarge, "The agenda has more than 500 items; shorten it.")
	}
	for i := range m.Agenda {
		a := &m.Agenda[i]
		if a.Number = strings.TrimSpace(a.Number); a.Number == "" || len(a.Number) > 40 {
			return rostrum.Errorf(rostrum.Invalid, "Item %d of the agenda needs a number of 1 to 40 characters, such as 2.1.", i+1)
		}
		if err := checkTexts(&a.Title, longestLine); err != nil {
			return err
		}
	}
	return checkCountry(&m.Country)
}

func checkSeries(s rostrum.Series) error {
	if s.Retention < 0 || s.Retention > longestRetention {
		return rostrum.Errorf(rostrum.Invalid, "An intervention can't stay published for %d days; give a number from 0, which is for ever, to %d.", s.Retention, longestRetention)
	}
	return checkNamed(s.Slug, &s.Title)
}

// checkNamed checks a slug and the name behind it, which must not be empty.
func checkNamed(slug string, name *rostrum.Texts) error {
	if err := rostrum.CheckSlug(slug); err != nil {
		return err
	}
	if err := checkTexts(name, longestLine); err != nil {
		return err
	}
	if len(*name) == 0 {
		return rostrum.Errorf(rostrum.Invalid, "%q has no name in any language; write at least one.", slug)
	}
	return nil
}

// checkTexts checks a text in several languages, and takes away what is empty.
func checkTexts(t *rostrum.Texts, most int) error {
	clean := rostrum.Texts{}
	for tag, s := range *t {
		l, err := rostrum.ParseLanguage(string(tag))
		if err != nil {
			return err
		}
		if s = strings.TrimSpace(s); len([]rune(s)) > most {
			return rostrum.Errorf(rostrum.TooLarge, "%q is longer than %d characters; shorten it.", shortened(s), most)
		}
		if s != "" {
			clean[l] = s
		}
	}
	*t = clean
	return nil
}

func checkLines(lines ...string) error {
	for _, s := range lines {
		if len([]rune(s)) > longestLine {
			return rostrum.Errorf(rostrum.TooLarge, "%q is longer than %d characters; shorten it.", shortened(s), longestLine)
		}
	}
	return nil
}

func checkCountry(c *string) error {
	*c = strings.ToUpper(strings.TrimSpace(*c))
	if *c == "" || len(*c) == 2 && strings.Trim(*c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return nil
	}
	return rostrum.Errorf(rostrum.Invalid, "%q is not a country; use its two letters, such as CH (ISO 3166-1).", shortened(*c))
}
