package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strings"
	"syscall"
	"time"

	"rostrum"
	"rostrum/pipeline/intake"
	"rostrum/storage/objects"
)

// VerifyReport is what Verify found.
type VerifyReport struct {
	Checked  int       `json:"checked"` // objects that were looked for
	Bytes    int64     `json:"bytes"`   // that were read
	Problems []Problem `json:"problems"`
	More     int       `json:"more,omitempty"` // problems beyond the first 1,000, which are not listed
}

// OK says whether nothing is wrong.
func (r *VerifyReport) OK() bool { return len(r.Problems) == 0 }

// mostProblems are listed; when a disk is lost, the rest tells nothing new.
const mostProblems = 1000

func (r *VerifyReport) add(problems ...Problem) {
	for _, p := range problems {
		if len(r.Problems) < mostProblems {
			r.Problems = append(r.Problems, p)
		} else {
			r.More++
		}
	}
}

// Problem is one object that is not as the catalogue says.
type Problem struct {
	Kind         ObjectKind             `json:"kind"`
	Recording    rostrum.RecordingID    `json:"recording,omitempty"`
	Intervention rostrum.InterventionID `json:"intervention,omitempty"`
	Name         string                 `json:"name"` // of the file, as people know it; the key of what nothing names
	What         Fault                  `json:"what"`
	Text         string                 `json:"text"` // one sentence, for the operator
}

// ObjectKind is what an object is to the catalogue.
type ObjectKind string

// The kinds of objects.
const (
	OriginalObject ObjectKind = "original" // a recording as it came, or a part of it
	SoundObject    ObjectKind = "sound"    // a file of sound that came beside a recording
	MediaObject    ObjectKind = "media"    // the copy that is read where the original can't be
	CaptionsObject ObjectKind = "captions" // captions of a recording as they came
	SegmentObject  ObjectKind = "segment"  // of a recording's timeline, its initialisation segments included
	FileObject     ObjectKind = "file"     // of an intervention
	DocumentObject ObjectKind = "document" // attached to a consent
	StrayObject    ObjectKind = "unknown"  // nothing in the catalogue names it
)

// Fault is what is wrong with an object.
type Fault string

// The faults.
const (
	Missing    Fault = "missing"
	Changed    Fault = "changed"    // other bytes than were stored, or another number of them
	Unreadable Fault = "unreadable" // the store has it and does not give it
	Unknown    Fault = "unknown"
)

// sentence says what a fault means and what to do.
func (f Fault) sentence(what string) string {
	switch f {
	case Missing:
		return what + " is missing from the store; bring it back from a backup."
	case Changed:
		return what + " is not as it was stored; bring it back from a backup, and check the disk."
	case Unreadable:
		return what + " can't be read; check the disk, and bring it back from a backup."
	}
	return what + " lies in the store and nothing in the catalogue names it; it may be arriving in this moment, else it can be deleted."
}

// Verify reads every object again that the catalogue names, of all recordings or of only some, and compares its size and digest: the
// originals, the segments of the timeline, and the files of each intervention's revision in force and of its newest. It
// also looks for objects that nothing names. What was begun and is not finished is passed over, and so is what changed while it read. tell
// hears how many bytes are done, of how many; nil for nobody.
//
// It changes nothing, needs the same little memory whatever the size, and reads on a thread of its own that
// gives way to everybody else. NotFound for a recording that there is not; Unavailable when the store as a whole does not answer, which the
// caller may try again.
func (p *Pipeline) Verify(ctx context.Context, only []rostrum.RecordingID, tell func(done, total int64)) (VerifyReport, error) {
	if tell == nil {
		tell = func(int64, int64) {}
	}
	v := &verification{Pipeline: p, tell: tell, buffer: make([]byte, 256<<10), began: p.Now(), report: VerifyReport{Problems: []Problem{}}}
	over := make(chan error, 1)
	go func() {
		// The thread has lost its rights for good, so it ends with this goroutine: it is never unlocked.
		runtime.LockOSThread()
		giveWay()
		over <- v.run(ctx, only)
	}()
	err := <-over
	return v.report, err
}

// giveWay lowers the rights of the calling thread to processors and disks. Where that is not allowed it runs as all others do.
func giveWay() {
	const (
		lowest     = 19
		thisThread = 0       // to Linux, PRIO_PROCESS and IOPRIO_WHO_PROCESS mean a thread
		whoProcess = 1       // IOPRIO_WHO_PROCESS
		classIdle  = 3 << 13 // IOPRIO_CLASS_IDLE: what nobody else wants
	)
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, thisThread, lowest)
	_, _, _ = syscall.Syscall(syscall.SYS_IOPRIO_SET, whoProcess, thisThread, classIdle)
}

// verification is one run of Verify.
type verification struct {
	*Pipeline
	tell        func(done, total int64)
	buffer      []byte
	began       time.Time
	done, total int64
	report      VerifyReport
}

