package media

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// Facts is what a probe finds.
type Facts struct {
	Source  rostrum.Source
	Rate    rostrum.Rate  // of the timeline; 25 for sound alone
	Frames  rostrum.Frame // as the container says; the survey counts exactly
	Notices []string      // sentences for AV staff
}

// Limits of a recording.
const (
	longest      = 12 * time.Hour
	probeWall    = 2 * time.Minute
	probeAnswer  = 4 << 20 // bytes of ffprobe's answer
	noMedia      = "The file is not a recording that Rostrum can read; send a video or sound file such as MP4, MOV, MKV or WAV."
	empty        = "The file is empty; the copy may have been interrupted, so send it again."
	noStreams    = "The file holds neither picture nor sound that can be decoded; export it again, for example as MP4 with H.264 and AAC."
	unfinished   = "The file breaks off before its index; the recording or the copy was interrupted, so copy it again or repair it."
	tooLong      = "The recording is longer than 12 hours; split it into parts."
	noticeSilent = "The recording has no sound."
)

type ffprobeStream struct {
	Index        int               `json:"index"`
	Type         string            `json:"codec_type"`
	Codec        string            `json:"codec_name"`
	Width        int               `json:"width"`
	Height       int               `json:"height"`
	Aspect       string            `json:"sample_aspect_ratio"`
	Field        string            `json:"field_order"`
	Average      string            `json:"avg_frame_rate"`
	Real         string            `json:"r_frame_rate"`
	Start        string            `json:"start_time"`
	Duration     string            `json:"duration"`
	SampleRate   string            `json:"sample_rate"`
	Channels     int               `json:"channels"`
	Disposition  map[string]int    `json:"disposition"`
	Tags         map[string]string `json:"tags"`
	SideDataList []struct {
		Rotation float64 `json:"rotation"`
	} `json:"side_data_list"`
}

type ffprobeAnswer struct {
	Streams []ffprobeStream `json:"streams"`
	Format  struct {
		Name     string            `json:"format_name"`
		Start    string            `json:"start_time"`
		Duration string            `json:"duration"`
		Tags     map[string]string `json:"tags"`
	} `json:"format"`
}

// ffprobe runs ffprobe on the file and gives its answer to the consumer.
func (t Tools) ffprobe(ctx context.Context, path string, out Consumer, wall time.Duration, args ...string) (string, error) {
	args = append(append([]string{"-hide_banner", "-v", "error"}, args...), limits()...)
	return run(ctx, t.FFprobe, Job{Args: append(args, "-i", "file:"+path), Read: []string{path}, Stdout: out, Wall: wall})
}

// Probe looks into the file: seconds at most, whatever its length. A file that is no recording,
// is cut off, or is too long is refused with Invalid.
func (t Tools) Probe(ctx context.Context, path string) (Facts, error) {
	var out bytes.Buffer
	_, err := t.ffprobe(ctx, path, func(r io.Reader) error {
		_, err := io.Copy(&out, io.LimitReader(r, probeAnswer))
		return err
	}, probeWall, "-print_format", "json",
		"-show_entries", "format=format_name,start_time,duration:format_tags=timecode:stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,field_order,avg_frame_rate,r_frame_rate,start_time,duration,sample_rate,channels:stream_tags=language,title,timecode,rotate,handler_name:stream_disposition=attached_pic,default:stream_side_data=rotation")
	if err != nil {
		if rostrum.ErrorCode(err) != rostrum.Invalid {
			return Facts{}, err
		}
		return Facts{}, refuse(path).Because(err)
	}
	var answer ffprobeAnswer
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return Facts{}, rostrum.Errorf(rostrum.Invalid, noMedia).Because(err)
	}
	return answer.facts()
}

// facts reads the answer. It is pure.
func (a *ffprobeAnswer) facts() (Facts, error) {
	f := Facts{Rate: rostrum.Rate25}
	f.Source.Container, _, _ = strings.Cut(a.Format.Name, ",")
	seconds := decimal(a.Format.Duration)
	timecode := a.Format.Tags["timecode"]
	var picture *ffprobeStream
	for i := range a.Streams {
		s := &a.Streams[i]
		if timecode == "" {
			timecode = s.Tags["timecode"]
		}
		switch {
		case s.Type == "video" && s.Disposition["attached_pic"] == 0 && s.Width > 0 && s.Codec != "" && s.Codec != "unknown":
			if picture == nil || picture.Disposition["default"] == 0 && s.Disposition["default"] == 1 {
				picture = s
			}
		case s.Type == "audio" && s.Channels > 0 && s.Codec != "" && s.Codec != "unknown":
			rate, _ := strconv.Atoi(s.SampleRate)
			title := s.Tags["title"]
			f.Source.Sound = append(f.Source.Sound, rostrum.SoundSource{
				Stream: s.Index, Codec: s.Codec, Rate: rate, Channels: s.Channels, Language: language(s.Tags["language"]), Title: title,
			})
		}
	}
	if picture == nil && len(f.Source.Sound) == 0 {
		return Facts{}, rostrum.Errorf(rostrum.Invalid, noStreams)
	}
	f.Source.Start = timecode
	if picture != nil {
		var err error
		if f.Source.Video, f.Rate, err = picture.video(decimal(a.Format.Start)); err != nil {
			return Facts{}, err
		}
		if d := decimal(picture.Duration); d.Sign() > 0 {
			seconds = d
		}
	}
	if len(f.Source.Sound) == 0 {
		f.Notices = append(f.Notices, noticeSilent)
	}
	if seconds.Cmp(big.NewRat(int64(longest/time.Second), 1)) > 0 {
		return Facts{}, rostrum.Errorf(rostrum.Invalid, tooLong)
	}
	nanoseconds, _ := new(big.Rat).Mul(seconds, big.NewRat(int64(time.Second), 1)).Float64()
	f.Source.Duration = time.Duration(nanoseconds + 0.5)
	f.Frames = f.Rate.FrameAt(f.Source.Duration)
	return f, nil
}

