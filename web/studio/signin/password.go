package signin

import (
	"context"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"rostrum"
)

// shortest is the least length of a password in characters; longestPassword the most in bytes, so that nobody has megabytes hashed.
const (
	shortest        = 12
	longestPassword = 1024
)

// parameters are the second recommended option of RFC 9106, section 4: 3 passes over 64 MiB in 4 lanes, a salt of 128 bits and a tag of 256.
var parameters = &argon2id.Params{Memory: 64 << 10, Iterations: 3, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// nobodys is the hash, with these parameters, of a password that nobody has: it is checked for accounts that do not exist.
const nobodys = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdCBvZiBub2JvZHkhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// hasher hashes passwords, two at once at most: each takes 64 MiB.
type hasher struct{ slots chan struct{} }

func newHasher() *hasher { return &hasher{make(chan struct{}, 2)} }

func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(plain(password), parameters)
}

// matches says whether a password is the one of a hash. Without a hash it takes as long, and is not.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	if len(password) > longestPassword {
		password = ""
	}
	if hash == "" {
		_, err := argon2id.ComparePasswordAndHash(plain(password), nobodys)
		return false, err
	}
	return argon2id.ComparePasswordAndHash(plain(password), hash)
}

// plain is a password as it is hashed: the same letters are the same bytes, whatever keyboard they come from.
func plain(password string) string { return norm.NFC.String(password) }

// commonest lists the commonest passwords that are long enough, in small letters.
var commonest = sync.OnceValue(func() map[string]bool {
	text, err := files.ReadFile("commonest.txt")
	if err != nil {
		panic(err) // part of the program
	}
	all := map[string]bool{}
	for _, line := range strings.Fields(string(text)) {
		all[line] = true
	}
	return all
})

// checkPassword refuses a new password that is too short, or that is guessed first.
func checkPassword(password, email, name string) error {
	small := strings.ToLower(plain(password))
	local, _, _ := strings.Cut(email, "@")
	switch {
	case utf8.RuneCountInString(plain(password)) < shortest:
		return complain(rostrum.Invalid, "error.password.short")
	case len(password) > longestPassword:
		return complain(rostrum.Invalid, "error.password.long")
	case commonest()[small], commonest()[strings.ReplaceAll(small, " ", "")]:
		return complain(rostrum.Invalid, "error.password.common")
	case small == strings.ToLower(email), small == strings.ToLower(local), small == strings.ToLower(strings.TrimSpace(name)):
		return complain(rostrum.Invalid, "error.password.yours")
	}
	return nil
}
