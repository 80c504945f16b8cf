package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rostrum"
	"rostrum/pipeline/media"
)

// bareLevels are what bare ffmpeg can do to the loudness while it encodes.
var bareLevels = map[string]string{
	"loudnorm": "loudnorm=I=-16:TP=-1:LRA=11,aresample=48000",
	"volume":   "volume=3dB",
}

// bareChannels makes the same outputs by one ffmpeg command, in a folder that it removes.
func (b *bench) bareChannels(ctx context.Context, f film, r *rostrum.Recording) (c cost, err error) {
	folder := filepath.Join(b.folder, "bare")
	defer os.RemoveAll(folder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return c, err
	}
	args, err := bareChannelArgs(f.path, folder, r, bareLevels[b.level])
	if err != nil {
		return c, err
	}
	begin, err := now()
	if err != nil {
		return c, err
	}
	if err := b.tools.Run(ctx, media.Job{Args: args, Read: []string{f.path}, Write: folder}); err != nil {
		return c, err
	}
	if c, err = since(begin); err != nil {
		return c, err
	}
	if _, err = firstWritten(folder, r, begin.at); err != nil {
		return c, err
	}
	for _, kind := range []string{"mp4", "m4a", "opus"} {
		files, err := filepath.Glob(filepath.Join(folder, "file-*."+kind))
		if want := len(r.Source.Channels); err != nil || len(files) != want && len(files) != 2*want {
			return c, fmt.Errorf("bare ffmpeg made %d files %s for %d channels: %w", len(files), kind, want, err)
		}
	}
	return c, nil
}

// bareChannelArgs is the command: every picture and every sound encoded once, in one output, whose muxer hands the packets to all files that
// want them.
func bareChannelArgs(path, folder string, r *rostrum.Recording, level string) ([]string, error) {
	p := media.Pictures{Source: r.Source, Rate: r.Rate, Span: rostrum.Span{Out: r.Frames}, Rungs: r.Rungs, SegmentFrames: r.Grid().SegmentFrames()}
	args, err := p.Args(path)
	if err != nil {
		return nil, err
	}
	graph := slices.Index(args, "-filter_complex") + 1
	head, encoders := args[:graph+1:graph+1], args[graph+1:]
	var files tee
	for i, rung := range r.Rungs {
		end := slices.Index(encoders, media.Pipe(i)) + 1
		head = append(head, ofStream(encoders[:end], i)...)
		encoders = encoders[end:]
		files.hls(folder, rung.Name, fmt.Sprintf("v:%d", i))
	}
	small := slices.IndexFunc(r.Rungs, func(g rostrum.Rung) bool { return g.Name == "360" })
	for i, c := range r.Source.Channels {
		head[graph] += fmt.Sprintf(";[0:%d]%s,asplit=3[f%d][s%d][o%d]", c.Stream, level, i, i, i)
		full := 3 * i
		head = append(head, soundArgs(i)...)
		for q, name := range []string{"full", "small", "opus"} {
			files.hls(folder, c.Name+"-"+name, fmt.Sprintf("a:%d", full+q))
		}
		files.file(folder, "file-"+c.Name+".mp4", "mp4", fmt.Sprintf("v:0,a:%d", full))
		if small > 0 { // else it is the large one
			files.file(folder, "file-small-"+c.Name+".mp4", "mp4", fmt.Sprintf("v:%d,a:%d", small, full))
		}
		files.file(folder, "file-"+c.Name+".m4a", "mp4", fmt.Sprintf("a:%d", full+1))
		files.file(folder, "file-"+c.Name+".opus", "ogg", fmt.Sprintf("a:%d", full+2))
	}
	return append(head, "-map_metadata", "-1", "-map_chapters", "-1", "-flags", "+bitexact+global_header", "-f", "tee", strings.Join(files, "|")), nil
}

// soundArgs encode a channel three times.
func soundArgs(channel int) []string {
	var args []string
	for q, s := range []struct{ pad, codec, kbit, rate string }{{"f", "aac", "96k", "48000"}, {"s", "aac", "32k", "24000"}, {"o", "libopus", "24k", "48000"}} {
		of := ":a:" + strconv.Itoa(3*channel+q)
		args = append(args, "-map", fmt.Sprintf("[%s%d]", s.pad, channel), "-c"+of, s.codec, "-b"+of, s.kbit, "-ar"+of, s.rate, "-ac"+of, "1")
		if s.codec == "libopus" {
			args = append(args, "-application"+of, "voip")
		}
	}
	return args
}

// ofStream takes one output's options for its only picture, and makes them those of picture i of a common output.
func ofStream(options []string, i int) []string {
	var args []string
	for len(options) > 1 {
		name, value := options[0], options[1]
		switch name {
		case "-an", "-sn", "-dn":
			options = options[1:]
			continue
		case "-map":
			args = append(args, name, value)
		case "-map_metadata", "-map_chapters", "-movflags", "-video_track_timescale", "-flags", "-fflags", "-f": // of the output
		default:
			args = append(args, strings.TrimSuffix(name, ":v")+":v:"+strconv.Itoa(i), value)
		}
		options = options[2:]
	}
	return args
}

// tee is the files of an output of that muxer. What it takes for a mark within its options is escaped.
type tee []string

func (t *tee) hls(folder, name, streams string) {
	*t = append(*t, fmt.Sprintf(`[f=hls:hls_time=4:hls_playlist_type=vod:hls_segment_type=fmp4:hls_fmp4_init_filename=%s-init.mp4:hls_segment_filename=%s:select=\'%s\']%s`,
		name, filepath.Join(folder, name+"-%d.m4s"), streams, filepath.Join(folder, name+".m3u8")))
}

func (t *tee) file(folder, name, kind, streams string) {
	flags := ""
	if kind == "mp4" {
		flags = "movflags=+faststart:"
	}
	*t = append(*t, fmt.Sprintf(`[f=%s:%sselect=\'%s\']%s`, kind, flags, streams, filepath.Join(folder, name)))
}
