package media

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// SampleRate is the rate of every sound rendition but the small one, in samples a second.
const SampleRate = 48000

// SmallSampleRate is the rate of the small rendition.
const SmallSampleRate = 24000

// Sound is one sound stream over a span of the timeline.
type Sound struct {
	Source rostrum.Source
	Stream rostrum.SoundSource
	Pick   []int         // as rostrum.Channel
	Offset time.Duration // as rostrum.Channel
	Clean  rostrum.Clean
	Rate   rostrum.Rate
	Span   rostrum.Span
}

// Channels is how many channels the sound comes out with: one, or two for a stereo stream. A
// stream of more channels is a recorder's bundle of microphones and booths, not surround sound:
// its first channel is taken.
func (s Sound) Channels() int {
	if s.Stream.Channels == 2 {
		return 2
	}
	return 1
}

// Samples is the length of the span, at 48 kHz.
func (s Sound) Samples() int64 {
	return s.Rate.Samples(s.Span.Out, SampleRate) - s.Rate.Samples(s.Span.In, SampleRate)
}

// soundPreroll is how many seconds before the span decoding begins: decoders need some packets to
// come right.
const soundPreroll = 1

// input opens the file and gives the filters that bring the span to exactly Samples at 48 kHz,
// beginning with the first sample of its first frame. Where the stream has nothing there is silence.
func (s Sound) input(path string) (args []string, chain []string, err error) {
	in := new(big.Rat).Mul(big.NewRat(int64(s.Span.In), 1), big.NewRat(s.Rate.Den, s.Rate.Num))
	begin, offset := new(big.Rat), new(big.Rat)
	if v := s.Source.Video; v != nil {
		if begin, err = parseSeconds(v.Begin); err != nil {
			return nil, nil, err
		}
		if offset, err = parseSeconds(v.Offset); err != nil {
			return nil, nil, err
		}
		args = append(args, "-copyts")
	}
	seek := new(big.Rat).Add(in, offset)
	seek.Sub(seek, big.NewRat(soundPreroll, 1))
	shift := new(big.Rat).Add(begin, in)
	if seek.Sign() > 0 {
		args = append(args, "-ss", seek.FloatString(9))
		if s.Source.Video == nil { // without -copyts, the seek point is at 0
			shift.Sub(shift, seek)
		}
	}
	args = append(args, Input(path)...)
	n := strconv.FormatInt(s.Samples(), 10)
	chain = []string{
		"asetpts=PTS-(" + shift.FloatString(9) + ")/TB",
		fmt.Sprintf("aresample=%d:async=1:min_hard_comp=0.1:first_pts=0", SampleRate),
	}
	if s.Stream.Channels > 2 {
		chain = append(chain, "pan=mono|c0=c0")
	}
	return args, append(chain, "atrim=end_sample="+n, "apad=whole_len="+n), nil
}

func (s Sound) graph(chain []string, name string) []string {
	return []string{"-filter_complex", fmt.Sprintf("[0:%d]%s%s", s.Stream.Stream, strings.Join(chain, ","), name)}
}

// silence stands for the loudness of digital silence, which has none (ITU-R BS.1770-4 gates at
// −70 LUFS).
const silence = -70

// MeasureArgs is the command line that measures the span's loudness: as it is, or at a level that is not nil.
func (s Sound) MeasureArgs(path string, level *Level) ([]string, error) {
	args, chain, err := s.input(path)
	if err != nil {
		return nil, err
	}
	if level != nil {
		chain = append(chain, s.levelled(*level)...)
	}
	chain = append(chain, "ebur128=peak=true:framelog=verbose")
	args = append(args, s.graph(chain, "[a]")...)
	return append(args, "-map", "[a]", "-f", "null", "-"), nil
}

// Measure measures the loudness of the span as it is in the source, or as a level that is not nil would make it: at a
// fifth of what encoding costs. Silence gives −70 LUFS.
func (t Tools) Measure(ctx context.Context, path string, s Sound, level *Level) (rostrum.Loudness, error) {
	args, err := s.MeasureArgs(path, level)
	if err != nil {
		return rostrum.Loudness{}, err
	}
	args = append([]string{"-hide_banner", "-nostats", "-nostdin", "-loglevel", "info"}, args...)
	log, err := run(ctx, t.FFmpeg, Job{Args: args, Read: []string{path}, Wall: time.Hour})
	if err != nil {
		return rostrum.Loudness{}, err
	}
	return summary(log)
}