func (v *verification) run(ctx context.Context, only []rostrum.RecordingID) error {
	ids := only
	if len(only) == 0 {
		all, err := v.Catalogue.Recordings(ctx)
		if err != nil {
			return err
		}
		for _, r := range all {
			ids = append(ids, r.ID)
		}
	}
	for _, id := range ids {
		all, err := v.namedBy(ctx, id)
		if rostrum.ErrorCode(err) == rostrum.NotFound {
			return rostrum.Errorf(rostrum.NotFound, "There is no recording %q; rostrum status lists those that there are.", id)
		}
		if err != nil {
			return err
		}
		for _, n := range all {
			v.total += max(0, n.bytes)
		}
	}
	v.tell(0, v.total)
	for _, id := range ids {
		if err := v.recording(ctx, id); err != nil {
			return err
		}
	}
	return v.strays(ctx, only)
}

// recording checks all objects that belong to a recording.
func (v *verification) recording(ctx context.Context, id rostrum.RecordingID) error {
	all, err := v.namedBy(ctx, id)
	if err != nil {
		return err
	}
	faults := map[string]Fault{}
	for _, n := range all {
		before := v.done
		fault, err := v.check(ctx, n)
		if err != nil {
			return err
		}
		v.done = before + max(0, n.bytes)
		v.tell(v.done, v.total)
		v.report.Checked++
		if fault != "" {
			faults[n.key] = fault
		}
	}
	if len(faults) == 0 {
		return nil
	}
	// What was replaced or taken away by right while it was read is no fault.
	if all, err = v.namedBy(ctx, id); err != nil {
		return err
	}
	for _, n := range all {
		if fault, ok := faults[n.key]; ok {
			v.report.add(Problem{n.kind, id, n.intervention, n.name, fault, fault.sentence(n.what)})
		}
	}
	return nil
}

// check reads one object and says what is wrong with it, "" for nothing. Its error means that the rest can't be checked either.
func (v *verification) check(ctx context.Context, n named) (Fault, error) {
	fault, err := v.compare(ctx, n)
	if err == nil {
		return fault, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	// One bad block of a disk is a finding; a store that has gone is not, and would make findings of everything.
	if e := v.Store.Check(ctx); e != nil {
		return "", errors.Join(e, err)
	}
	if fault, err = v.compare(ctx, n); err == nil {
		return fault, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	v.Log.Warn("an object can't be read", "kind", n.kind, "recording", n.recording, "name", n.name, "error", err)
	return Unreadable, nil
}

func (v *verification) compare(ctx context.Context, n named) (Fault, error) {
	o, err := v.Store.Open(ctx, n.key)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return Missing, nil
	}
	if err != nil {
		return "", err
	}
	defer o.Close()
	if n.bytes >= 0 && o.Size != n.bytes {
		return Changed, nil
	}
	digest, size, at := sha256.New(), int64(0), v.done
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		m, err := o.Read(v.buffer)
		digest.Write(v.buffer[:m])
		size += int64(m)
		v.report.Bytes += int64(m)
		if n.bytes >= 0 {
			v.tell(at+min(size, n.bytes), v.total)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
	}
	if n.bytes >= 0 && size != n.bytes || n.digest != "" && hex.EncodeToString(digest.Sum(nil)) != string(n.digest) {
		return Changed, nil
	}
	return "", nil
}

// strays looks for objects that nothing in the catalogue names.
func (v *verification) strays(ctx context.Context, only []rostrum.RecordingID) error {
	prefixes := []string{""}
	if len(only) > 0 {
		prefixes = []string{"originals"}
		for _, id := range only {
			prefixes = append(prefixes, "recordings/"+string(id))
			all, err := v.Catalogue.InterventionsOfRecording(ctx, id)
			if err != nil {
				return err
			}
			for _, x := range all {
				prefixes = append(prefixes, "interventions/"+string(x.ID))
			}
		}
	}
	wanted := map[rostrum.RecordingID]bool{}
	for _, id := range only {
		wanted[id] = true
	}
	var owner home
	var names *names
	for _, prefix := range prefixes {
		err := v.Store.List(ctx, prefix, func(o objects.Info) error {
			at := homeOf(o.Key)
			// What came since the beginning may be on its way to a row.
			if o.Modified.After(v.began) || at.folder == "originals" && len(only) > 0 && !wanted[rostrum.RecordingID(at.owner)] {
				return nil
			}
			if names == nil || at != owner { // the keys come in order, owner by owner
				var err error
				if names, err = v.namesOf(ctx, at); err != nil {
					return err
				}
				owner = at
			}
			if names.has(o.Key) {
				return nil
			}
			if _, err := v.Store.Stat(ctx, o.Key); rostrum.ErrorCode(err) == rostrum.NotFound {
				return nil // it has gone since it was listed
			}
			v.report.add(Problem{StrayObject, names.recording, names.intervention, o.Key, Unknown, Unknown.sentence("An object")})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// home is where the objects of one owner lie: a recording's or an intervention's.
type home struct{ folder, owner string }

func homeOf(key string) home {
	folder, rest, _ := strings.Cut(key, "/")
	owner, _, _ := strings.Cut(rest, "/")
	if folder == "originals" {
		id, _ := intake.Owner(owner)
		owner = string(id)
	}
	return home{folder, owner}
}
