package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rostrum"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
	"rostrum/storage/objects"
	"rostrum/storage/queue"
)

// hearing is what the survey keeps of a channel.
type hearing struct {
	media.Survey
	Of rostrum.Digest `json:"of"` // soundsAs of the channel that it was made of
}

// soundsAs stands for all that decides what a channel sounds like over the whole recording. Files never change.
func soundsAs(c rostrum.Channel) rostrum.Digest {
	c.Name, c.Tail, c.Over = "", 0, false
	data, _ := json.Marshal(c) // numbers and strings alone, which can't fail
	return digestOf(data)
}

func soundSurveyKey(id rostrum.RecordingID, channel string) string {
	return surveyKey(id, fmt.Sprintf(soundSurvey, strings.ToLower(channel)))
}

func listenKey(id rostrum.RecordingID, channel string) string {
	return surveyKey(id, fmt.Sprintf(listenFile, strings.ToLower(channel)))
}

// hear listens through a channel of the recording, of so many frames, and stores what it finds: what people listen to first, so that it is there
// when the rest is.
func (p *Pipeline) hear(ctx context.Context, r *rostrum.Recording, c rostrum.Channel, frames rostrum.Frame) error {
	from, release, err := p.openSound(ctx, r, c)
	if err != nil {
		return err
	}
	defer release()
	folder, err := os.MkdirTemp(p.Work, TaskFolder)
	if err != nil {
		return rostrum.Errorf(rostrum.Unavailable, "The work folder can't be written; check its rights and its free space.").Because(err)
	}
	defer os.RemoveAll(folder)
	from.sound.Span = rostrum.Span{Out: frames}
	path := filepath.Join(folder, "listen.m4a")
	survey, err := p.Tools.SurveySound(ctx, from.path, from.sound, path)
	if err != nil {
		return err
	}
	if _, err := p.Store.Adopt(ctx, listenKey(r.ID, c.Name), path); err != nil {
		return err
	}
	return p.putJSON(ctx, soundSurveyKey(r.ID, c.Name), hearing{survey, soundsAs(c)})
}

// hearAgain adds tasks to listen anew to those channels of a recording that sound other than they did before.
func (p *Pipeline) hearAgain(ctx context.Context, tx *catalogue.Tx, r *rostrum.Recording, before []rostrum.Channel) error {
	for _, c := range r.Source.Channels {
		if slices.ContainsFunc(before, func(b rostrum.Channel) bool { return b.Name == c.Name && soundsAs(b) == soundsAs(c) }) {
			continue
		}
		err := p.Queue.Add(ctx, tx.SQL(), queue.Task{Kind: listenKind, Key: string(r.ID) + "/" + c.Name, Lane: queue.Render, Priority: 1, Unique: true})
		if err != nil {
			return err
		}
	}
	return nil
}

// listen listens to one channel of a surveyed recording anew, and once more when it was changed meanwhile: of several runs at the same
// time, each ends only when what is stored is of the channel as it is.
func (p *Pipeline) listen(ctx context.Context, id rostrum.RecordingID, name string) error {
	for {
		r, c, err := p.channel(ctx, id, name)
		if rostrum.ErrorCode(err) == rostrum.NotFound || err == nil && (r.State == rostrum.Received || r.State == rostrum.RecordingFailed) {
			return nil // it is gone, or the survey is still to come
		}
		if err != nil {
			return err
		}
		if _, err := p.heard(ctx, id, c); err == nil {
			return nil
		}
		if err := p.hear(ctx, r, c, r.Frames); err != nil {
			return err
		}
	}
}

// channel gives a recording and one of its channels.
func (p *Pipeline) channel(ctx context.Context, id rostrum.RecordingID, name string) (*rostrum.Recording, rostrum.Channel, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil {
		return nil, rostrum.Channel{}, err
	}
	for _, c := range r.Source.Channels {
		if strings.EqualFold(c.Name, name) {
			return r, c, nil
		}
	}
	return nil, rostrum.Channel{}, rostrum.Errorf(rostrum.NotFound, "The recording has no channel %q; it has %s.", name, channelNames(r.Source.Channels))
}

// heard gives the survey of a channel; Conflict where there is none of the channel as it is now.
func (p *Pipeline) heard(ctx context.Context, id rostrum.RecordingID, c rostrum.Channel) (media.Survey, error) {
	h, err := p.hearing(ctx, id, c.Name)
	if rostrum.ErrorCode(err) == rostrum.NotFound || err == nil && h.Of != soundsAs(c) {
		return h.Survey, rostrum.Errorf(rostrum.Conflict, "The %s sound was changed and is being listened through; try again in a minute.", c.Name)
	}
	return h.Survey, err
}

