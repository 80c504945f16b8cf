package hls

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"rostrum"
)

// OwnName names a sound or caption track in a player's menu: a language by its own name.
func OwnName(channel string, l rostrum.Language) string {
	if channel == rostrum.Floor {
		return "Original"
	}
	tag, err := language.Parse(string(l))
	if err != nil {
		return string(l)
	}
	if name := display.Self.Name(tag); name != "" {
		return name
	}
	return string(l)
}
