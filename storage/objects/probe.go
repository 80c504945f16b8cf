package objects

import (
	"errors"
	"io"
	"strings"

	"rostrum"
)

// probe is the object of a Check. Its name begins with a dot, so that no key meets it and no List
// shows it.
type probe struct {
	key   string
	bytes []byte
}

func newProbe() probe {
	name := randomName()
	return probe{key: ".check-" + name, bytes: []byte("rostrum " + name)}
}

// compare reads the second half by a seek, as players do, and closes the object.
func (p probe) compare(object *Object) error {
	half := len(p.bytes) / 2
	_, err := object.Seek(int64(half), io.SeekStart)
	var got []byte
	if err == nil {
		got, err = io.ReadAll(object)
	}
	if err := errors.Join(err, object.Close()); err != nil {
		return err
	}
	if !strings.HasSuffix(string(p.bytes), string(got)) || len(got) != len(p.bytes)-half {
		return rostrum.Errorf(rostrum.Unavailable, "The storage gives back other bytes than were stored; it cannot be trusted with recordings, so check it before going on.")
	}
	return nil
}
