package media

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
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

// Bounds of ffprobe's run.
const (
	probeWall   = 2 * time.Minute
	probeAnswer = 4 << 20 // bytes
)

type ffprobeStream struct {
	Index        int               `json:"index"`
	Type         string            `json:"codec_type"`
	Codec        string            `json:"codec_name"`
	Width        int               `json:"width"`
	Height       int               `json:"height"`
	Aspect       string            `json:"sample_aspect_ratio"`
	PixelFormat  string            `json:"pix_fmt"`
	Matrix       string            `json:"color_space"`
	Transfer     string            `json:"color_transfer"`
	Primaries    string            `json:"color_primaries"`
	Range        string            `json:"color_range"`
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
	Programs []struct {
		Streams []struct {
			Index int `json:"index"`
		} `json:"streams"`
	} `json:"programs"`
	Streams []ffprobeStream `json:"streams"`
	Format  struct {
		Name     string            `json:"format_name"`
		Start    string            `json:"start_time"`
		Duration string            `json:"duration"`
		BitRate  string            `json:"bit_rate"`
		Tags     map[string]string `json:"tags"`
	} `json:"format"`
}

// ffprobe runs ffprobe on the file and gives its answer to the consumer.
func (t Tools) ffprobe(ctx context.Context, path string, out Consumer, wall time.Duration, args ...string) (string, error) {
	args = append(append([]string{"-hide_banner", "-v", "error"}, args...), limits()...)
	return run(ctx, t.FFprobe, Job{Args: append(args, "-i", "file:"+path), Read: []string{path}, Stdout: out, Wall: wall})
}

// Probe looks into the file: a second or two, whatever its length. A file that is no recording, is cut off, can't be decoded
// or is over a limit is refused with Invalid.
func (t Tools) Probe(ctx context.Context, path string) (Facts, error) {
	f, picture, err := t.header(ctx, path)
	if err != nil || picture == nil || !interlaceable(picture.Height) {
		return f, err
	}
	scan, err := t.look(ctx, path, f.Source.Video, picture.Height, f.Source.Duration)
	if err != nil && (ctx.Err() != nil || rostrum.ErrorCode(err) != rostrum.Invalid) {
		return Facts{}, err
	}
	f.Source.Video.Scan = scan // that of the header, where what was looked at is damaged: the survey will say more
	return f, nil
}

// header is what the file says of itself, without a look at its pictures, and the stream that is taken for the picture; nil
// without one.
func (t Tools) header(ctx context.Context, path string) (Facts, *ffprobeStream, error) {
	answer, err := t.ask(ctx, path)
	if err != nil {
		if rostrum.ErrorCode(err) != rostrum.Invalid {
			return Facts{}, nil, err
		}
		if over := t.overLimit(ctx, path); over != nil {
			return Facts{}, nil, over.Because(err)
		}
		return Facts{}, nil, refuse(path).Because(err)
	}
	if answer.hides() {
		if over := t.overLimit(ctx, path); over != nil {
			return Facts{}, nil, over
		}
	}
	f, err := answer.facts()
	if err == nil {
		err = t.checkLength(f.Source.Duration)
	}
	if v := f.Source.Video; v != nil && f.Source.Container == "mov" {
		v.Fragments = fragments(path)
	}
	if err == nil {
		f.Source.Chapters, err = t.chapters(ctx, path, f, decimal(answer.Format.Start))
	}
	if err != nil {
		return Facts{}, nil, err
	}
	return f, answer.picture(), nil
}

// hides says whether there is a picture without a size: ffprobe leaves out what is larger than it may decode.
func (a *ffprobeAnswer) hides() bool {
	return slices.ContainsFunc(a.Streams, func(s ffprobeStream) bool {
		return s.Type == "video" && s.decodable() && s.pixels() == 0 && s.Disposition["attached_pic"] == 0
	})
}

// overLimit looks at a file that can't be read within the limits once more with higher ones, to say which it is over; nil when
// it is none of them.
func (t Tools) overLimit(ctx context.Context, path string) *rostrum.Error {
	answer, err := t.ask(ctx, path, "-max_streams", strconv.Itoa(16*mostStreams), "-max_pixels", strconv.Itoa(16*mostPixels))
	if err != nil {
		return nil
	}
	if len(answer.Streams) > mostStreams {
		return rostrum.Errorf(rostrum.Invalid, tooMany)
	}
	if s := answer.picture(); s != nil && s.pixels() > mostPixels {
		return rostrum.Errorf(rostrum.Invalid, tooLarge, s.Width, s.Height)
	}
	return nil
}

