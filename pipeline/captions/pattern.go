package captions

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled at its first use: the program is also started for each run of ffmpeg,
// where compiling all of them would cost more than the rest of its start.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
