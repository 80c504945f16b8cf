package media

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"rostrum"
)

// layout is what must be known of a file to copy its streams beside those of another.
type layout struct {
	length   *big.Rat // of the picture, in seconds, as so many whole pictures; of the sound where there is none
	streams  []int    // indices of the picture and of the sound
	clocks   []string // of each of them
	header   string   // digest of what the picture's decoder is told before the first picture
	turn     int      // degrees by which a player turns the picture, as ffmpeg counts them
	mirrored bool
}

// alike says whether the concat demuxer can take one for the other.
func (l layout) alike(other layout) bool {
	return slices.Equal(l.streams, other.streams) && slices.Equal(l.clocks, other.clocks)
}

// layout looks into the file. Where the container does not count its pictures, it is read to its end.
func (t Tools) layout(ctx context.Context, path string, facts Facts) (l layout, err error) {
	var out bytes.Buffer
	_, err = t.ffprobe(ctx, path, func(r io.Reader) error {
		_, err := io.Copy(&out, io.LimitReader(r, probeAnswer))
		return err
	}, probeWall, "-print_format", "json", "-show_data_hash", "SHA256",
		"-show_entries", "stream=index,time_base,extradata_hash,nb_frames:stream_side_data=rotation,displaymatrix")
	if err != nil {
		return l, err
	}
	var answer struct {
		Streams []struct {
			Index    int    `json:"index"`
			TimeBase string `json:"time_base"`
			Header   string `json:"extradata_hash"`
			Pictures string `json:"nb_frames"`
			SideData []struct {
				Rotation float64 `json:"rotation"`
				Matrix   string  `json:"displaymatrix"`
			} `json:"side_data_list"`
		} `json:"streams"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return l, rostrum.Errorf(rostrum.Invalid, noMedia).Because(err)
	}
	if v := facts.Source.Video; v != nil {
		l.streams = append(l.streams, v.Stream)
	}
	for _, s := range facts.Source.Sound {
		l.streams = append(l.streams, s.Stream)
	}
	counted := false
	for k, wanted := range l.streams {
		for _, s := range answer.Streams {
			if s.Index != wanted {
				continue
			}
			l.clocks = append(l.clocks, s.TimeBase)
			if k > 0 || facts.Source.Video == nil {
				continue
			}
			l.header = s.Header
			_, err := strconv.Atoi(s.Pictures)
			counted = err == nil && facts.Source.Container == "mov"
			for _, d := range s.SideData {
				if d.Matrix != "" {
					l.turn, l.mirrored = (360+int(d.Rotation))%360, mirrors(d.Matrix)
				}
			}
		}
	}
	if facts.Source.Video == nil {
		l.length = big.NewRat(int64(facts.Source.Duration), 1e9)
		return l, nil
	}
	rate := sourceRate(facts)
	pictures := rate.FrameAt(facts.Source.Duration)
	if !counted {
		count, err := t.Packets(ctx, path, facts.Source.Video, rate)
		if err != nil {
			return l, err
		}
		pictures = count.Frames
	}
	l.length = big.NewRat(int64(pictures)*rate.Den, rate.Num)
	return l, nil
}

// mirrors says whether the matrix, as ffprobe writes it, turns the picture over: its determinant is negative (ISO/IEC 14496-12,
// 8.3.2: a b u c d v x y w).
func mirrors(matrix string) bool {
	var cells []float64
	for line := range strings.Lines(matrix) {
		fields := strings.Fields(line)
		for _, f := range fields[min(1, len(fields)):] {
			if n, err := strconv.ParseFloat(f, 64); err == nil {
				cells = append(cells, n)
			}
		}
	}
	return len(cells) == 9 && cells[0]*cells[4]-cells[1]*cells[3] < 0
}

// oneHeader says whether pictures of the codec need settings that stand once before them all; those of others carry their own.
func oneHeader(codec string) bool { return codec == "hevc" || codec == "mpeg4" || codec == "av1" }

// copyArgs takes the picture as it is, and the sound as PCM, into out. turn is for the concat demuxer, which forgets how the picture
// is turned.
func copyArgs(facts Facts, turn int, out string) []string {
	var args []string
	container, v := "mov", facts.Source.Video
	if v != nil {
		args = append(args, "-map", "0:"+strconv.Itoa(v.Stream))
		switch v.Codec {
		case "vp8", "vp9", "av1", "rawvideo":
			container = "matroska"
		}
	}
	for _, s := range facts.Source.Sound {
		args = append(args, "-map", "0:"+strconv.Itoa(s.Stream))
	}
	// The silence of a gap is made in one block, and where that is too large, what comes after it is only heard too early.
	args = append(args, "-max_alloc", strconv.Itoa(math.MaxInt32), "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
	if v != nil {
		rate := sourceRate(facts)
		// A transport stream may begin with pictures before its first key picture; they are counted, so they are kept.
		args = append(args, "-c:v", "copy", "-copyinkf:v")
		if turn != 0 {
			args = append(args, "-metadata:s:v:0", "rotate="+strconv.Itoa(turn))
		}
		if container == "mov" {
			clock := strconv.FormatInt(Timescale(rate), 10)
			if v.Irregular {
				clock = "90000"
			}
			args = append(args, "-video_track_timescale", clock, "-movie_timescale", clock)
			if t, err := rostrum.ParseTimecode(facts.Source.Start); err == nil && !v.Irregular {
				if _, err := rate.FrameOf(t); err == nil {
					args = append(args, "-metadata:s:v:0", "timecode="+t.String())
				}
			}
		}
	}
	for i, s := range facts.Source.Sound {
		n := ":a:" + strconv.Itoa(i)
		// 5 ms is less than anybody hears, and more than a clock of milliseconds is off.
		args = append(args, "-filter"+n, "aresample=async=1:min_hard_comp=0.005:first_pts=0", "-c"+n, pcm(s.Codec))
		if s.Language != "" {
			args = append(args, "-metadata:s"+n, "language="+s.Language)
		}
	}
	return append(args, "-f", container, "file:"+out)
}

// pcm is the encoding that keeps every bit of the samples that a decoder gives, or, of a lossy one, all that can be heard.
func pcm(codec string) string {
	switch codec {
	case "pcm_f32le", "pcm_f32be":
		return "pcm_f32le"
	case "pcm_s32le", "pcm_s32be":
		return "pcm_s32le"
	case "pcm_s24le", "pcm_s24be", "pcm_bluray", "pcm_dvd", "flac", "alac", "s302m", "dca":
		return "pcm_s24le"
	}
	return "pcm_s16le"
}