// asked are the facts that ffprobe is asked for.
const asked = "format=format_name,start_time,duration,bit_rate:format_tags=timecode,creation_time:program=program_id:program_stream=index:" +
	"stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,pix_fmt,color_space,color_transfer,color_primaries,color_range,field_order," +
	"avg_frame_rate,r_frame_rate,start_time,duration,sample_rate,channels:stream_tags=language,title,timecode,rotate,handler_name:" +
	"stream_disposition=attached_pic,timed_thumbnails,default:stream_side_data=rotation"

func (t Tools) ask(ctx context.Context, path string, more ...string) (*ffprobeAnswer, error) {
	var out bytes.Buffer
	args := append([]string{"-hide_banner", "-v", "error", "-print_format", "json", "-show_entries", asked}, limits()...)
	args = append(append(args, more...), "-i", "file:"+path)
	_, err := run(ctx, t.FFprobe, Job{Args: args, Read: []string{path}, Wall: probeWall, Stdout: func(r io.Reader) error {
		_, err := io.Copy(&out, io.LimitReader(r, probeAnswer))
		return err
	}})
	if err != nil {
		return nil, err
	}
	answer := new(ffprobeAnswer)
	if err := json.Unmarshal(out.Bytes(), answer); err != nil {
		return nil, rostrum.Errorf(rostrum.Invalid, noMedia).Because(err)
	}
	return answer, nil
}

// facts reads the answer. It is pure.
func (a *ffprobeAnswer) facts() (Facts, error) {
	f := Facts{Rate: rostrum.Rate25}
	f.Source.Container, _, _ = strings.Cut(a.Format.Name, ",")
	seconds := decimal(a.Format.Duration)
	picture := a.picture()
	beside := a.beside(picture)
	for i := range a.Streams {
		s := &a.Streams[i]
		if s.Type != "audio" || s.Channels <= 0 || !s.decodable() {
			continue
		}
		if beside != nil && !beside[s.Index] {
			if f.Notices == nil {
				f.Notices = append(f.Notices, noticeOthers)
			}
			continue
		}
		rate, _ := strconv.Atoi(s.SampleRate)
		f.Source.Sound = append(f.Source.Sound, rostrum.SoundSource{
			Stream: s.Index, Codec: s.Codec, Rate: rate, Channels: s.Channels, Language: tagged(s.Tags["language"]), Title: s.Tags["title"],
		})
	}
	if picture == nil && len(f.Source.Sound) == 0 {
		return Facts{}, rostrum.Errorf(rostrum.Invalid, noStreams)
	}
	timecode, track := a.timecode()
	f.Source.Start = timecode
	if at, err := time.Parse(time.RFC3339, a.Format.Tags["creation_time"]); err == nil && at.Year() > 1970 { // recorders without a clock write its zero
		f.Source.Created = at
	}
	if picture != nil {
		var err error
		if f.Source.Video, f.Rate, err = picture.video(f.Source.Container, decimal(a.Format.Start)); err != nil {
			return Facts{}, err
		}
		bits, _ := decimal(a.Format.BitRate).Float64()
		f.Source.Video.Kbit = int(bits / 1000)
		if f.Source.Video.Halved {
			f.Source.Start = label(timecode, f.Rate, track)
		}
		if d := decimal(picture.Duration); d.Sign() > 0 {
			seconds = d
		}
		if seconds.Sign() == 0 { // a live recording that nobody closed, so without an index as well
			f.Source.Video.Unindexed = true
		}
	}
	if len(f.Source.Sound) == 0 {
		f.Notices = append(f.Notices, noticeSilent)
	}
	nanoseconds, _ := new(big.Rat).Mul(seconds, big.NewRat(int64(time.Second), 1)).Float64()
	f.Source.Duration = time.Duration(min(nanoseconds+0.5, 1e18))
	f.Frames = f.Rate.FrameAt(f.Source.Duration)
	return f, nil
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

// tagged drops the container's words for "unknown".
func tagged(tag string) string {
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
