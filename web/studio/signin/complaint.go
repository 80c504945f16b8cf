package signin

import (
	"errors"
	"time"

	"rostrum"
	"rostrum/web/answer"
	"rostrum/web/page"
)

// complaint is a refusal that the pages say in the reader's language, and programs and the command line in English.
type complaint struct {
	code   rostrum.Code
	status int // HTTP status, where no code stands for it; then code does not count
	key    string
	pairs  []string
	wait   time.Duration // until it may be tried again; 0: does not say
}

func complain(code rostrum.Code, key string, pairs ...string) error {
	return &complaint{code: code, key: key, pairs: pairs}
}

// in gives the sentence in a language.
func (c *complaint) in(l *page.Locale) string {
	return l.Word(c.key, append([]string{"wait", l.Duration(c.wait)}, c.pairs...)...)
}

func (c *complaint) Error() string { return c.in(pages().Locale("en")) }

// Unwrap is the same in the form that everybody else knows.
func (c *complaint) Unwrap() error {
	if c.status != 0 {
		return &answer.StatusError{Code: c.status, Message: c.Error()}
	}
	return rostrum.Errorf(c.code, "%s", c.Error())
}

// sentence says an error in a language, as far as it is known in it.
func sentence(l *page.Locale, err error) string {
	if c, ok := errors.AsType[*complaint](err); ok {
		return c.in(l)
	}
	return answer.Message(err)
}

// shown says whether an error is one that the person can mend on the page.
func shown(err error) bool {
	return err != nil && answer.Status(err) < 500
}
