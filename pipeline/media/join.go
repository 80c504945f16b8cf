package media

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// copyWall is for a whole day of the largest files.
const copyWall = 12 * time.Hour

// Join writes the parts, in the order given, into one local file that has the picture first, and then every sound stream in the order
// of the facts; data, captions and covers stay behind. out must not be a name that a user chose, and the parts must have
// been probed. See Joined for what a probe of it does not tell.
//
// The pictures are copied as they are. Each part begins where the picture before it ends, and its gap, so that sound and
// picture stay together however much longer one of them goes on; in a gap the last picture stands. The sound is written as
// PCM, and PCM stays what it was to the bit: a packet of AAC lasts 21 ms and can't be cut at a joint. What is missing of it
// is silence.
//
// The container is MOV, whose clock can count whole frames at every rate; that of Matroska counts milliseconds, and a frame at
// 29.97 is not a whole number of them. Only VP8, VP9, AV1 and raw pictures, which MOV can't hold, go into Matroska.
//
// It gives Invalid when the parts can't be joined. The caller retries.
func (t Tools) Join(ctx context.Context, parts []Part, out string) error {
	var layouts []layout
	for i, p := range parts {
		l, err := t.layout(ctx, p.Path, p.Facts)
		if err != nil {
			return err
		}
		layouts = append(layouts, l)
		if v := p.Facts.Source.Video; v != nil && oneHeader(v.Codec) && l.header != layouts[0].header {
			return rostrum.Errorf(rostrum.Invalid, "File %d was made with other settings of the camera's encoder than file 1 and can't be joined to it; take it in as a recording of its own.", i+1)
		}
		if l.mirrored || l.turn != layouts[0].turn {
			return rostrum.Errorf(rostrum.Invalid, "File %d is turned or mirrored in another way than can be joined; take the files in as recordings of their own.", i+1)
		}
	}
	if !slices.ContainsFunc(layouts, func(l layout) bool { return !l.alike(layouts[0]) }) {
		return t.join(ctx, parts, layouts, out)
	}
	// The concat demuxer takes the clocks and the numbers of the first file's streams for those of all, so each file is first
	// copied into one that has them so.
	folder, err := os.MkdirTemp(filepath.Dir(out), "parts-")
	if err != nil {
		return rostrum.Errorf(rostrum.Unavailable, "The work folder can't be written; check its rights and its free space.").Because(err)
	}
	defer os.RemoveAll(folder)
	parts = slices.Clone(parts)
	for i, p := range parts {
		path := filepath.Join(folder, strconv.Itoa(i))
		if err := t.rewrap(ctx, p.Path, p.Facts, path); err != nil {
			return err
		}
		probed, err := t.Probe(ctx, path)
		if err != nil {
			return err
		}
		parts[i] = Part{Path: path, Facts: Joined([]Part{p}, probed), Gap: p.Gap}
		length := layouts[i].length // of the original, which a copy may tell less well
		if layouts[i], err = t.layout(ctx, path, parts[i].Facts); err != nil {
			return err
		}
		layouts[i].length = length
	}
	return t.join(ctx, parts, layouts, out)
}

func (t Tools) rewrap(ctx context.Context, path string, facts Facts, out string) error {
	args := []string{"-y", "-fflags", "+genpts"}
	if v := facts.Source.Video; v != nil {
		offset, err := parseSeconds(v.Offset)
		if err != nil {
			return err
		}
		args = append(args, "-itsoffset", new(big.Rat).Neg(offset).FloatString(6))
	}
	args = append(append(args, Input(path)...), copyArgs(facts, 0, out)...)
	return t.Run(ctx, Job{Args: args, Read: []string{path}, Write: filepath.Dir(out), Wall: copyWall})
}

// join is for parts that are laid out alike.
func (t Tools) join(ctx context.Context, parts []Part, layouts []layout, out string) error {
	list, shift, err := script(parts, layouts)
	if err != nil {
		return err
	}
	var read []string
	for _, p := range parts {
		read = append(read, p.Path)
	}
	args := append([]string{"-y", "-copyts", "-fflags", "+genpts", "-itsoffset", shift}, scriptInput()...)
	args = append(args, copyArgs(parts[0].Facts, layouts[0].turn, out)...)
	return t.Run(ctx, Job{Args: args, Stdin: strings.NewReader(list), Read: read, Write: filepath.Dir(out), Wall: copyWall})
}

// scriptInput opens the script on the standard input. Only the script itself may be one: it holds each file to the same lists as
// Input does, and without that, no file could be opened at all.
func scriptInput() []string {
	return []string{"-protocol_whitelist", "file,pipe", "-format_whitelist", "concat", "-codec_whitelist", decoders(), "-f", "concat", "-safe", "0", "-i", "pipe:0"}
}

// script is what the concat demuxer reads, and what the times that come out must be shifted by, in seconds, so that the first
// picture is at 0. Its clock counts microseconds: each place is rounded for itself, so that errors don't add up.
func script(parts []Part, layouts []layout) (list, shift string, err error) {
	var b strings.Builder
	b.WriteString("ffconcat version 1.0\n")
	var places []int64 // of the files, in microseconds
	at := new(big.Rat)
	var first *big.Rat
	for i, p := range parts {
		offset := new(big.Rat) // of the picture in the file
		if v := p.Facts.Source.Video; v != nil {
			if offset, err = parseSeconds(v.Offset); err != nil {
				return "", "", err
			}
		}
		if i == 0 {
			first = offset
		} else {
			at.Add(at, big.NewRat(int64(sourceRate(p.Facts).FrameAt(p.Gap))*sourceRate(p.Facts).Den, sourceRate(p.Facts).Num))
		}
		place := new(big.Rat).Add(at, first)
		places = append(places, microseconds(place.Sub(place, offset)))
		at.Add(at, layouts[i].length)
	}
	places = append(places, microseconds(at))
	for i, p := range parts {
		if strings.ContainsAny(p.Path, "\n\r") {
			return "", "", fmt.Errorf("the path of a part holds a line break: %q", p.Path)
		}
		fmt.Fprintf(&b, "file 'file:%s'\n", strings.ReplaceAll(p.Path, "'", `'\''`))
		for option := range slices.Chunk(limits(), 2) {
			switch name := strings.TrimPrefix(option[0], "-"); name {
			case "protocol_whitelist":
				fmt.Fprintf(&b, "option %s file\n", name)
			case "format_whitelist", "codec_whitelist", "max_streams", "probesize", "analyzeduration": // the others are not the demuxer's
				fmt.Fprintf(&b, "option %s %s\n", name, option[1])
			}
		}
		length := places[i+1] - places[i]
		if length <= 0 {
			return "", "", rostrum.Errorf(rostrum.Invalid, "File %d is too short to be joined; leave it out.", i+1)
		}
		fmt.Fprintf(&b, "duration %d.%06d\n", length/1e6, length%1e6)
	}
	return b.String(), new(big.Rat).Neg(first).FloatString(6), nil
}

// microseconds rounds seconds to the nearest.
func microseconds(x *big.Rat) int64 {
	n, _ := new(big.Int).SetString(new(big.Rat).Mul(x, big.NewRat(1e6, 1)).FloatString(0), 10)
	return n.Int64()
}
