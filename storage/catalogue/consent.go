package catalogue

import (
	"context"
	"fmt"

	"rostrum"
)

// AddConsent records what the speaker allows from now on. Earlier consents stay on record.
func (t *Tx) AddConsent(ctx context.Context, id rostrum.InterventionID, c rostrum.Consent) error {
	return t.addConsent(ctx, id, "", c)
}

// AddBoothConsent records what the interpreters of a channel allow from now on. The consent in force also stands in the intervention's
// Booths, which the caller stores in the same transaction.
func (t *Tx) AddBoothConsent(ctx context.Context, id rostrum.InterventionID, channel string, c rostrum.Consent) error {
	return t.addConsent(ctx, id, channel, c)
}

func (t *Tx) addConsent(ctx context.Context, id rostrum.InterventionID, channel string, c rostrum.Consent) error {
	document := ""
	if c.Document != nil {
		document = encode(c.Document)
	}
	_, err := t.exec(ctx, `INSERT INTO consents (intervention, number, kind, until, by_whom, how, at, channel, document, taken_back)
		SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM consents WHERE intervention = $1`,
		id, c.Kind, instant(c.Until), c.By, c.How, instant(c.At), channel, document, flag(c.TakenBack))
	return err
}

// RecordedConsent is one line of an intervention's history of consents.
type RecordedConsent struct {
	Number  int    // from 1, in the order in which they were recorded
	Channel string // of interpreters; "" is the speaker
	rostrum.Consent
}

// HasDocument says whether a consent names the document at a key of the store.
func (r reader) HasDocument(ctx context.Context, object string) (bool, error) {
	return one(ctx, r, "", func(r row) (has bool, err error) { err = r.Scan(&has); return has, err },
		`SELECT EXISTS (SELECT 1 FROM consents WHERE document LIKE $1)`, `%"object":`+encode(object)+`%`)
}

const consentSelect = `SELECT number, channel, kind, until, by_whom, how, at, document, taken_back FROM consents WHERE intervention = $1 `

func scanConsent(r row) (c RecordedConsent, err error) {
	var takenBack int64
	err = r.Scan(&c.Number, &c.Channel, &c.Kind, asTime{&c.Until}, &c.By, &c.How, asTime{&c.At}, asJSON{&c.Document}, &takenBack)
	c.TakenBack = takenBack != 0
	return c, err
}

// Consents lists all consents that were ever recorded for an intervention, oldest first.
func (r reader) Consents(ctx context.Context, id rostrum.InterventionID) ([]RecordedConsent, error) {
	return list(ctx, r, scanConsent, consentSelect+`ORDER BY number`, id)
}

// Consent gives one line of the history; NotFound when there is none.
func (r reader) Consent(ctx context.Context, id rostrum.InterventionID, number int) (RecordedConsent, error) {
	return one(ctx, r, fmt.Sprintf("There is no consent number %d of this intervention.", number), scanConsent, consentSelect+`AND number = $2`, id, number)
}
