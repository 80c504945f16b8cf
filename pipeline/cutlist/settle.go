package cutlist

import (
	"fmt"
	"strconv"
	"time"

	"rostrum"
)

// settle decides, for the list as a whole, what its times count from and how, says so under Understood, and notes
// under Assumed what a person may say instead.
func (r *reader) settle() (positions, Clock) {
	p := positions{media: r.media, rate: r.media.Rate, offset: r.assume.Offset, straight: r.assume.Midnight == No}
	p.chosen = r.assume.Clock != ClockUnknown
	var open []moment // those that could be time of day or elapsed
	labels, colons, semicolons, ofMinutes, ofSeconds := 0, false, false, false, false
	for _, e := range r.entries {
		for _, m := range []moment{e.in, e.out} {
			switch m.form {
			case frames:
				labels++
				colons = colons || !m.label.Drop
				semicolons = semicolons || m.label.Drop
			case minutes:
				ofMinutes = true
			case seconds:
				ofSeconds = true
			}
			if m.open() {
				open = append(open, m)
			}
		}
		if e.length.form == frames {
			labels++
		}
	}
	// What a person says holds for the times that leave a doubt; where none do, for all.
	p.others = r.wall || p.chosen && len(open) == 0
	p.hourly = r.wall && !p.chosen || p.others && (r.assume.Clock == ClockDay || r.assume.Clock == ClockWall)
	if labels > 0 {
		r.settleRate(&p)
	}
	if ofMinutes && !p.hourly {
		r.understood("Times with one colon are minutes and seconds from the start of the recording.")
	}
	if ofSeconds && !p.others {
		r.understood("Plain numbers are seconds from the start of the recording.")
	}
	if labels > 0 || len(open) > 0 {
		r.settleDrop(&p, labels > 0, colons, semicolons)
	}
	c := r.settleClock(p, open)
	r.sayClock(p, c)
	if c == ClockDay || c == ClockWall {
		r.settleMidnight(p, c, open)
	}
	return p, c
}

// settleRate decides at what rate timecodes are counted: as said, as the list says itself, at twice the timeline's
// where frames are numbered higher than it can, else at the timeline's.
func (r *reader) settleRate(p *positions) {
	base := r.media.Rate.Timebase()
	double := rostrum.Rate{Num: 2 * r.media.Rate.Num, Den: r.media.Rate.Den}
	beyond, above := 0, false
	for _, e := range r.entries {
		for _, m := range []moment{e.in, e.out, e.length} {
			if m.form == frames && m.label.Frames >= base {
				beyond++
				above = above || m.label.Frames >= 2*base
			}
		}
	}
	text := fmt.Sprintf("Timecodes count %s frames a second, as the recording does.", p.rate.Human())
	switch {
	case r.assume.Rate != (rostrum.Rate{}):
		p.rate = r.assume.Rate
		text = fmt.Sprintf("Timecodes count %s frames a second, as you said.", p.rate.Human())
	case r.rate != (rostrum.Rate{}):
		if p.rate = r.rate; p.rate != r.media.Rate {
			text = fmt.Sprintf("The list says that its timecodes count %s frames a second; the recording has %s.", p.rate.Human(), r.media.Rate.Human())
			r.understood("%s", text)
		}
	case !above && (beyond > 1 || beyond > 0 && r.media.Halved):
		// One such number alone is a slip of the pen.
		p.rate = double
		text = fmt.Sprintf("Frames are numbered up to %d, so the timecodes were read as %s frames a second, twice those of the recording.", double.Timebase()-1, double.Human())
		r.understood("%s", text)
	}
	var choices []Choice
	for _, rate := range ListRates() {
		choices = append(choices, Choice{rate.String(), rate.Human() + " frames a second"})
	}
	r.assumed("rate", p.rate.String(), text, choices...)
}

// settleDrop decides how labels count: as said, as the recording does, or as the list says where the
// recording has no timecode.
func (r *reader) settleDrop(p *positions, labels, colons, semicolons bool) {
	exists := p.rate.Den == 1001 && p.rate.Timebase()%30 == 0
	switch r.assume.Drop {
	case Yes:
		p.drop = true
	case No:
		p.nonDrop = true
	default:
		p.drop = r.media.HasStart && r.media.Start.Drop && exists
		p.nonDrop = p.rate != r.media.Rate && !exists
	}
	text := "Timecodes were read as non-drop."
	switch {
	case r.assume.Drop == Yes:
		text = "Timecodes were read as drop frame, as you said."
	case r.assume.Drop == No:
		text = "Timecodes were read as non-drop, as you said."
	case p.drop && colons:
		text = "The recording counts in drop frame, so the timecodes were read as drop frame although they are written without a semicolon."
		r.understood("%s", text)
	case !r.media.HasStart && semicolons && colons && !p.nonDrop:
		p.drop = true
		text = "Some timecodes are written as drop frame; all were read as drop frame."
		r.understood("%s", text)
	case !p.drop && !semicolons && colons && p.rate == rostrum.Rate2997:
		r.understood("%s", text)
	case p.drop || semicolons:
		text = "Timecodes were read as drop frame, as they are written."
	}
	value := yesNo(p.drop || semicolons && !p.nonDrop)
	if semicolons && !p.drop && !p.nonDrop && r.media.HasStart {
		value, text = "", "Timecodes are written as drop frame, but the recording counts non-drop."
	}
	if exists && labels || r.assume.Drop != Unsaid {
		r.assumed("drop", value, text, Choice{string(Yes), "drop frame"}, Choice{string(No), "non-drop"})
	}
}

