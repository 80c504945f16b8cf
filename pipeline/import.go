package pipeline

import (
	"context"

	"rostrum"
)

// Imported says what an import added or changed.
type Imported struct {
	Meetings      []string // slugs of the meetings that the file speaks of
	Interventions int      // that the file lists
	Others        int      // further records in it
}

// Import adds what a programme says, or changes what is there already, all or none: meetings with their agendas and speakers' lists, topics,
// organisations, persons, partners, series, study periods, in any form that agenda.Read knows. What the file leaves out stays, and nothing is
// taken away. Invalid when the file can't be read, or speaks of a meeting that is neither there nor described in it.
func (p *Pipeline) Import(ctx context.Context, data []byte, who string) (*Imported, error) {
	f := ProgrammeFile{Name: "programme", Data: data}
	x, err := p.ProposeProgramme(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, c := range x.Changes {
		if c.Blocked != "" {
			return nil, rostrum.Errorf(rostrum.Invalid, "%s", c.Blocked)
		}
	}
	if len(x.unknown) > 0 {
		return nil, rostrum.Errorf(rostrum.Invalid, "There is no meeting %q for the agenda; import the meeting first.", x.unknown[0])
	}
	if _, err := p.TakeProgramme(ctx, f, nil, x.Seen, rostrum.Operator(who)); err != nil {
		return nil, err
	}
	d := x.incoming
	done := &Imported{Others: len(d.Series) + len(d.StudyPeriods) + len(d.Topics) + len(d.Organisations) + len(d.Persons) + len(d.Partners)}
	for _, m := range d.Meetings {
		done.Meetings = append(done.Meetings, m.Slug)
		done.Interventions += len(m.Slots)
	}
	return done, nil
}
