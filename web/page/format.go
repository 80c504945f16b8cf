package page

import (
	"fmt"
	"math"
	"time"

	"golang.org/x/text/number"

	"rostrum"
)

// Number writes a whole number with the separators of the language.
func (l *Locale) Number(n int) string { return l.printer.Sprint(number.Decimal(n)) }

// Size writes a number of bytes in kB, MB or GB (powers of 1000, as networks bill them): kB in
// whole tens above a hundred, of the others one decimal below ten and none above.
func (l *Locale) Size(bytes int64) string {
	x, key := float64(bytes)/1e6, "size.mb"
	switch {
	case bytes <= 990_000:
		if x, key = math.Ceil(float64(bytes)/1e3), "size.kb"; x > 100 {
			x = math.Ceil(x/10) * 10
		}
	case bytes >= 1_000_000_000:
		x, key = float64(bytes)/1e9, "size.gb"
	}
	digits := 0
	if x < 9.95 && key != "size.kb" {
		digits = 1
	}
	n := l.printer.Sprint(number.Decimal(x, number.MinFractionDigits(digits), number.MaxFractionDigits(digits)))
	return l.Word(key, "n", n)
}

// Duration writes a length for reading: "45 s", "37 min", "1 h 5 min", rounded to the nearest.
func (l *Locale) Duration(d time.Duration) string {
	if d < time.Minute-time.Second/2 {
		return l.Count("duration.seconds", int(d.Round(time.Second)/time.Second))
	}
	minutes := int(d.Round(time.Minute) / time.Minute)
	if minutes < 60 {
		return l.Count("duration.minutes", minutes)
	}
	hours := l.Count("duration.hours", minutes/60)
	if minutes%60 == 0 {
		return hours
	}
	return l.Word("duration.join", "a", hours, "b", l.Count("duration.minutes", minutes%60))
}

// Clock writes a position or an exact length as players do: "6:12", "1:02:03". Parts of a second
// are cut off.
func Clock(d time.Duration) string {
	s := int(d / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// isoDuration writes a length for machines (ISO 8601-1, 5.5.2): "PT6M12S".
func isoDuration(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("PT%dM%dS", s/60, s%60)
}

// Day writes a calendar day. One that cannot be read is given back as it is.
func (l *Locale) Day(d rostrum.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return l.date("date.day", t, t)
}

// Days writes the days of a meeting: one day, or a range as short as the language allows.
func (l *Locale) Days(from, to rostrum.Date) string {
	a, errA := time.Parse(time.DateOnly, string(from))
	b, errB := time.Parse(time.DateOnly, string(to))
	switch {
	case errA != nil || errB != nil || !b.After(a):
		return l.Day(from)
	case a.Year() == b.Year() && a.Month() == b.Month():
		return l.date("date.days", a, b)
	}
	return l.Word("date.range", "a", l.date("date.day", a, a), "b", l.date("date.day", b, b))
}

func (l *Locale) date(pattern string, a, b time.Time) string {
	day := func(t time.Time) string {
		if l.Tag == "fr" && t.Day() == 1 {
			return "1er" // French writes the first day as an ordinal, and no other
		}
		return fmt.Sprint(t.Day())
	}
	return l.Word(pattern, "d", day(a), "d2", day(b),
		"month", l.Word(fmt.Sprintf("month.%d", a.Month())), "y", fmt.Sprint(a.Year()))
}
