package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"rostrum"
	"rostrum/storage/catalogue"
)

// document is what Import reads.
type document struct {
	Series       []rostrum.Series       `json:"series"`
	StudyPeriods []rostrum.StudyPeriod  `json:"study_periods"`
	Meetings     []importedMeeting      `json:"meetings"`
	Topics       []rostrum.Topic        `json:"topics"`
	Organisation []rostrum.Organisation `json:"organisations"`
	Persons      []rostrum.Person       `json:"persons"`
	Partners     []rostrum.Partner      `json:"partners"`
	Agendas      []importedAgenda       `json:"agendas"` // of meetings that are there already
}

type importedAgenda struct {
	Meeting string               `json:"meeting"`
	Items   []rostrum.AgendaItem `json:"items"`
}

type importedMeeting struct {
	Slug     string               `json:"slug"`
	Series   string               `json:"series"`
	Kind     string               `json:"kind"`
	Title    rostrum.Texts        `json:"title"`
	Intro    rostrum.Texts        `json:"intro"`
	Place    string               `json:"place"`
	Country  string               `json:"country"`
	Date     rostrum.Date         `json:"date"` // of a meeting of one day
	Starts   rostrum.Date         `json:"starts"`
	Ends     rostrum.Date         `json:"ends"`
	TimeZone string               `json:"time_zone"`
	Agenda   []rostrum.AgendaItem `json:"agenda"`
}

// Imported says what an import added or changed.
type Imported struct {
	Meetings []string // slugs
	Others   int
}

// Import adds the records of a JSON document or of a CSV table, or changes those that are there under the same slug, all or none.
// Records that the document leaves out stay.
func (p *Pipeline) Import(ctx context.Context, data []byte, who string) (*Imported, error) {
	d, err := readDocument(data)
	if err != nil {
		return nil, err
	}
	done := &Imported{}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		steps := []func() error{}
		for _, x := range d.Series {
			steps = append(steps, func() error { return tx.PutSeries(ctx, x) })
		}
		for _, x := range d.StudyPeriods {
			steps = append(steps, func() error { return tx.PutStudyPeriod(ctx, x) })
		}
		for _, x := range d.Topics {
			steps = append(steps, func() error { return tx.PutTopic(ctx, x) })
		}
		for _, x := range d.Organisation {
			steps = append(steps, func() error { return tx.PutOrganisation(ctx, x) })
		}
		for _, x := range d.Persons {
			steps = append(steps, func() error { return tx.PutPerson(ctx, x) })
		}
		for _, x := range d.Partners {
			steps = append(steps, func() error { return tx.PutPartner(ctx, x) })
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
			done.Others++
		}
		for _, x := range d.Meetings {
			m := rostrum.Meeting{Slug: x.Slug, Series: x.Series, Kind: x.Kind, Title: x.Title, Intro: x.Intro, Place: x.Place, Country: x.Country,
				Starts: x.Starts, Ends: x.Ends, TimeZone: x.TimeZone, Agenda: x.Agenda}
			if m.Starts == "" {
				m.Starts = x.Date
			}
			if m.Ends == "" {
				m.Ends = m.Starts
			}
			for _, day := range []rostrum.Date{m.Starts, m.Ends} {
				if _, err := rostrum.ParseDate(string(day)); err != nil {
					return rostrum.Errorf(rostrum.Invalid, "Meeting %q: %w", x.Slug, err)
				}
			}
			if _, err := tx.PutMeeting(ctx, &m); err != nil {
				return err
			}
			done.Meetings = append(done.Meetings, x.Slug)
		}
		for _, x := range d.Agendas {
			m, err := tx.MeetingBySlug(ctx, x.Meeting)
			if err != nil {
				return rostrum.Errorf(rostrum.Invalid, "There is no meeting %q for the agenda; import the meeting first.", x.Meeting)
			}
			m.Agenda = x.Items
			if _, err := tx.PutMeeting(ctx, m); err != nil {
				return err
			}
			done.Meetings = append(done.Meetings, x.Meeting)
		}
		return tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "import", Detail: fmt.Sprintf("%d meetings, %d other records", len(done.Meetings), done.Others)})
	})
	return done, err
}

// readDocument tells JSON from CSV by its first character.
func readDocument(data []byte) (*document, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	if !bytes.HasPrefix(data, []byte("{")) {
		return readCSV(data)
	}
	var d document
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return nil, rostrum.Errorf(rostrum.Invalid, "The file can't be imported: near byte %d it is not the JSON that Rostrum reads (%s).", decoder.InputOffset(), jsonFault(err)).Because(err)
	}
	return &d, nil
}

// jsonFault gives what is wrong without Go's words.
func jsonFault(err error) string {
	if e, ok := err.(*json.UnmarshalTypeError); ok {
		return "the value of " + e.Field + " has the wrong form"
	}
	if _, ok := err.(*json.SyntaxError); ok {
		return "a comma, quote or bracket is missing or too many"
	}
	return "a name there is not known"
}
