package rostrum

import "slices"

// Role is what somebody does in the making of a meeting's films. A person may have several.
type Role string

// The roles.
const (
	Administrator Role = "administrator" // everything, accounts included
	AVStaff       Role = "av"            // records, sends, cuts
	Editor        Role = "editor"        // texts and captions
	Secretariat   Role = "secretariat"   // consents, publishes, reports
	Reader        Role = "reader"        // looks on
)

// Roles lists the roles, the mightiest first.
func Roles() []Role { return []Role{Administrator, Secretariat, AVStaff, Editor, Reader} }

// String is the role in words.
func (r Role) String() string {
	return map[Role]string{Administrator: "administrator", AVStaff: "AV staff", Editor: "editor", Secretariat: "secretariat", Reader: "reader"}[r]
}

// ParseRole reads a role as the command line and an identity provider's groups write it.
func ParseRole(s string) (Role, error) {
	if r := Role(s); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", Errorf(Invalid, "%q is not a role; use administrator, secretariat, av, editor or reader.", s)
}

// Act is a kind of thing that can be done; it is also the scope of a token.
type Act string

// The acts.
const (
	Look       Act = "look"       // see the studio: recordings, interventions, previews, how work stands
	Send       Act = "send"       // send recordings and what belongs to them
	Prepare    Act = "prepare"    // meetings, agendas, speakers' lists, topics, texts
	Cutting    Act = "cut"        // cut, map and replace sound, mark in the room, try failed work again
	Caption    Act = "caption"    // captions and transcripts
	Consenting Act = "consent"    // record what speakers and interpreters allow; review links
	Release    Act = "publish"    // approve, publish, withdraw, restore, retention
	Audit      Act = "audit"      // read and export the audit log
	Administer Act = "administer" // accounts, the queue, settings
)

// Acts lists the acts, as a page offers them.
func Acts() []Act {
	return []Act{Look, Send, Prepare, Cutting, Caption, Consenting, Release, Audit, Administer}
}

// ParseAct reads the name of an act, as tokens' scopes write it.
func ParseAct(s string) (Act, error) {
	if a := Act(s); slices.Contains(Acts(), a) {
		return a, nil
	}
	return "", Errorf(Invalid, "%q is not a scope; use look, send, prepare, cut, caption, consent, publish, audit or administer.", s)
}

// May says whether the role allows an act. This is the whole matrix of rights.
func (r Role) May(a Act) bool {
	switch r {
	case Administrator:
		return true
	case Secretariat:
		return a != Administer && a != Cutting
	case AVStaff:
		return slices.Contains([]Act{Look, Send, Prepare, Cutting, Caption, Consenting}, a)
	case Editor:
		return slices.Contains([]Act{Look, Prepare, Caption}, a)
	case Reader:
		return a == Look
	}
	return false
}
