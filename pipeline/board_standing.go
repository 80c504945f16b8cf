package pipeline

import (
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
	"rostrum/storage/queue"
)

// BoardState is how something stands, in the words of the people who make it.
type BoardState string

// The states. Deliveries are sending, arriving or refused; recordings are measuring, to be cut, encoding, making, made or failed;
// interventions are any of those that follow waiting, or measuring, encoding, making or failed.
const (
	StandsSending   BoardState = "sending"   // it is being typed and sent
	StandsArriving  BoardState = "arriving"  // submitted: it is taken in as soon as all of it is here
	StandsRefused   BoardState = "refused"   // could not be taken in
	StandsMeasuring BoardState = "measuring" // being surveyed
	StandsUncut     BoardState = "uncut"     // can be cut, and is not
	StandsEncoding  BoardState = "encoding"
	StandsMaking    BoardState = "making" // its pictures are encoded; cutting edges, sound and files
	StandsMade      BoardState = "made"   // all of a recording's interventions are made
	StandsFailed    BoardState = "failed"

	StandsWaiting   BoardState = "waiting"   // on the speakers' list; for the recording
	StandsConsent   BoardState = "consent"   // needs a consent
	StandsPending   BoardState = "pending"   // the speaker has been asked
	StandsDenied    BoardState = "denied"    // the speaker refused, or the rule of the house does: it is not published
	StandsEmbargo   BoardState = "embargo"   // until its end
	StandsHeld      BoardState = "held"      // held back by its quality
	StandsWished    BoardState = "wished"    // reviewers said something that nobody has dealt with
	StandsSecond    BoardState = "second"    // needs the approval of a second person
	StandsReady     BoardState = "ready"     // may be published
	StandsScheduled BoardState = "scheduled" // is published by itself, at its time
	StandsPublished BoardState = "published"
	StandsTakenBack BoardState = "takenback" // published, but no longer allowed: nobody sees it, and it should be withdrawn
	StandsWithdrawn BoardState = "withdrawn"
)

// Turn is whose turn it is.
type Turn string

// Whose it can be.
const (
	Nobody            Turn = ""
	TurnOfRostrum     Turn = "rostrum"
	TurnOfAV          Turn = "av"
	TurnOfSecretariat Turn = "secretariat"
	TurnOfSpeaker     Turn = "speaker"
)

// Step is a part of the work, as people call it.
type Step string

// The steps.
const (
	TakeStep   Step = "take"   // taking in what was sent
	SurveyStep Step = "survey" // measuring
	ListenStep Step = "listen" // listening through a sound that was changed
	EncodeStep Step = "encode"
	MakeStep   Step = "make" // edges, sound, files of an intervention
)

// stepOf is the step that a task is of; "" for AV1, which nobody waits for.
func stepOf(kind string) Step {
	return map[string]Step{takeKind: TakeStep, surveyKind: SurveyStep, listenKind: ListenStep, chunkKind: EncodeStep, renderKind: MakeStep}[kind]
}

func cutKey(key string) (id, part string, has bool) { return strings.Cut(key, "/") }

// trial gives the worst of the tasks of something that are tried again.
func (g *gathering) trial(id string) *Trial {
	var worst *Trial
	for _, t := range g.troubles[id] {
		if step := stepOf(t.Kind); t.State != queue.Failed && step != "" && (worst == nil || t.Attempt > worst.Attempt) {
			worst = &Trial{Step: step, Attempt: t.Attempt, Of: t.MaxAttempts}
			if t.State == queue.Waiting {
				worst.Attempt = min(t.Attempt+1, t.MaxAttempts)
			}
		}
	}
	return worst
}

// gaveUp gives the task that was given up last of something, of one of some steps.
func (g *gathering) gaveUp(key string, steps ...Step) (step Step, at time.Time) {
	id, _, _ := cutKey(key)
	for _, t := range g.troubles[id] {
		if s := stepOf(t.Kind); t.State == queue.Failed && slices.Contains(steps, s) && (key == id || t.Key == key) {
			return s, t.Ended
		}
	}
	return "", time.Time{}
}

