package catalogue

import (
	"context"

	"rostrum"
)

// AddConsent records what the speaker allows from now on. Earlier consents stay on record.
func (t *Tx) AddConsent(ctx context.Context, id rostrum.InterventionID, c rostrum.Consent) error {
	return t.addConsent(ctx, id, "", c)
}

func (t *Tx) addConsent(ctx context.Context, id rostrum.InterventionID, channel string, c rostrum.Consent) error {
	document := ""
	if c.Document != nil {
		document = encode(c.Document)
	}
	_, err := t.exec(ctx, `INSERT INTO consents (intervention, number, kind, until, by_whom, how, at, channel, document)
		SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM consents WHERE intervention = $1`,
		id, c.Kind, instant(c.Until), c.By, c.How, instant(c.At), channel, document)
	return err
}
