package pipeline

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/fmp4"
	"rostrum/pipeline/media"
	"rostrum/storage/catalogue"
)

// secretName makes a file name that nobody can guess who does not hold the recording's secret, and that is the same each
// time: 128 bits of HMAC-SHA-256 over what the file is.
func secretName(secret []byte, parts ...any) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintln(mac, parts...)
	return hex.EncodeToString(mac.Sum(nil)[:16]) + ".m4s"
}

// segmentName names a shared segment. The run that made it is part of the name: the encoder's rate control does not repeat
// its bytes exactly, and a late runner must not change what a newer one has handed over.
func segmentName(r *rostrum.Recording, rung string, number int, run int64) string {
	return secretName(r.Secret, "segment", rung, number, run)
}

func segmentKey(r *rostrum.Recording, name string) string {
	return fmt.Sprintf("recordings/%s/segments/%s", r.ID, name)
}

func initKey(r *rostrum.Recording, rung string) string {
	return fmt.Sprintf("recordings/%s/init/%s.mp4", r.ID, rung)
}

func digestOf(data []byte) rostrum.Digest {
	sum := sha256.Sum256(data)
	return rostrum.Digest(hex.EncodeToString(sum[:]))
}

// encoderFits refuses to add to what another encoder has begun: segments of both would not join.
func encoderFits(r *rostrum.Recording, codec rostrum.Codec) error {
	want, has := r.Encoder, media.EncoderID()
	if codec == rostrum.AV1 {
		want, has = r.EncoderAV1, media.EncoderAV1ID()
	}
	if want != has {
		return rostrum.Errorf(rostrum.Unavailable, "The recording was encoded with other settings than this program has; encode it anew, or use the program that encoded it.")
	}
	return nil
}

// encodePictures encodes the recording's spans, which follow each other, in every rung of a codec from one decode, a segment for each
// of spans, and hands each segment over as it comes. A source that has fewer pictures than its timeline is padded on a second
// run, and padded says so. sink and progress are called from several goroutines.
func (p *Pipeline) encodePictures(ctx context.Context, path string, r *rostrum.Recording, codec rostrum.Codec, spans []rostrum.Span,
	sink func(rung int, s fmp4.Segment) error, progress func(frames int64)) (padded bool, err error) {
	if err := encoderFits(r, codec); err != nil {
		return false, err
	}
	for _, pad := range []bool{false, true} {
		err = p.encodeOnce(ctx, path, r, r.Ladder(codec), spans, pad, sink, progress)
		if !errors.Is(err, fmp4.ErrShort) {
			return pad, err
		}
	}
	return true, rostrum.Errorf(rostrum.Invalid, "No picture can be decoded between %s and %s, where the recording is damaged; repair it, or cut that part off, and send it again.",
		r.Timecode(spans[0].In), r.Timecode(spans[len(spans)-1].Out)).Because(err)
}

func (p *Pipeline) encodeOnce(ctx context.Context, path string, r *rostrum.Recording, rungs []rostrum.Rung, spans []rostrum.Span, pad bool,
	sink func(int, fmp4.Segment) error, progress func(int64)) error {
	span := rostrum.Span{In: spans[0].In, Out: spans[len(spans)-1].Out}
	args, err := media.Pictures{Source: r.Source, Rate: r.Rate, Span: span, Rungs: rungs, SegmentFrames: r.Grid().SegmentFrames(), Pad: pad}.Args(path)
	if err != nil {
		return err
	}
	job := media.Job{Args: args, Read: []string{path}, Progress: progress, Wall: 10*time.Minute + 60*r.Rate.Duration(span.Len())}
	for i, rung := range rungs {
		plan := fmp4.Pictures{Timescale: media.Timescale(r.Rate), Ticks: media.Ticks(r.Rate), Step: rung.Step(), Spans: spans}
		job.Outputs = append(job.Outputs, func(out io.Reader) error {
			return plan.Split(out,
				func(init []byte) error { return p.keepInit(ctx, initKey(r, rung.Name), init) },
				func(s fmp4.Segment) error { return sink(i, s) })
		})
	}
	return p.Tools.Run(ctx, job)
}