func (g *gathering) delivery(d *rostrum.Delivery) BoardDelivery {
	b := BoardDelivery{ID: d.ID, Meeting: d.Form.Meeting, Account: d.Account, Sender: g.senders[d.Account], Origin: d.Origin, Files: []string{}}
	whole, here := true, int64(0)
	for _, f := range d.Files {
		b.Files = append(b.Files, f.Name)
		b.Bytes += f.Bytes
		here += f.Received
		whole = whole && f.SHA256 != ""
	}
	b.Share, b.Since = float64(here)/float64(max(1, b.Bytes)), d.Touched
	switch d.State {
	case rostrum.DeliveryRefused:
		b.State, b.Turn, b.Failure, b.Step = StandsRefused, TurnOfAV, d.Failure, TakeStep
	case rostrum.DeliverySubmitted:
		b.State, b.Turn, b.Trial = StandsArriving, TurnOfAV, g.trial(string(d.ID))
		if whole {
			b.Turn = TurnOfRostrum
		}
	default:
		b.State, b.Turn, b.Failure = StandsSending, TurnOfAV, d.Failure
	}
	return b
}

func (g *gathering) recording(r *rostrum.Recording) BoardRecording {
	b := BoardRecording{ID: r.ID, Meeting: r.Meeting, Name: r.Name, Notices: r.Notices, Cutter: g.cutters[r.ID].Name, Later: g.av1[r.ID], Interventions: []BoardIntervention{}}
	if r.Rate.Num > 0 {
		b.Length = r.Rate.Duration(r.Frames)
	}
	making := 0
	for _, x := range g.cut[r.ID] {
		b.Interventions = append(b.Interventions, g.intervention(r, x))
		if g.revisions[x.ID].State == rostrum.Rendering {
			making++
		}
	}
	b.Since, b.Trial = r.Received, g.trial(string(r.ID))
	b.Share = g.recordingShare(r, making, len(b.Interventions))
	switch {
	case r.State == rostrum.RecordingFailed:
		b.State, b.Turn, b.Failure, b.Trial = StandsFailed, TurnOfAV, r.Failure, nil
		step, at := g.gaveUp(string(r.ID), SurveyStep, EncodeStep)
		if !at.IsZero() {
			b.Since = at
		}
		if b.Step = step; step == "" {
			b.Step = SurveyStep
			if wasSurveyed(r, g.chunks[r.ID]) {
				b.Step = EncodeStep
			}
		}
	case r.State == rostrum.Received:
		b.State, b.Turn = StandsMeasuring, TurnOfRostrum
	case len(b.Interventions) == 0:
		b.State, b.Turn = StandsUncut, TurnOfAV
	case r.State != rostrum.Encoded:
		b.State, b.Turn = StandsEncoding, TurnOfRostrum
	case making > 0:
		b.State, b.Turn = StandsMaking, TurnOfRostrum
	default:
		b.State, b.Turn = StandsMade, Nobody
	}
	return b
}

// recordingShare is Progress of what was gathered.
func (g *gathering) recordingShare(r *rostrum.Recording, making, all int) float64 {
	share := renderWeight
	if all > 0 {
		share *= float64(all-making) / float64(all)
	}
	switch {
	case r.State == rostrum.Encoded:
		return share + surveyWeight + encodeWeight
	case r.State == rostrum.Received || r.State == rostrum.RecordingFailed && !wasSurveyed(r, g.chunks[r.ID]):
	default:
		share += surveyWeight
	}
	done := rostrum.Frame(0)
	for _, c := range g.chunks[r.ID] {
		done += c.Frames
	}
	if r.Source.Video == nil && r.State != rostrum.Received && r.State != rostrum.RecordingFailed {
		done = r.Frames
	}
	return share + encodeWeight*float64(done)/float64(max(1, r.Frames))
}

// encodedShare says how much is encoded of the chunks under a span.
func encodedShare(chunks []catalogue.Chunk, s rostrum.Span) float64 {
	done, all := rostrum.Frame(0), rostrum.Frame(0)
	for _, c := range chunks {
		if c.Span.Overlaps(s) {
			done += c.Frames
			all += c.Span.Len()
		}
	}
	return float64(done) / float64(max(1, all))
}

