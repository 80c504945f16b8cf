package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestRooms(t *testing.T) {
	data := t.TempDir()
	rooms := func() []roomReport {
		t.Helper()
		var p struct{ Rooms []roomReport }
		if err := json.Unmarshal([]byte(done(t, data, "room", "list", "--json").out), &p); err != nil || p.Rooms == nil {
			t.Fatal(p, err)
		}
		return p.Rooms
	}
	if text := done(t, data, "room", "list").out; len(rooms()) != 0 || !strings.Contains(text, "rostrum room save") {
		t.Errorf("without a room it lists %q", text)
	}
	done(t, data, "room", "save", "salle-popov", "--channels", "floor,-,fr=2.1,ar=2.3+4", "--title", "Salle Popov")
	done(t, data, "room", "save", "baku", "--channels", "floor")
	done(t, data, "room", "save", "baku", "--channels", "en,az")
	want := []roomReport{{"baku", "", []string{"en", "az"}}, {"salle-popov", "Salle Popov", []string{"floor", "-", "fr=2.1", "ar=2.3+4"}}}
	if got := rooms(); !reflect.DeepEqual(got, want) {
		t.Errorf("it lists %+v, want %+v", got, want)
	}
	if text := done(t, data, "room", "list").out; !strings.Contains(text, "floor,-,fr=2.1,ar=2.3+4  (Salle Popov)\n") {
		t.Errorf("it lists\n%s", text)
	}
	done(t, data, "room", "remove", "baku")
	if got := rooms(); !reflect.DeepEqual(got, want[1:]) {
		t.Errorf("after the removal it lists %+v", got)
	}
	for _, c := range []struct {
		name string
		args []string
		exit int
		says string
	}{
		{"unknown", []string{"room", "remove", "salle-popow"}, 3, "salle-popov"},
		{"no name", []string{"room", "save", "Salle Popov", "--channels", "floor"}, 3, "small letters"},
		{"no language", []string{"room", "save", "a", "--channels", "floor,klingonese-x"}, 3, ""},
		{"twice", []string{"room", "save", "a", "--channels", "fr,fr"}, 3, "twice"},
		{"nothing", []string{"room", "save", "a", "--channels", "-"}, 3, "no channel"},
		{"no place", []string{"room", "save", "a", "--channels", "fr=x"}, 3, "place"},
		{"no channels", []string{"room", "save", "a"}, 2, "--channels"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, execute(t, data, c.args...), c.exit, "", c.says) })
	}
}
