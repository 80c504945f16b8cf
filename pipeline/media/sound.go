package media

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// SampleRate is the rate that every sound is worked on with, in samples a second.
const SampleRate = 48000

// Sound is one sound over a span of the timeline: a stream of a file, or one or two channels of it.
//
// The file's clock is at 0 with its first picture, or with its first sample when it has none. What
// it puts at t stands at t+Offset on the timeline; where it has nothing there is silence.
type Sound struct {
	Source rostrum.Source // of the file that holds the stream
	Stream rostrum.SoundSource
	Pick   []int         // as rostrum.Channel; none of a stream of more than two channels is the first
	Offset time.Duration // as rostrum.Channel
	Clean  rostrum.Clean
	Rate   rostrum.Rate // of the timeline
	Span   rostrum.Span // of the timeline; it may end after the picture does
}

// picks are the channels that are taken; none takes the stream as it is. A stream of more than two
// channels is a recorder's bundle of microphones and booths, not surround sound.
func (s Sound) picks() []int {
	if len(s.Pick) == 0 && s.Stream.Channels > 2 {
		return []int{0}
	}
	return s.Pick
}

// Channels is how many channels the sound comes out with: 1 or 2.
func (s Sound) Channels() int {
	if n := len(s.picks()); n > 0 {
		return min(n, 2)
	}
	return max(min(s.Stream.Channels, 2), 1)
}

// channelLayout is ffmpeg's word for so many channels.
func channelLayout(channels int) string {
	if channels == 2 {
		return "stereo"
	}
	return "mono"
}

// Samples is the length of the span, at 48 kHz.
func (s Sound) Samples() int64 {
	return s.Rate.Samples(s.Span.Out, SampleRate) - s.Rate.Samples(s.Span.In, SampleRate)
}

// soundPreroll is how many seconds before the first sample decoding begins: decoders need some
// packets to come right.
const soundPreroll = 1

// opened is a file that is opened so that the span of a sound can be read.
type opened struct {
	args []string
	// raw takes the channels as they are in the file and sets their clock to 0 at the first sample
	// of the span.
	raw []string
	// span brings them to exactly Samples at 48 kHz, cleaned.
	span []string
}

func (s Sound) open(path string) (opened, error) {
	var o opened
	for _, n := range s.Pick {
		if n < 0 || n >= s.Stream.Channels || len(s.Pick) > 2 {
			return o, rostrum.Errorf(rostrum.Invalid,
				"The channels %v cannot be taken from a sound track that has %d; name one of them, or two as a stereo pair.", oneBased(s.Pick), s.Stream.Channels)
		}
	}
	in := new(big.Rat).Mul(big.NewRat(int64(s.Span.In), 1), big.NewRat(s.Rate.Den, s.Rate.Num))
	in.Sub(in, big.NewRat(int64(s.Offset), int64(time.Second)))
	begin, offset := new(big.Rat), new(big.Rat)
	if v := s.Source.Video; v != nil {
		var err error
		if begin, err = parseSeconds(v.Begin); err != nil {
			return o, err
		}
		if offset, err = parseSeconds(v.Offset); err != nil {
			return o, err
		}
		o.args = append(o.args, "-copyts")
	}
	// What lies before the file begins is silence of our own: the resampler would make it too, but all of
	// it at once, which is a gigabyte for an hour.
	n := s.Samples()
	before := int64(0)
	if early := new(big.Rat).Neg(new(big.Rat).Add(in, offset)); early.Sign() > 0 {
		before = min(wholeSamples(early), n)
		in.Neg(offset)
	}
	if s.Source.Container == "ogg" && s.Source.Duration > 0 && in.Cmp(big.NewRat(int64(s.Source.Duration), int64(time.Second))) >= 0 {
		// A seek behind the end of an Ogg file gives its last second.
		before = n
		in.Neg(offset)
	}
	// Filters that clean hear this much before the span, so that they have settled when it begins.
	lead := int64(0)
	if s.Clean != (rostrum.Clean{}) {
		lead = cleanLead
	}
	seek := new(big.Rat).Add(in, offset)
	seek.Sub(seek, big.NewRat(soundPreroll*SampleRate+lead, SampleRate))
	shift := new(big.Rat).Add(begin, in)
	if seek.Sign() > 0 {
		o.args = append(o.args, "-ss", seek.FloatString(9))
		if s.Source.Video == nil { // without -copyts, the seek point is at 0
			shift.Sub(shift, seek)
		}
	}
	o.args = append(o.args, Input(path)...)
	if p := s.picks(); len(p) > 0 { // before all that costs something for each channel
		pan := "pan=" + channelLayout(len(p))
		for i, n := range p {
			pan += fmt.Sprintf("|c%d=c%d", i, n)
		}
		o.raw = append(o.raw, pan)
	}
	o.raw = append(o.raw, "asetpts=PTS-("+shift.FloatString(9)+")/TB")
	o.span = []string{
		fmt.Sprintf("aresample=%d:async=1:min_hard_comp=0.1:first_pts=%d", SampleRate, -lead),
		"aformat=sample_fmts=fltp:channel_layouts=" + channelLayout(s.Channels()),
	}
	if lead > 0 {
		o.span = append(o.span, clean(s.Clean)...)
	}
	if before > 0 {
		o.span = append(o.span, fmt.Sprintf("adelay=%dS:all=1", before))
	}
	o.span = append(o.span, fmt.Sprintf("atrim=end_sample=%d", n), fmt.Sprintf("apad=whole_len=%d", n))
	return o, nil
}

// wholeSamples is how many samples at 48 kHz so many seconds are, to the nearest.
func wholeSamples(seconds *big.Rat) int64 {
	x := new(big.Rat).Mul(seconds, big.NewRat(SampleRate, 1))
	x.Add(x, big.NewRat(1, 2))
	return new(big.Int).Div(x.Num(), x.Denom()).Int64()
}

// graph is the filter graph that runs the stream through the filters, which may end in branches
// of their own.
func (s Sound) graph(filters ...[]string) []string {
	var chain []string
	for _, f := range filters {
		chain = append(chain, f...)
	}
	return []string{"-filter_complex", "[0:" + strconv.Itoa(s.Stream.Stream) + "]" + strings.Join(chain, ",")}
}

func oneBased(picks []int) []int {
	var said []int
	for _, n := range picks {
		said = append(said, n+1)
	}
	return said
}
