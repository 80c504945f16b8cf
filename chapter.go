package rostrum

// Chapter is a stretch of a recording that somebody marked while it was filmed, as OBS writes it at the press of a key: a hint
// where an intervention may begin, no more.
type Chapter struct {
	At    Frame  `json:"at"`              // first frame; never before the timeline begins
	End   Frame  `json:"end"`             // exclusive, after At; it may lie behind the end of the timeline
	Title string `json:"title,omitempty"` // in one line, as it was written
}

// Span is the chapter on a timeline of so many frames: empty where it lies behind the end.
func (c Chapter) Span(frames Frame) Span {
	return Span{In: min(c.At, frames), Out: min(c.End, frames)}
}
