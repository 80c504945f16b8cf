package rostrum

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Series is a row of meetings under one name: the CTO meetings, the CxO meetings. The list is open.
type Series struct {
	Slug  string `json:"slug"`
	Title Texts  `json:"title"`
	// SecondPerson asks for the approval of somebody other than the one who publishes.
	SecondPerson bool `json:"second_person,omitempty"`
	// Retention is how many days an intervention stays published; 0 is for ever. Afterwards it is withdrawn, never deleted.
	Retention int `json:"retention_days,omitempty"`
}

// StudyPeriod is the time from one assembly (WTSA) to the next. Periods are records with dates: the assembly has
// been moved before, so nothing computes them.
type StudyPeriod struct {
	Name   string `json:"name"`
	Starts Date   `json:"starts"`
	Ends   Date   `json:"ends,omitempty"` // "" while it runs
}

// Date is a calendar day, YYYY-MM-DD, without a time zone.
type Date string

// ParseDate checks a calendar day.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", Errorf(Invalid, "%q is not a date; write it as YYYY-MM-DD.", s)
	}
	return Date(s), nil
}

// Meeting is where interventions are made.
type Meeting struct {
	ID       MeetingID
	Slug     string
	Series   string // slug, or ""
	Kind     string // open list: CTO, CxO, consultation …
	Title    Texts
	Intro    Texts
	Place    string
	Country  string // ISO 3166-1 alpha-2
	Starts   Date
	Ends     Date
	TimeZone string // IANA name
	Agenda   []AgendaItem
}

// AgendaItem is a numbered subject of a meeting.
type AgendaItem struct {
	Number string `json:"number"`
	Title  Texts  `json:"title"`
}

// Topic is a subject that recurs from meeting to meeting. Its old and other names are aliases: 5G is IMT-2020.
type Topic struct {
	Slug    string   `json:"slug"`
	Title   Texts    `json:"title"`
	Aliases []string `json:"aliases,omitempty"`
}

// Organisation sends speakers, or receives recordings. It has several regions: a North African regulator
// is Arab and African at once.
type Organisation struct {
	Slug    string   `json:"slug"`
	Name    Texts    `json:"name"`
	Kind    string   `json:"kind,omitempty"` // open list: operator, vendor, SME, RTO, SDO …
	Country string   `json:"country,omitempty"`
	Regions []string `json:"regions,omitempty"` // AFR AMS ARB ASP CIS EUR
	Website string   `json:"website,omitempty"`
}

// Person speaks.
type Person struct {
	Slug         string `json:"slug"`
	Name         string `json:"name"`
	Function     string `json:"function,omitempty"`
	Organisation string `json:"organisation,omitempty"` // slug
}

// Partner is an organisation that shows interventions on its own pages.
type Partner struct {
	Slug         string     `json:"slug"`
	Organisation string     `json:"organisation,omitempty"` // slug
	Name         Texts      `json:"name"`
	Languages    []Language `json:"languages,omitempty"`
	Origins      []string   `json:"origins,omitempty"` // pages that may frame our embed: https://www.apt.example
	Contact      string     `json:"contact,omitempty"`
}

// Share is a link given to a partner for one intervention.
type Share struct {
	ID           string
	Partner      string // slug
	Intervention InterventionID
	Created      time.Time
	Expires      time.Time // zero: does not
	Revoked      time.Time // zero: is not
}

// CheckSlug refuses what can't stand in an address: a slug has 1 to 80 small letters, digits and
// single hyphens.
func CheckSlug(s string) error {
	if s == "" || len(s) > 80 || Slug(s) != s {
		return Errorf(Invalid, "%q can't be part of an address; use small letters, digits and hyphens, like cxo-2026-geneva.", s)
	}
	return nil
}

// Slug makes a part of an address from a name: small Latin letters, digits and hyphens, at most 60 long.
// Letters with marks lose them; other scripts leave nothing, and the caller numbers instead.
func Slug(name string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range strings.ToLower(name) {
		if plain, ok := plainLetters[r]; ok {
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteString(plain)
			continue
		}
		if r < unicode.MaxASCII && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteRune(r)
			continue
		}
		hyphen = true
	}
	s := b.String()
	if len(s) > 60 {
		s = s[:60]
		if i := strings.LastIndexByte(s, '-'); i > 30 {
			s = s[:i]
		}
	}
	return strings.Trim(s, "-")
}

// plainLetters are the marked Latin letters of European names. It is never written to.
var plainLetters = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'þ': "th", 'ð': "d", 'ı': "i"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭį",
		"j": "ĵ", "k": "ķ", "l": "ĺļľŀ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț",
		"u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()

// FreeSlug gives the slug for want that is not taken: want's own, or with the next free number behind it, or
// "intervention-N" when want has no Latin letter.
func FreeSlug(want string, position int, taken []string) string {
	base := Slug(want)
	if base == "" {
		base = fmt.Sprintf("intervention-%d", position)
	}
	s := base
	for n := 2; slices.Contains(taken, s); n++ {
		s = fmt.Sprintf("%s-%d", base, n)
	}
	return s
}
