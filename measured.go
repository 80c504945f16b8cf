package rostrum

import "time"

// Measured is what is known of an intervention once it has been rendered: what the report on its quality is judged from.
type Measured struct {
	Asked    time.Duration   `json:"asked"`            // length of the cut
	Found    time.Duration   `json:"found"`            // length of what was made
	Frames   []MeasuredRung  `json:"frames,omitempty"` // of every rung, and of the files to take away
	Sounds   []MeasuredSound `json:"sounds,omitempty"` // of every channel that is offered
	Silent   []Language      `json:"silent,omitempty"` // booths that say nothing here
	Black    []Span          `json:"black,omitempty"`  // in frames from the in point
	Frozen   []Span          `json:"frozen,omitempty"` // in frames from the in point
	Sync     time.Duration   `json:"sync"`             // how much later the sound begins than the picture
	Likeness []float64       `json:"likeness,omitempty"`
	Captions []Language      `json:"captions,omitempty"`
	Wanted   []Language      `json:"wanted,omitempty"` // languages in which captions are expected
}

// MeasuredRung is how many pictures there are of one size.
type MeasuredRung struct {
	Name     string `json:"name"`
	Expected int64  `json:"expected"`
	Found    int64  `json:"found"`
}

// MeasuredSound is what was measured of one channel.
type MeasuredSound struct {
	Channel  string        `json:"channel"`
	Before   Loudness      `json:"before"`
	After    Loudness      `json:"after"`
	Target   float64       `json:"target"`             // LUFS
	Ceiling  float64       `json:"ceiling"`            // dBTP
	Clipped  int64         `json:"clipped,omitempty"`  // samples of the source at full scale
	Silences []Span        `json:"silences,omitempty"` // of the recording's frames, longer than 10 s
	Silent   bool          `json:"silent,omitempty"`   // nothing is said at all
	Length   time.Duration `json:"length"`             // of what was made
}
