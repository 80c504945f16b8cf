package agenda

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// weigher goes through the facts of a record: it collects those that change, and completes what comes in with what it does not
// state.
type weigher struct {
	zone   *time.Location // of times; nil is UTC
	fields []Field
}

func (w *weigher) field(name string, l rostrum.Language, before, after string) {
	if before != after {
		w.fields = append(w.fields, Field{name, l, before, after})
	}
}

func weighWord[S ~string](w *weigher, name string, before S, after *S) {
	if *after == "" {
		*after = before
	}
	w.field(name, "", string(before), string(*after))
}

func (w *weigher) word(name, before string, after *string) { weighWord(w, name, before, after) }

func (w *weigher) texts(name string, before rostrum.Texts, after *rostrum.Texts) {
	all := maps.Clone(before)
	if all == nil {
		all = rostrum.Texts{}
	}
	for _, l := range slices.Sorted(maps.Keys(*after)) {
		if s := (*after)[l]; s != "" {
			w.field(name, l, all[l], s)
			all[l] = s
		}
	}
	*after = someOf(all)
}

// list compares lists whose order says nothing.
func weighList[S ~string](w *weigher, name string, before []S, after *[]S) {
	if len(*after) == 0 {
		*after = before
		return
	}
	if a, b := slices.Sorted(slices.Values(before)), slices.Sorted(slices.Values(*after)); !slices.Equal(a, b) {
		w.fields = append(w.fields, Field{name, "", joined(before), joined(*after)})
	}
}

func joined[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func weighSeries(w *weigher, before rostrum.Series, after *rostrum.Series) {
	w.texts("title", before.Title, &after.Title)
}

func weighStudyPeriod(w *weigher, before rostrum.StudyPeriod, after *rostrum.StudyPeriod) {
	weighWord(w, "starts", before.Starts, &after.Starts)
	weighWord(w, "ends", before.Ends, &after.Ends)
}

func weighTopic(w *weigher, before rostrum.Topic, after *rostrum.Topic) {
	w.texts("title", before.Title, &after.Title)
	weighList(w, "aliases", before.Aliases, &after.Aliases)
}

func weighOrganisation(w *weigher, before rostrum.Organisation, after *rostrum.Organisation) {
	w.texts("name", before.Name, &after.Name)
	w.word("kind", before.Kind, &after.Kind)
	w.word("country", before.Country, &after.Country)
	weighList(w, "regions", before.Regions, &after.Regions)
	w.word("website", before.Website, &after.Website)
}

func weighPerson(w *weigher, before rostrum.Person, after *rostrum.Person) {
	w.word("name", before.Name, &after.Name)
	w.word("function", before.Function, &after.Function)
	w.word("organisation", before.Organisation, &after.Organisation)
}

func weighPartner(w *weigher, before rostrum.Partner, after *rostrum.Partner) {
	w.word("organisation", before.Organisation, &after.Organisation)
	w.texts("name", before.Name, &after.Name)
	weighList(w, "languages", before.Languages, &after.Languages)
	weighList(w, "origins", before.Origins, &after.Origins)
	w.word("contact", before.Contact, &after.Contact)
}

// weighMeeting expects the agenda to be completed already.
func weighMeeting(w *weigher, before rostrum.Meeting, after *rostrum.Meeting) {
	w.word("series", before.Series, &after.Series)
	w.word("kind", before.Kind, &after.Kind)
	w.texts("title", before.Title, &after.Title)
	w.texts("intro", before.Intro, &after.Intro)
	w.word("place", before.Place, &after.Place)
	w.word("country", before.Country, &after.Country)
	weighWord(w, "starts", before.Starts, &after.Starts)
	weighWord(w, "ends", before.Ends, &after.Ends)
	w.word("time_zone", before.TimeZone, &after.TimeZone)
	if len(after.Agenda) == 0 {
		after.Agenda = before.Agenda
		return
	}
	same := slices.EqualFunc(before.Agenda, after.Agenda, func(a, b rostrum.AgendaItem) bool {
		return a.Number == b.Number && maps.Equal(a.Title, b.Title)
	})
	if !same {
		w.fields = append(w.fields, Field{"agenda", "", agendaWords(before.Agenda), agendaWords(after.Agenda)})
	}
}

// agendaWords gives an agenda on one line. Two that differ in another language only look alike here; the agenda items tell.
func agendaWords(items []rostrum.AgendaItem) string {
	var all []string
	for _, a := range items {
		title, _ := a.Title.In()
		all = append(all, oneLine(a.Number+" "+title))
	}
	return strings.Join(all, " · ")
}

func weighSlot(w *weigher, before Slot, after *Slot, wanders bool) {
	after.ID = before.ID
	if after.Key == "" {
		after.Key = before.Key
	}
	// What a person allowed, and what they are, is not another person's.
	inherited := before
	passed := before.Speaker != "" && after.Speaker != "" && !sameName(before.Speaker, after.Speaker)
	if passed {
		before.Function, before.Organisation, before.Consent = nil, "", rostrum.ConsentNone
	}
	if wanders {
		w.field("position", "", strconv.Itoa(before.Position), strconv.Itoa(after.Position))
	}
	w.word("agenda_item", before.AgendaItem, &after.AgendaItem)
	w.texts("title", before.Title, &after.Title)
	w.word("speaker", before.Speaker, &after.Speaker)
	w.texts("function", before.Function, &after.Function)
	w.word("organisation", before.Organisation, &after.Organisation)
	w.texts("abstract", before.Abstract, &after.Abstract)
	weighWord(w, "language", before.Language, &after.Language)
	weighList(w, "topics", before.Topics, &after.Topics)
	if after.Starts.IsZero() {
		after.Starts = before.Starts
	}
	if !before.Starts.Equal(after.Starts) {
		w.field("starts", "", w.when(before.Starts), w.when(after.Starts))
	}
	if after.Length == 0 {
		after.Length = before.Length
	}
	w.field("length", "", lengthWords(before.Length), lengthWords(after.Length))
	weighWord(w, "consent", before.Consent, &after.Consent)
	w.word("notes", before.Notes, &after.Notes)
	if passed {
		for _, l := range slices.Sorted(maps.Keys(inherited.Function)) {
			w.replace("function", l, inherited.Function[l], after.Function[l])
		}
		w.replace("organisation", "", inherited.Organisation, after.Organisation)
		w.replace("consent", "", string(inherited.Consent), string(after.Consent))
	}
}

// replace puts what the person before had into the field of that name, or adds the field.
func (w *weigher) replace(name string, l rostrum.Language, before, after string) {
	w.fields = slices.DeleteFunc(w.fields, func(f Field) bool { return f.Name == name && f.Language == l })
	w.field(name, l, before, after)
}

// when writes a time in the zone of the meeting.
func (w *weigher) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if t = t.UTC(); w.zone != nil {
		t = t.In(w.zone)
	}
	return strings.TrimSuffix(t.Format(time.DateTime), ":00")
}