// keepInit stores a rung's initialisation segment once. Every later encoding must give the same bytes: players load it once
// for segments of all of them.
func (p *Pipeline) keepInit(ctx context.Context, key string, init []byte) error {
	has, err := p.read(ctx, key)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		_, err = p.Store.Put(ctx, key, bytes.NewReader(init), int64(len(init)))
		return err
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(has, init) {
		return rostrum.Errorf(rostrum.Unavailable, "The encoder on this machine gives another stream header than the one that encoded the recording; use the same ffmpeg on all workers.")
	}
	return nil
}

// read reads a small object whole.
func (p *Pipeline) read(ctx context.Context, key string) ([]byte, error) {
	o, err := p.Store.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	return io.ReadAll(o)
}

// encodeChunk encodes one chunk of a recording's timeline in one codec, once, for all interventions on it.
func (p *Pipeline) encodeChunk(ctx context.Context, id rostrum.RecordingID, codec rostrum.Codec, number int) error {
	var chunk catalogue.Chunk
	var fence int64
	err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) (err error) {
		chunk, fence, err = tx.StartChunk(ctx, id, codec, number)
		return err
	})
	if err != nil || chunk.Done {
		return err
	}
	r, err := p.Catalogue.Recording(ctx, id)
	if err != nil || r.State == rostrum.RecordingFailed {
		return err
	}
	path, release, err := p.Store.Local(ctx, mediaKey(r))
	if err != nil {
		return err
	}
	defer release()

	first, end := r.Grid().ChunkSegments(number)
	var spans []rostrum.Span
	for i := first; i < end; i++ {
		spans = append(spans, r.Grid().Segment(i))
	}
	// One slot for each segment, so that the rungs' goroutines share nothing.
	rungs := r.Ladder(codec)
	made := make([]catalogue.ChunkSegment, len(rungs)*len(spans))
	sink := func(rung int, s fmp4.Segment) error {
		name := segmentName(r, rungs[rung].Name, first+s.Index, fence)
		_, err := p.Store.Put(ctx, segmentKey(r, name), bytes.NewReader(s.Data), int64(len(s.Data)))
		made[rung*len(spans)+s.Index] = catalogue.ChunkSegment{Rung: rungs[rung].Name, Number: first + s.Index, Run: fence, Bytes: int64(len(s.Data)), SHA256: digestOf(s.Data)}
		return err
	}
	told := p.Now()
	progress := func(frames int64) {
		if p.Now().Sub(told) < 2*time.Second {
			return
		}
		told = p.Now()
		if err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
			return tx.SetChunkProgress(ctx, id, codec, number, fence, min(rostrum.Frame(frames), chunk.Span.Len()))
		}); err != nil {
			p.Log.Warn("progress not recorded", "recording", id, "chunk", number, "error", err)
		}
	}
	padded, err := p.encodePictures(ctx, path, r, codec, spans, sink, progress)
	if err != nil {
		return err
	}
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if err := tx.FinishChunk(ctx, id, codec, number, fence, made); err != nil {
			return err
		}
		if padded {
			notice := "Some pictures between " + r.Timecode(chunk.Span.In) + " and " + r.Timecode(chunk.Span.Out) + " could not be decoded; the last good one is held there."
			if err := p.note(ctx, tx, id, notice); err != nil {
				return err
			}
		}
		if codec != rostrum.H264 {
			return p.offerAV1(ctx, tx, id)
		}
		return p.advance(ctx, tx, id)
	})
	if err == nil {
		p.dropRuns(ctx, r, made, fence)
	}
	return err
}

// dropRuns deletes the segments that earlier, interrupted runs of a chunk left. A failure leaves files that nobody can reach, and
// is only logged.
func (p *Pipeline) dropRuns(ctx context.Context, r *rostrum.Recording, made []catalogue.ChunkSegment, fence int64) {
	for run := int64(1); run < fence; run++ {
		for _, s := range made {
			if err := p.Store.Delete(ctx, segmentKey(r, segmentName(r, s.Rung, s.Number, run))); err != nil {
				p.Log.Warn("segments of an interrupted run were not deleted", "recording", r.ID, "error", err)
				return
			}
		}
	}
}

// note adds a notice to a recording, once.
func (p *Pipeline) note(ctx context.Context, tx *catalogue.Tx, id rostrum.RecordingID, notice string) error {
	r, err := tx.LockRecording(ctx, id)
	if err != nil || strings.Contains(strings.Join(r.Notices, "\n"), notice) {
		return err
	}
	r.Notices = append(r.Notices, notice)
	return tx.PutRecording(ctx, r)
}
