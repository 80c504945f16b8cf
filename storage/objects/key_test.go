package objects

import (
	"strings"
	"testing"
)

func TestValidKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"a":                              true,
		"a/b-c_d.e/0":                    true,
		"a..b":                           true,
		"-":                              true,
		strings.Repeat("a", 200):         true,
		strings.Repeat("a/", 349) + "aa": true,

		"":                              false,
		"/":                             false,
		"/a":                            false,
		"a/":                            false,
		"a//b":                          false,
		".":                             false,
		"..":                            false,
		"a/../b":                        false,
		"a/./b":                         false,
		".tmp/x":                        false,
		"a/.hidden":                     false,
		"A":                             false,
		"a b":                           false,
		"a\\b":                          false,
		"a\x00":                         false,
		"é":                             false,
		"a\n":                           false,
		"a?b":                           false,
		strings.Repeat("a", 201):        false,
		strings.Repeat("a/", 350) + "a": false,
	} {
		if got := validKey(key); got != want {
			t.Errorf("validKey(%q) is %v", key, got)
		}
	}
}