// settleClock decides what the times count from.
func (r *reader) settleClock(p positions, open []moment) Clock {
	if p.chosen {
		return r.assume.Clock
	}
	if r.wall { // its heading says so
		if r.media.HasWall {
			r.understood("Times are read off the clock in the room; the recording began at %s.", r.media.Wall.Format("15:04:05"))
			return ClockWall
		}
		r.understood("Times are read off the clock in the room, which the recording's timecode was taken to show; it starts at %s.", r.media.Start)
		return ClockDay
	}
	if len(open) == 0 {
		return ClockElapsed
	}
	fits := func(c Clock) (n int) {
		for _, m := range open {
			if f, err := p.at(m, c); err == nil && f >= 0 && f <= r.media.Frames+grace(r.media.Rate) {
				n++
			}
		}
		return n
	}
	all, asElapsed := len(open), fits(ClockElapsed)
	if r.media.HasStart && r.media.Start != (rostrum.Timecode{Drop: r.media.Start.Drop}) {
		asTimeOfDay := fits(ClockDay)
		if asTimeOfDay < asElapsed {
			r.understood("Times are counted from the start of the recording, not by its timecode, which starts at %s.", r.media.Start)
			return ClockElapsed
		}
		r.understood("Timecodes are time of day, the recording starts at %s.", r.media.Start)
		if asTimeOfDay == all && asElapsed == all {
			r.notice(0, "The times could also be counted from the start of the recording; please check one cut by ear.")
		}
		return ClockDay
	}
	asFalseHour := fits(ClockHour)
	if r.media.HasWall && asElapsed < all && asFalseHour < all && fits(ClockWall) == all {
		r.understood("Times are time of day; the recording began at %s.", r.media.Wall.Format("15:04:05"))
		return ClockWall
	}
	switch {
	case asElapsed == 0 && asFalseHour > 0:
		r.understood("The recording has no timecode, and the list starts at the false first hour 01:00:00:00 of editing programs; one hour was taken off.")
		return ClockHour
	case asFalseHour == all && asElapsed == all:
		r.notice(0, "All times lie beyond the first hour and were counted from the start of the recording. If the editing program starts at 01:00:00:00, they are one hour late; please check one cut by ear.")
	case asFalseHour == all:
		// Either some are slips of the pen, or all are an hour late: not ours to guess.
		r.notice(0, "All times would fit the recording if they were one hour earlier. If the editing program starts at 01:00:00:00, let it start at 00:00:00:00 and export the list again.")
	}
	r.understood("Times are counted from the start of the recording.")
	return ClockElapsed
}

// sayClock notes the clock, with those that this recording allows.
func (r *reader) sayClock(p positions, c Clock) {
	text := map[Clock]string{
		ClockElapsed: "Times count from the start of the recording.",
		ClockDay:     fmt.Sprintf("Times are time of day by the recording's timecode, which starts at %s.", r.media.Start),
		ClockHour:    "Times count from 01:00:00:00, the false first hour of editing programs.",
		ClockWall:    fmt.Sprintf("Times are time of day by the clock in the room; the recording began at %s.", r.media.Wall.Format("15:04:05")),
		ClockOffset:  fmt.Sprintf("Each time is %d frames more than the time from the start of the recording.", p.offset),
	}
	choices := []Choice{{string(ClockElapsed), "elapsed from the start of the recording"}, {string(ClockHour), "the list starts at 01:00:00:00"}}
	if r.media.HasStart {
		choices = append(choices, Choice{string(ClockDay), "time of day, by the recording's timecode"})
	}
	if r.media.HasWall {
		choices = append(choices, Choice{string(ClockWall), "time of day, by the clock in the room"})
	}
	r.assumed("clock", string(c), text[c], append(choices, Choice{string(ClockOffset), "another number of frames is taken off"})...)
	if p.chosen {
		r.understood("%s", text[c])
	}
	if c == ClockOffset {
		r.assumed("offset", strconv.FormatInt(int64(p.offset), 10), fmt.Sprintf("%d frames are taken off each time.", p.offset))
	}
}

// settleMidnight says whether times go on after midnight, where the recording or the list reaches it.
func (r *reader) settleMidnight(p positions, c Clock, open []moment) {
	day, err := p.day(c)
	if err != nil {
		return
	}
	start := r.media.Rate.FrameAt(timeOfDay(r.media.Wall))
	if c == ClockDay {
		if start, err = p.start(); err != nil {
			return
		}
		start = p.scale(start)
	}
	if start+r.media.Frames < day {
		return
	}
	text := "Times from 00:00 on would belong to the next day."
	if p.straight {
		text = "Times from 00:00 on were counted to the day on which the recording began, as you said."
	}
	for _, m := range open {
		if at, err := p.at(m, c); err == nil && at >= 0 && start+at >= day && !p.straight {
			text = "The recording runs past midnight; times from 00:00 on were counted to the next day."
			r.understood("%s", text)
			break
		}
	}
	r.assumed("midnight", yesNo(!p.straight), text, Choice{string(Yes), "times go on after midnight"}, Choice{string(No), "all times are of one day"})
}

// grace is by how much an out may lie beyond the end and still be clipped: people round up.
func grace(rate rostrum.Rate) rostrum.Frame { return rate.FrameAt(time.Second) }
