package reviewing

import (
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

// said is what a speaker says, as it is being read.
type said struct{ pipeline.Said }

// read reads the form, and gives the key of the words on what is wrong with it, which the speaker reads in a language of the page; "" when
// it is right. The pipeline checks all of it again.
func (s *said) read(f form, v *pipeline.Review) string {
	if v.Manifest == nil {
		return "bad.making"
	}
	length := v.Manifest.Duration
	at, _, ok := moment(f.At)
	text := strings.TrimSpace(f.Text)
	switch {
	case !ok:
		return "bad.time"
	case at < 0 || at > length:
		return "bad.outside"
	case len([]rune(text)) > 4000 || len([]rune(f.Who)) > 200:
		return "bad.long"
	case s.Kind == rostrum.Remark && text == "":
		return "bad.empty"
	}
	if s.At = at; s.Kind != rostrum.AnotherCut {
		return ""
	}
	for _, end := range []struct {
		typed string
		to    **time.Duration
		now   time.Duration
	}{{f.Begin, &s.Begin, 0}, {f.End, &s.End, length}} {
		d, typed, ok := moment(end.typed)
		switch {
		case !ok:
			return "bad.time"
		case !typed:
			continue
		case (d - end.now).Abs() > pipeline.WishReach:
			return "bad.reach"
		}
		*end.to = &d
	}
	begin, end := time.Duration(0), length
	if s.Begin != nil {
		begin = *s.Begin
	}
	if s.End != nil {
		end = *s.End
	}
	switch {
	case begin >= end:
		return "bad.order"
	case s.Begin == nil && s.End == nil && text == "":
		return "bad.cut"
	}
	return ""
}
