package pipeline

import (
	"context"
	"time"

	"rostrum"
)

// Began is when frame 0 of a recording was, by the clock on the wall, in the meeting's time zone: by the time of day that its timecode tells,
// on the day that the file says or, where it says none, on a day of the meeting; else by the time that the file says. The zero value when
// neither is known. NotFound for a recording that there is not.
func (p *Pipeline) Began(ctx context.Context, id rostrum.RecordingID) (time.Time, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	m, err := p.MeetingOf(ctx, r)
	if err != nil {
		return time.Time{}, err
	}
	return began(r, m), nil
}

// MeetingOf gives the meeting that a recording is of, without its agenda.
func (p *Pipeline) MeetingOf(ctx context.Context, r *rostrum.Recording) (*rostrum.Meeting, error) {
	all, err := p.Catalogue.Meetings(ctx)
	for i := range all {
		if all[i].ID == r.Meeting {
			return &all[i], nil
		}
	}
	if err == nil {
		err = rostrum.Errorf(rostrum.NotFound, "The recording belongs to a meeting that there is not; import the meeting again.")
	}
	return nil, err
}

// ZoneOf is the time zone of a meeting; UTC when it names none.
func ZoneOf(m *rostrum.Meeting) *time.Location {
	if zone, err := time.LoadLocation(m.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

func began(r *rostrum.Recording, m *rostrum.Meeting) time.Time {
	zone := ZoneOf(m)
	// A recorder's files arrive on the day on which they were filmed, so of a meeting of several days that one is likely.
	day := r.Received.In(zone).Format(time.DateOnly)
	if ends := max(m.Ends, m.Starts); day < string(m.Starts) || day > string(ends) {
		day = string(m.Starts)
	}
	var near []Planned
	if d, err := time.ParseInLocation(time.DateOnly, day, zone); err == nil {
		near = []Planned{{Starts: d.Add(12 * time.Hour)}}
	}
	at := beginning(r, near, zone)
	if at.IsZero() {
		return at
	}
	return at.In(zone)
}
