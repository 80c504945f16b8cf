package web

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"rostrum"
	"rostrum/web/page"
)

// chrome is what surrounds the page that answers r.
func (s *server) chrome(r *http.Request) page.Chrome {
	path := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	return page.Chrome{BasePath: s.base, PublicURL: s.publicURL(r), UI: interfaceLanguage(r), Nonce: rand.Text(), Path: path}
}

// publicURL is the address of this server, with the base path, without a slash at the end.
func (s *server) publicURL(r *http.Request) string {
	if s.public != "" {
		return s.public
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// interfaceLanguage is the language wanted for the interface: what ?ui= says, else the best match
// of Accept-Language.
func interfaceLanguage(r *http.Request) rostrum.Language {
	if l, err := rostrum.ParseLanguage(r.URL.Query().Get("ui")); err == nil {
		return l
	}
	have := page.Languages()
	tags := make([]language.Tag, len(have))
	for i, l := range have {
		tags[i] = language.Make(string(l))
	}
	want, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(want) == 0 {
		return "en"
	}
	_, i, sure := language.NewMatcher(tags).Match(want...)
	if sure == language.No {
		return "en"
	}
	return have[i]
}

// between reads ?t= and ?end=. What cannot be understood, or lies outside, is as if it were absent:
// a mistyped link still plays.
func between(r *http.Request, length time.Duration) (start, end time.Duration) {
	q := r.URL.Query()
	start, end = position(q.Get("t")), position(q.Get("end"))
	if start >= length {
		start = 0
	}
	if end <= start || end > length {
		end = 0
	}
	return start, end
}

var (
	unitForm  = regexp.MustCompile(`^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6}(?:\.\d{1,9})?)s?)?$`)
	clockForm = regexp.MustCompile(`^\d{1,3}(:\d\d){1,2}$`)
)

// position reads "83", "83.5", "1:23", "1h2m3s", as the player's scripts do; 0 for all else.
func position(s string) time.Duration {
	if m := unitForm.FindStringSubmatch(s); m != nil {
		h, _ := strconv.ParseFloat("0"+m[1], 64) // the form admits digits only
		min, _ := strconv.ParseFloat("0"+m[2], 64)
		sec, _ := strconv.ParseFloat("0"+m[3], 64)
		return time.Duration((h*3600 + min*60 + sec) * float64(time.Second))
	}
	if clockForm.MatchString(s) {
		total := 0
		for part := range strings.SplitSeq(s, ":") {
			n, _ := strconv.Atoi(part)
			total = total*60 + n
		}
		return time.Duration(total) * time.Second
	}
	return 0
}