// video describes the picture stream and chooses the rate of its timeline.
func (s *ffprobeStream) video(formatStart *big.Rat) (*rostrum.VideoSource, rostrum.Rate, error) {
	begin := decimal(s.Start)
	v := &rostrum.VideoSource{
		Stream: s.Index, Codec: s.Codec, Width: s.Width, Height: s.Height,
		Begin: begin.FloatString(9), Offset: new(big.Rat).Sub(begin, formatStart).FloatString(9),
	}
	if n := ratio(s.Aspect, ":"); n != nil {
		w, _ := new(big.Rat).Mul(big.NewRat(int64(s.Width), 1), n).Float64()
		v.Width = int(w + 0.5)
	}
	turn := 0
	if n, err := strconv.Atoi(s.Tags["rotate"]); err == nil {
		turn = n
	}
	for _, d := range s.SideDataList {
		if d.Rotation != 0 {
			turn = int(d.Rotation)
		}
	}
	if turn%180 != 0 {
		v.Width, v.Height = v.Height, v.Width
	}
	switch s.Field {
	case "tt", "bt":
		v.Scan = rostrum.TopFirst
	case "bb", "tb":
		v.Scan = rostrum.BottomFirst
	}
	average, real := ratio(s.Average, "/"), ratio(s.Real, "/")
	if average == nil {
		average = real
	}
	if average == nil {
		average, v.Irregular = big.NewRat(25, 1), true
	}
	if real == nil || !near(average, real) {
		v.Irregular = true
		// A field rate in r_frame_rate is how interlaced streams without a frame rate look.
		if v.Scan != rostrum.Progressive && real != nil && near(new(big.Rat).Mul(average, big.NewRat(2, 1)), real) {
			v.Irregular = false
		}
	}
	rate, halved, exact := timelineRate(average)
	v.Halved, v.Irregular = halved, v.Irregular || !exact
	if v.Width < 2 || v.Height < 2 {
		return nil, rate, rostrum.Errorf(rostrum.Invalid, noStreams)
	}
	return v, rate, nil
}

// timelineRate chooses the rate of the timeline for a source of the given rate: the same, half of
// it, or, for a rate that no timeline has, one of which it is a whole part, else the next higher.
func timelineRate(source *big.Rat) (rate rostrum.Rate, halved, exact bool) {
	best := func(x *big.Rat) (rostrum.Rate, bool) {
		var at rostrum.Rate
		var off *big.Rat
		for _, r := range rostrum.TimelineRates() {
			d := new(big.Rat).Sub(x, big.NewRat(r.Num, r.Den))
			if d.Abs(d); off == nil || d.Cmp(off) < 0 {
				at, off = r, d
			}
		}
		return at, near(x, big.NewRat(at.Num, at.Den))
	}
	if r, ok := best(source); ok {
		return r, false, true
	}
	if r, ok := best(new(big.Rat).Quo(source, big.NewRat(2, 1))); ok {
		return r, true, true
	}
	for _, r := range []rostrum.Rate{rostrum.Rate25, rostrum.Rate30, rostrum.Rate24} {
		times := new(big.Rat).Quo(big.NewRat(r.Num, r.Den), source)
		if times.IsInt() {
			return r, false, false
		}
	}
	if source.Cmp(big.NewRat(25, 1)) < 0 {
		return rostrum.Rate25, false, false
	}
	return rostrum.Rate30, false, false
}

// near says whether a and b differ by at most 1 %.
func near(a, b *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	d.Abs(d).Mul(d, big.NewRat(100, 1))
	return d.Cmp(b) <= 0
}

// ratio reads "25/1" or "16:15"; nil unless both are positive.
func ratio(s, sep string) *big.Rat {
	a, b, _ := strings.Cut(s, sep)
	n, err1 := strconv.ParseInt(a, 10, 64)
	d, err2 := strconv.ParseInt(b, 10, 64)
	if err1 != nil || err2 != nil || n <= 0 || d <= 0 {
		return nil
	}
	return big.NewRat(n, d)
}

// decimal reads decimal seconds; 0 for "N/A".
func decimal(s string) *big.Rat {
	if len(s) < 32 {
		if f, err := strconv.ParseFloat(s, 64); err == nil && f > -1e9 && f < 1e9 {
			if r, ok := new(big.Rat).SetString(s); ok {
				return r
			}
		}
	}
	return new(big.Rat)
}

// language drops the container's words for "unknown".
func language(tag string) string {
	if tag == "und" || tag == "mis" || tag == "zxx" {
		return ""
	}
	return tag
}

// seconds of a decimal, as a rational; for positions that the probe stored.
func parseSeconds(s string) (*big.Rat, error) {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%q is no decimal time", s)
	}
	return r, nil
}