func (p *Pipeline) hearing(ctx context.Context, id rostrum.RecordingID, channel string) (h hearing, err error) {
	data, err := p.read(ctx, soundSurveyKey(id, channel))
	if err != nil {
		return h, err
	}
	return h, json.Unmarshal(data, &h)
}

// soundSurvey gives the survey of a channel as it was last heard.
func (p *Pipeline) soundSurvey(ctx context.Context, id rostrum.RecordingID, channel string) (media.Survey, error) {
	h, err := p.hearing(ctx, id, channel)
	return h.Survey, err
}

// surveyed gives a recording that can be cut. It gives Conflict while the survey is not done.
func (p *Pipeline) surveyed(ctx context.Context, id rostrum.RecordingID) (*rostrum.Recording, error) {
	r, err := p.Catalogue.Recording(ctx, id)
	if err == nil && r.State == rostrum.Received {
		err = rostrum.Errorf(rostrum.Conflict, "The recording %q is still being looked through; try again in a minute.", r.Name)
	}
	return r, err
}

// surveyedChannel is surveyed and the survey of one channel.
func (p *Pipeline) surveyedChannel(ctx context.Context, id rostrum.RecordingID, name string) (*rostrum.Recording, rostrum.Channel, media.Survey, error) {
	if _, err := p.surveyed(ctx, id); err != nil {
		return nil, rostrum.Channel{}, media.Survey{}, err
	}
	r, c, err := p.channel(ctx, id, name)
	if err != nil {
		return nil, c, media.Survey{}, err
	}
	s, err := p.heard(ctx, id, c)
	return r, c, s, err
}

// Waveform gives a channel of a surveyed recording as it looks: pairs of signed bytes, lowest and highest, perSecond pairs a second from
// frame 0 on, where ±127 is full scale; and its silences of 0.4 s and more. It gives NotFound for a channel that the recording does not
// have, and Conflict while the survey is not done or the channel is being listened through anew; then the caller tries again.
func (p *Pipeline) Waveform(ctx context.Context, id rostrum.RecordingID, channel string) (peaks []byte, perSecond int, silences []rostrum.Span, err error) {
	_, _, s, err := p.surveyedChannel(ctx, id, channel)
	if err != nil {
		return nil, 0, nil, err
	}
	peaks = make([]byte, len(s.Peaks))
	for i, x := range s.Peaks {
		peaks[i] = byte(x)
	}
	for _, q := range s.Silences {
		silences = append(silences, q.Span)
	}
	return peaks, media.PeaksPerSecond, silences, nil
}

// ListenType is the media type of what Listen opens.
const ListenType = "audio/mp4"

// Listen opens the whole of a channel as people listen to it while they cut: one channel of AAC, in which frame 0 of the timeline sounds at time 0.
// The errors are those of Waveform. The caller closes it.
func (p *Pipeline) Listen(ctx context.Context, id rostrum.RecordingID, channel string) (*objects.Object, error) {
	_, c, _, err := p.surveyedChannel(ctx, id, channel)
	if err != nil {
		return nil, err
	}
	return p.Store.Open(ctx, listenKey(id, c.Name))
}

// StillsOf gives the stills of a surveyed recording, of which Sheet opens the contact sheets. It gives NotFound for a recording without
// a picture, and Conflict while the survey is not done.
func (p *Pipeline) StillsOf(ctx context.Context, id rostrum.RecordingID) (media.Stills, error) {
	r, err := p.surveyed(ctx, id)
	if err != nil {
		return media.Stills{}, err
	}
	if r.Source.Video == nil {
		return media.Stills{}, rostrum.Errorf(rostrum.NotFound, "The recording %q has no picture.", r.Name)
	}
	return p.stills(ctx, id)
}

// Sheet opens contact sheet n of a recording's stills, from 0: a JPEG of 10 rows of 10 stills (media.SheetColumns, SheetRows). The errors are
// those of StillsOf, and NotFound for a sheet that it does not have. The caller closes it.
func (p *Pipeline) Sheet(ctx context.Context, id rostrum.RecordingID, n int) (*objects.Object, error) {
	stills, err := p.StillsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	const perSheet = media.SheetColumns * media.SheetRows
	if n < 0 || n*perSheet >= len(stills.Stills) {
		return nil, rostrum.Errorf(rostrum.NotFound, "The recording has no sheet of stills of this number; load its stills anew.")
	}
	return p.Store.Open(ctx, surveyKey(id, fmt.Sprintf(sheetFile, n)))
}
