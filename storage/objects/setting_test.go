package objects

import (
	"path/filepath"
	"strings"
	"testing"

	"rostrum"
)

func TestOpenFolders(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	for setting, want := range map[string]string{
		"":                                 "default",
		filepath.Join(here, "plain"):       "plain",
		"relative/path":                    "relative/path",
		"file://" + here + "/with%20space": "with space",
	} {
		store, err := Open(t.Context(), setting, filepath.Join(here, "default"))
		if err != nil {
			t.Errorf("%q: %v", setting, err)
			continue
		}
		if got := store.(*Folder).root; got != filepath.Join(here, want) {
			t.Errorf("%q opened %s", setting, got)
		}
		if err := store.Check(t.Context()); err != nil {
			t.Errorf("%q: %v", setting, err)
		}
	}
}

func TestParseBucket(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]bucketSetting{
		"s3://media":                                 {bucket: "media", cache: "data/.cache", budget: 100e9},
		"s3://media/a/b/?region=eu-west-3":           {bucket: "media", prefix: "a/b", region: "eu-west-3", cache: "data/.cache", budget: 100e9},
		"s3://media/?endpoint=http://127.0.0.1:7070": {bucket: "media", endpoint: "http://127.0.0.1:7070", pathStyle: true, cache: "data/.cache", budget: 100e9},
		"s3://media/p?endpoint=https%3A%2F%2Fs3.example.org&path_style=false&checksum=when_supported&cache=/var/tmp/c&cache_gb=3": {
			bucket: "media", prefix: "p", endpoint: "https://s3.example.org", checksums: true, cache: "/var/tmp/c", budget: 3e9,
		},
		"s3://media?path_style=true&checksum=when_required": {bucket: "media", pathStyle: true, cache: "data/.cache", budget: 100e9},
	} {
		got, err := parseBucket(setting, "data")
		if err != nil || got != want {
			t.Errorf("%s\n got %+v, %v\nwant %+v", setting, got, err, want)
		}
	}
}

func TestOpenRefusesSettings(t *testing.T) {
	t.Parallel()
	for setting, part := range map[string]string{
		"ftp://host/path":                     `begins with "ftp://"`,
		"file://host/path":                    "write file:///",
		"file://":                             "write file:///",
		"s3://":                               "is no bucket",
		"s3:///prefix":                        "is no bucket",
		"s3://key:secret@media":               "holds an access key",
		"s3://media/UPPER":                    "cannot be the name",
		"s3://media?acl=public":               `no parameter "acl"`,
		"s3://media?endpoint=127.0.0.1:7070":  "parameter endpoint",
		"s3://media?endpoint=http://a:b@host": "parameter endpoint",
		"s3://media?path_style=perhaps":       "parameter path_style",
		"s3://media?checksum=never":           "parameter checksum",
		"s3://media?cache_gb=-1":              "parameter cache_gb",
		"s3://media?cache=":                   "parameter cache ",
		"s3://media?region=%zz":               "cannot be read",
	} {
		_, err := Open(t.Context(), setting, t.TempDir())
		wantCode(t, err, rostrum.Invalid)
		if message := rostrum.ErrorMessage(err); !strings.Contains(message, part) || strings.Contains(message, ":secret") {
			t.Errorf("%s: %s", setting, message)
		}
	}
}
