package rostrum

// Grade is how much a finding matters.
type Grade string

// The grades. Red keeps an intervention from being published unless somebody gives a reason in writing; yellow is shown.
const (
	Green  Grade = "green"
	Yellow Grade = "yellow"
	Red    Grade = "red"
)

// Finding is the answer to one question about the quality of an intervention.
type Finding struct {
	Check   string `json:"check"`             // what was looked at: duration, frames, streams, loudness, peak, silence, clipping, black, frozen, sync, captions, likeness
	Grade   Grade  `json:"grade"`             //
	Channel string `json:"channel,omitempty"` // of a sound
	Text    string `json:"text"`              // one sentence with the figures, for AV staff
}

// Quality is the report that every revision of an intervention carries.
type Quality struct {
	Findings []Finding `json:"findings"`
}

// Grade is that of the worst finding.
func (q *Quality) Grade() Grade {
	grade := Green
	if q == nil {
		return grade
	}
	for _, f := range q.Findings {
		if f.Grade == Red {
			return Red
		}
		if f.Grade == Yellow {
			grade = Yellow
		}
	}
	return grade
}

// Reds are the findings that keep the intervention from being published.
func (q *Quality) Reds() []Finding {
	var reds []Finding
	if q != nil {
		for _, f := range q.Findings {
			if f.Grade == Red {
				reds = append(reds, f)
			}
		}
	}
	return reds
}
