package cutlist

import (
	"strings"

	"rostrum/pipeline/spelling"
)

// Consent is what the words of a sheet's consent column say about publishing a speech.
type Consent string

// The meanings. What is not understood is Pending: nothing is published on a guess.
const (
	ConsentNotGiven Consent = "" // the cell is empty or there is no such column
	ConsentPublic   Consent = "public"
	ConsentPartners Consent = "partners"
	ConsentEmbargo  Consent = "embargo"
	ConsentPending  Consent = "pending"
	ConsentRefused  Consent = "refused"
)

// readConsent reads the words, in English or French. Consent is recognised by the whole of the
// words only, refusal already by the first: "no, except the slides" is no. certain is false when a
// person should look.
func readConsent(words string) (c Consent, certain bool) {
	folded := spelling.Fold(words)
	switch folded {
	case "":
		switch strings.TrimSpace(words) {
		case "":
			return ConsentNotGiven, true
		case "?", "-", "–", "—":
			return ConsentPending, true
		}
		return ConsentPending, false // a tick, perhaps
	case "yes", "y", "oui", "o", "public", "publique", "true", "vrai", "oui public", "yes public", "granted", "accorde", "accordee":
		return ConsentPublic, true
	case "partners", "partners only", "partner", "partner only", "partenaires", "partenaires seulement", "partenaires uniquement",
		"seulement partenaires", "uniquement partenaires", "only partners", "oui partenaires seulement", "yes partners only":
		return ConsentPartners, true
	case "embargo", "sous embargo", "under embargo", "after the communique", "apres le communique":
		return ConsentEmbargo, true
	case "pending", "en attente", "attente", "tbc", "tbd", "a confirmer", "to be confirmed", "not yet", "pas encore", "unknown", "inconnu":
		return ConsentPending, true
	case "no", "n", "non", "refused", "refuse", "refusee", "refus", "false", "faux", "denied":
		return ConsentRefused, true
	}
	first, _, _ := strings.Cut(folded, " ")
	switch first {
	case "no", "non", "refused", "refuse", "refusee", "refus", "denied":
		return ConsentRefused, false
	case "embargo":
		return ConsentEmbargo, false
	}
	return ConsentPending, false
}

// consentNotice says how doubtful words were taken.
func consentNotice(c Consent) string {
	switch c {
	case ConsentRefused:
		return "taken as a refusal for the whole intervention"
	case ConsentEmbargo:
		return "taken as an embargo whose end is still to be set"
	}
	return "not understood and taken as pending"
}
