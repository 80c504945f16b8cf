package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"rostrum/pipeline/media"
)

// oldestFFmpeg is the first version that knows -fps_mode.
var oldestFFmpeg = [2]int{5, 1}

// ability is what ffmpeg must be able to do, by the names of its parts.
type ability struct {
	name    string // of the finding
	list    string // option that lists the parts
	parts   string
	without outlook // what the lack of one means
	advice  string
}

var abilities = [...]ability{
	{"encoders", "-encoders", "libx264 aac libopus mjpeg pcm_s16le pcm_s24le pcm_f32le", bad, "Install an ffmpeg that has them, for example the one of Debian or Ubuntu."},
	{"decoders", "-decoders", "h264 hevc mpeg2video mpeg4 vp8 vp9 prores dnxhd mjpeg aac ac3 mp2 mp3 opus vorbis flac pcm_s16le pcm_s24le",
		warning, "Recordings that are coded so can't be taken in."},
	{"filters", "-filters", "scale fps format setsar split tile select metadata tpad setpts trim bwdif idet fieldmatch setfield ssim " +
		"aformat aresample asetpts asplit atrim adelay apad pan volume alimiter ebur128", bad,
		"Install an ffmpeg that has them, for example the one of Debian or Ubuntu."},
	{"HDR", "-filters", "zscale tonemap", warning, "Recordings in PQ or HLG can't be brought to the range of ordinary screens; install an ffmpeg built with zimg."},
	{"cleaning", "-filters", "afftdn bandreject", warning, "Hum and noise can't be taken out of a sound."},
	{"demo", "-filters", "ass flite", warning, "The demo meeting can't be made; all else works."},
}

// slowLines is needed only where AV1 is asked for.
var slowLines = ability{"AV1", "-encoders", "libsvtav1", warning, "Recordings get no sizes in AV1 for slow lines, though they are asked for; all others are made."}

// examineTools asks ffmpeg and ffprobe what they are and what they can do.
func examineTools(ctx context.Context, t media.Tools, av1 bool) []finding {
	version, err := askFor(ctx, t, "-version")
	if err != nil {
		return []finding{fault("ffmpeg", err)}
	}
	all := []finding{ofVersion(versionIn(version))}
	// ffprobe is asked in ffmpeg's place.
	probe := t
	probe.FFmpeg = t.FFprobe
	switch of, err := askFor(ctx, probe, "-version"); {
	case err != nil:
		all = append(all, fault("ffprobe", err))
	case versionIn(of) != versionIn(version):
		all = append(all, found("ffprobe", warning, "Version %s is not that of ffmpeg; install both from one package.", versionIn(of)))
	default:
		all = append(all, found("ffprobe", good, "Version %s.", versionIn(of)))
	}
	wanted := abilities[:]
	if av1 {
		wanted = append(wanted[:len(wanted):len(wanted)], slowLines)
	}
	lists := map[string]map[string]bool{}
	for _, a := range wanted {
		if lists[a.list] == nil {
			text, err := askFor(ctx, t, a.list)
			if err != nil {
				all = append(all, fault(a.name, err))
				continue
			}
			lists[a.list] = partsIn(text)
		}
		all = append(all, a.examine(lists[a.list]))
	}
	return all
}

// askFor gives what the program prints to a question that needs no file.
func askFor(ctx context.Context, t media.Tools, question string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var out bytes.Buffer
	err := t.Run(ctx, media.Job{Args: []string{question}, Stdin: strings.NewReader(""),
		Stdout: func(r io.Reader) error { _, err := io.Copy(&out, io.LimitReader(r, 1<<20)); return err }})
	return out.String(), err
}

// versionIn finds the version in "ffmpeg version 5.1.9-0+deb12u1 Copyright …".
func versionIn(text string) string {
	_, after, _ := strings.Cut(text, " version ")
	version, _, _ := strings.Cut(after, " ")
	return strings.TrimSpace(version)
}

// ofVersion judges a version of ffmpeg. Those who build it themselves may have one without a number.
func ofVersion(version string) finding {
	var major, minor int
	if n, _ := fmt.Sscanf(strings.TrimPrefix(version, "n"), "%d.%d", &major, &minor); n < 2 {
		return found("ffmpeg", warning, "Version %q, of which nothing is known; %d.%d or later is needed.", version, oldestFFmpeg[0], oldestFFmpeg[1])
	}
	if major < oldestFFmpeg[0] || major == oldestFFmpeg[0] && minor < oldestFFmpeg[1] {
		return found("ffmpeg", bad, "Version %s is too old; install %d.%d or later.", version, oldestFFmpeg[0], oldestFFmpeg[1])
	}
	return found("ffmpeg", good, "Version %s.", version)
}

// partsIn reads the names off ffmpeg's list of encoders, decoders or filters: the second word of each line.
func partsIn(text string) map[string]bool {
	parts := map[string]bool{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 2 {
			parts[words[1]] = true
		}
	}
	return parts
}

func (a ability) examine(has map[string]bool) finding {
	var lacks []string
	for part := range strings.FieldsSeq(a.parts) {
		if !has[part] {
			lacks = append(lacks, part)
		}
	}
	if len(lacks) > 0 {
		return found(a.name, a.without, "This ffmpeg lacks %s. %s", strings.Join(lacks, ", "), a.advice)
	}
	if parts := strings.Fields(a.parts); len(parts) <= 8 {
		return found(a.name, good, "%s.", strings.Join(parts, ", "))
	}
	return found(a.name, good, "All %d that are used are there.", len(strings.Fields(a.parts)))
}
