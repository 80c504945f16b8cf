package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"rostrum"
)

func TestUsers(t *testing.T) {
	data := t.TempDir()
	one := func(args ...string) userReport {
		t.Helper()
		var p struct{ User userReport }
		out := done(t, data, append(append([]string{"user"}, args...), "--json")...).out
		if err := json.Unmarshal([]byte(out), &p); err != nil || p.User.ID == "" {
			t.Fatal(out, err)
		}
		return p.User
	}
	if text := done(t, data, "user", "list").out; !strings.Contains(text, "rostrum user add") {
		t.Errorf("without an account it says %q", text)
	}
	ada := one("add", "Ada@Example.org", "--name", "Ada Admin", "--role", "administrator", "--public-url", "https://video.example.org/tv/")
	if ada.Email != "ada@example.org" || !strings.HasPrefix(ada.Link, "https://video.example.org/tv/studio/invitation/") || len(ada.Link) < 70 {
		t.Errorf("it makes %+v", ada)
	}
	if text := done(t, data, "user", "add", "aline@example.org", "--name", "Aline Vidal", "--role", "av,editor").out; !strings.Contains(text, "http://127.0.0.1:8080/studio/invitation/") {
		t.Errorf("it says %q", text)
	}
	if aline := one("role", "aline@example.org", "av"); !reflect.DeepEqual(aline.Roles, []rostrum.Role{rostrum.AVStaff}) {
		t.Errorf("the roles are %v", aline.Roles)
	}
	if token := one("token", "aline@example.org", "--name", "recorder", "--scope", "look,send").Token; !strings.HasPrefix(token, "rostrum_") || len(token) < 34 {
		t.Errorf("the token is %q", token)
	}
	if again := one("reset", "ada@example.org"); again.Link == "" || strings.HasSuffix(ada.Link, again.Link[len(again.Link)-26:]) {
		t.Errorf("the new link is %q", again.Link)
	}
	if closed := one("close", "aline@example.org"); !closed.Closed {
		t.Errorf("closed: %+v", closed)
	}
	if text := done(t, data, "user", "list").out; !strings.Contains(text, "aline@example.org") || strings.Count(text, "(closed)") != 1 {
		t.Errorf("it lists\n%s", text)
	}
	refused(t, execute(t, data, "user", "token", "aline@example.org", "--name", "x", "--scope", "look"), 3, "", "closed")
	if open := one("reopen", "aline@example.org"); open.Closed {
		t.Errorf("open: %+v", open)
	}
	for _, c := range []struct {
		name string
		args []string
		exit int
		says string
	}{
		{"unknown", []string{"close", "bo@example.org"}, 3, "user list"},
		{"no address", []string{"add", "bo", "--name", "Bo", "--role", "av"}, 3, "e-mail"},
		{"taken", []string{"add", "ADA@example.org", "--name", "Ada", "--role", "av"}, 3, "already"},
		{"no name", []string{"add", "bo@example.org", "--name", " ", "--role", "av"}, 3, "name"},
		{"no role", []string{"add", "bo@example.org", "--name", "Bo", "--role", "king"}, 3, "king"},
		{"roles missing", []string{"add", "bo@example.org", "--name", "Bo"}, 2, "--role"},
		{"last administrator closed", []string{"close", "ada@example.org"}, 3, "only administrator"},
		{"last administrator demoted", []string{"role", "ada@example.org", "av"}, 3, "only administrator"},
		{"scope", []string{"token", "aline@example.org", "--name", "x", "--scope", "everything"}, 3, "scope"},
		{"more than the person", []string{"token", "aline@example.org", "--name", "x", "--scope", "publish"}, 3, "publish"},
		{"too long", []string{"token", "aline@example.org", "--name", "x", "--scope", "look", "--days", "400"}, 3, "365"},
	} {
		t.Run(c.name, func(t *testing.T) {
			refused(t, execute(t, data, append([]string{"user"}, c.args...)...), c.exit, "", c.says)
		})
	}
}