// MeasureFile measures a file that Rostrum made.
func (t Tools) MeasureFile(ctx context.Context, path string) (rostrum.Loudness, error) {
	args := append([]string{"-hide_banner", "-nostats", "-nostdin", "-loglevel", "info"}, Input(path)...)
	args = append(args, "-vn", "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
	log, err := run(ctx, t.FFmpeg, Job{Args: args, Read: []string{path}, Wall: time.Hour})
	if err != nil {
		return rostrum.Loudness{}, err
	}
	return summary(log)
}

// summary reads what the ebur128 filter writes at its end.
func summary(log string) (rostrum.Loudness, error) {
	i := strings.LastIndex(log, "Integrated loudness:")
	if i < 0 {
		return rostrum.Loudness{}, fmt.Errorf("no loudness summary in %q", log)
	}
	l := rostrum.Loudness{Integrated: silence, TruePeak: silence}
	lines := bufio.NewScanner(strings.NewReader(log[i:]))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			continue
		}
		x, err := strconv.ParseFloat(fields[1], 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
			continue
		}
		switch fields[0] {
		case "I:":
			l.Integrated = max(x, silence)
		case "LRA:":
			l.Range = x
		case "Peak:":
			l.TruePeak = max(x, silence)
		}
	}
	return l, nil
}

// Level is what is done to a sound's loudness.
type Level struct {
	Gain    float64 // dB
	Ceiling float64 // dBTP, the highest true peak
	// Free says that no peak comes near the ceiling, so that there is nothing for a limiter to do.
	Free bool
}

// LevelFor brings a measured sound to the target, in LUFS. Silence is left alone, and no gain is
// larger than 30 dB: that would only be noise.
func LevelFor(measured rostrum.Loudness, target, ceiling float64) Level {
	if measured.Integrated <= silence {
		return Level{Ceiling: ceiling, Free: true}
	}
	l := Level{Gain: min(target-measured.Integrated, 30), Ceiling: ceiling}
	l.Free = measured.TruePeak+l.Gain <= ceiling-limiterMargin
	return l
}

// limiterMargin is how far under the ceiling the limiter works, in dB: the AAC encoder and the way
// back to 48 kHz add a little to the peaks.
const limiterMargin = 1.0

// levelled are the filters that bring a sound to a level, with its exact length and its fades.
func (s Sound) levelled(level Level) []string {
	n := s.Samples()
	chain := []string{fmt.Sprintf("volume=%.2fdB", level.Gain)}
	if !level.Free {
		chain = append(chain,
			// Peaks between the samples are found at four times the rate (ITU-R BS.1770-4, annex 2).
			"aresample=192000",
			fmt.Sprintf("alimiter=limit=%.6f:level=false:latency=true", math.Pow(10, (level.Ceiling-limiterMargin)/20)),
			fmt.Sprintf("aresample=%d", SampleRate))
	}
	return append(chain,
		fmt.Sprintf("apad=whole_len=%d", n), fmt.Sprintf("atrim=end_sample=%d", n),
		fmt.Sprintf("afade=t=in:ns=%d", fade),
		fmt.Sprintf("afade=t=out:ss=%d:ns=%d", max(n-fade, 0), fade),
		"asetpts=N",
	)
}

// EncodeArgs is the command line that encodes the span: fragmented MP4 with AAC-LC at 48 kHz to
// Pipe(0), 96 kbit/s mono or 128 kbit/s stereo, and with small also at 32 kbit/s, mono, 24 kHz, to
// Pipe(1). Each begins with one packet of priming.
func (s Sound) EncodeArgs(path string, level Level, small bool) ([]string, error) {
	args, chain, err := s.input(path)
	if err != nil {
		return nil, err
	}
	chain = append(chain, s.levelled(level)...)
	if small {
		chain = append(chain, "asplit=2[a0][s];[s]aresample=24000,aformat=channel_layouts=mono")
		args = append(args, s.graph(chain, "[a1]")...)
	} else {
		args = append(args, s.graph(chain, "[a0]")...)
	}
	kbit := "96k"
	if s.Channels() == 2 {
		kbit = "128k"
	}
	args = append(args, soundOutput(0, SampleRate, s.Channels(), kbit)...)
	if small {
		args = append(args, soundOutput(1, SmallSampleRate, 1, "32k")...)
	}
	return args, nil
}

// fade is the length of the fade at each end, 8 ms: enough against a click, too short to hear.
const fade = SampleRate * 8 / 1000

func soundOutput(i, rate, channels int, kbit string) []string {
	return []string{
		"-map", fmt.Sprintf("[a%d]", i), "-c:a", "aac", "-profile:a", "aac_low", "-b:a", kbit,
		"-ar", strconv.Itoa(rate), "-ac", strconv.Itoa(channels),
		"-flags", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1", "-map_chapters", "-1", "-vn", "-sn", "-dn",
		"-movflags", "+empty_moov+default_base_moof", "-frag_duration", "4000000", "-f", "mp4", Pipe(i),
	}
}
