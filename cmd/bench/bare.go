package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

// bare is what the one ffmpeg command took.
type bare struct {
	cost
	first float64 // s until the first segment of every rung was written
}

// runBare makes the same outputs by one ffmpeg command, in a folder that it removes.
func runBare(ctx context.Context, tools media.Tools, folder string, f film, r *rostrum.Recording) (b bare, err error) {
	defer os.RemoveAll(folder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return b, err
	}
	args, err := bareArgs(f.path, folder, r)
	if err != nil {
		return b, err
	}
	begin, err := now()
	if err != nil {
		return b, err
	}
	if err := tools.Run(ctx, media.Job{Args: args, Read: []string{f.path}, Write: folder}); err != nil {
		return b, err
	}
	if b.cost, err = since(begin); err != nil {
		return b, err
	}
	b.first, err = firstWritten(folder, r, begin.at)
	return b, err
}

// bareArgs is the command: the ladder with the very settings of the recording's chunks, from one decode, as HLS in CMAF
// segments of the same length; on that decode a storyboard, and on the sound's the loudness, the samples for a waveform and AAC.
func bareArgs(path, folder string, r *rostrum.Recording) ([]string, error) {
	p := media.Pictures{Source: r.Source, Rate: r.Rate, Span: rostrum.Span{Out: r.Frames}, Rungs: r.Rungs, SegmentFrames: r.Grid().SegmentFrames()}
	args, err := p.Args(path)
	if err != nil {
		return nil, err
	}
	// The HLS muxer makes its own fragments on its own clock.
	for _, option := range []string{"-movflags", "-video_track_timescale"} {
		for i := slices.Index(args, option); i >= 0; i = slices.Index(args, option) {
			args = slices.Delete(args, i, i+2)
		}
	}
	for i, rung := range r.Rungs {
		at := slices.Index(args, media.Pipe(i)) // follows "-f mp4"
		if at < 2 {
			return nil, fmt.Errorf("no output for rung %s in %q", rung.Name, args)
		}
		args = slices.Replace(args, at-2, at+1, hlsTo(folder, rung.Name)...)
	}
	graph := slices.Index(args, "-filter_complex") + 1
	args[graph] += fmt.Sprintf(";[0:%d]select='eq(pict_type,I)*(isnan(prev_selected_t)+gte(t-prev_selected_t,10))',"+
		"scale=%d:-2:flags=area,tile=%dx%d[story]", r.Source.Video.Stream, media.StillWidth, media.SheetColumns, media.SheetRows)
	args = append(args, "-map", "[story]", "-fps_mode", "passthrough", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "6", filepath.Join(folder, "story-%d.jpg"))
	if floor := r.Source.Floor(); floor != nil {
		for i, a := range args {
			if a == "-filter_complex" {
				args[i+1] += fmt.Sprintf(";[0:%d]asplit=3[sound][l][w];[l]ebur128=peak=true:framelog=verbose,anullsink;[w]aresample=8000,aformat=channel_layouts=mono[wave]", floor.Stream)
			}
		}
		args = append(args, "-map", "[wave]", "-c:a", "pcm_s16le", "-f", "s16le", filepath.Join(folder, "wave"))
		args = append(append(args, "-map", "[sound]", "-c:a", "aac", "-b:a", "96k"), hlsTo(folder, "sound")...)
	}
	return args, nil
}

func hlsTo(folder, name string) []string {
	return []string{"-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
		"-hls_fmp4_init_filename", name + "-init.mp4", "-hls_segment_filename", filepath.Join(folder, name+"-%d.m4s"), filepath.Join(folder, name+".m3u8")}
}

// firstWritten is how long after begin the last of the rungs' first segments was complete, in seconds. It fails when a
// rung has not as many segments as the recording: then the two sides have not done the same.
func firstWritten(folder string, r *rostrum.Recording, begin time.Time) (float64, error) {
	last := 0.0
	for _, rung := range r.Rungs {
		files, err := filepath.Glob(filepath.Join(folder, rung.Name+"-*.m4s"))
		if err != nil {
			return 0, err
		}
		if len(files) != r.Grid().Segments() {
			return 0, fmt.Errorf("bare ffmpeg made %d segments of rung %s, not %s", len(files), rung.Name, strconv.Itoa(r.Grid().Segments()))
		}
		info, err := os.Stat(filepath.Join(folder, strings.Join([]string{rung.Name, "0.m4s"}, "-")))
		if err != nil {
			return 0, err
		}
		last = max(last, info.ModTime().Sub(begin).Seconds())
	}
	return last, nil
}