// intervention says how one stands; r is nil while it is planned.
func (g *gathering) intervention(r *rostrum.Recording, x *rostrum.Intervention) BoardIntervention {
	b := BoardIntervention{ID: x.ID, Meeting: x.Meeting, Recording: x.Recording, Title: x.Title, Speaker: x.Speaker, Language: x.Language,
		PublishAt: x.PublishAt, Comments: g.wishes[x.ID].Comments, Length: x.Length}
	if b.Shown = x.State == rostrum.Published && x.PublishedRevision > 0; b.Shown {
		b.Page = x.Page()
	}
	if r == nil {
		b.State, b.Since = StandsWaiting, x.Starts
		if !x.Starts.IsZero() && x.Starts.Before(g.now) {
			b.Turn = TurnOfAV
		}
		return b
	}
	if r.Rate.Num > 0 {
		b.At, b.Length = r.Timecode(x.Span.In), r.Rate.Duration(x.Span.Len())
	}
	newest := g.revisions[x.ID]
	b.Since = newest.Created
	switch newest.State {
	case rostrum.InterventionFailed:
		b.State, b.Share, b.Step = StandsFailed, 1, MakeStep
		if r.State != rostrum.RecordingFailed { // which tells it for all of them
			b.Turn, b.Failure = TurnOfAV, newest.Failure
		}
		if _, at := g.gaveUp(joinKey(x.ID, newest.Number), MakeStep); !at.IsZero() {
			b.Since = at
		}
	case rostrum.Ready:
		b.Share = 1
		g.release(&b, x, newest)
	default:
		g.making(&b, r, x)
	}
	return b
}

// making says how an intervention stands that is being made.
func (g *gathering) making(b *BoardIntervention, r *rostrum.Recording, x *rostrum.Intervention) {
	b.Turn, b.Trial = TurnOfRostrum, g.trial(string(x.ID))
	if r.State == rostrum.Received {
		b.State = StandsMeasuring
		return
	}
	under := 1.0
	if r.State != rostrum.Encoded && r.Chunks() > 0 {
		under = encodedShare(g.chunks[r.ID], x.Span)
	}
	if b.Share = surveyWeight + encodeWeight*under; under < 1 {
		b.State = StandsEncoding
		return
	}
	b.State = StandsMaking
}

// release says what an intervention that is made still needs until it is published.
func (g *gathering) release(b *BoardIntervention, x *rostrum.Intervention, newest rostrum.Revision) {
	wished := func() {
		b.State, b.Turn = StandsWished, TurnOfSecretariat
		if g.wishes[x.ID].Cuts > 0 {
			b.Turn = TurnOfAV
		}
	}
	switch x.State {
	case rostrum.WithdrawnState:
		b.State, b.Since = StandsWithdrawn, x.Withdrawn
		return
	case rostrum.Published:
		if b.Since = x.Published; x.PublishedRevision != newest.Number {
			break
		}
		switch {
		case x.MayPublish(g.now) != nil:
			b.State, b.Turn, b.Since = StandsTakenBack, TurnOfSecretariat, x.Consent.At
		case b.Comments > 0:
			wished()
		default:
			b.State = StandsPublished
		}
		return
	}
	for _, f := range g.reds[x.ID] {
		if !slices.Contains(x.Accepted, f.Check+"/"+f.Channel) {
			b.Held = append(b.Held, f.Text)
		}
	}
	early := x.Consent.Kind == rostrum.ConsentEmbargo && !x.Consent.Until.IsZero() && g.now.Before(x.Consent.Until)
	switch kind := x.Consent.Kind; {
	case x.Unattributable || kind == rostrum.ConsentRefused:
		b.State = StandsDenied
	case kind == rostrum.ConsentNone || kind == rostrum.ConsentEmbargo && x.Consent.Until.IsZero():
		b.State, b.Turn = StandsConsent, TurnOfSecretariat
	case kind == rostrum.ConsentPending:
		b.State, b.Turn, b.Since = StandsPending, TurnOfSpeaker, x.Consent.At
	case len(b.Held) > 0:
		b.State, b.Turn = StandsHeld, TurnOfAV
	case b.Comments > 0:
		wished()
	case g.second[x.Meeting] && x.Approved != newest.Number:
		b.State, b.Turn = StandsSecond, TurnOfSecretariat
	case !x.PublishAt.IsZero():
		b.State, b.Turn = StandsScheduled, TurnOfRostrum
	case early:
		b.State = StandsEmbargo
	default:
		b.State, b.Turn = StandsReady, TurnOfSecretariat
	}
}
