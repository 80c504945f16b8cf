package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// MuxMP4 puts the picture of one local file and the sound of another into an MP4 that plays while
// it loads, without encoding. Either may be "". The title is written into the file. out must not
// be a name that a user chose.
func (t Tools) MuxMP4(ctx context.Context, video, audio, out, title string) error {
	var read []string
	for _, path := range []string{video, audio} {
		if path != "" {
			read = append(read, path)
		}
	}
	return t.Run(ctx, Job{Args: muxArgs(video, audio, out, title), Read: read, Write: filepath.Dir(out), Wall: time.Hour})
}

func muxArgs(video, audio, out, title string) []string {
	args := []string{"-y"}
	var maps []string
	for _, in := range []struct{ path, kind string }{{video, "v"}, {audio, "a"}} {
		if in.path != "" {
			maps = append(maps, "-map", strconv.Itoa(len(maps)/2)+":"+in.kind+":0")
			args = append(args, Input(in.path)...)
		}
	}
	args = append(args, maps...)
	return append(args, "-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact",
		"-metadata", "title="+title, "-movflags", "+faststart", "-f", "mp4", "file:"+out)
}

// Verified is what is in a finished file.
type Verified struct {
	Pictures int64
	Packets  int64 // of sound
}

// Verify counts the pictures and the sound packets of a file that Rostrum made.
func (t Tools) Verify(ctx context.Context, path string) (Verified, error) {
	var out bytes.Buffer
	_, err := t.ffprobe(ctx, path, func(r io.Reader) error {
		_, err := io.Copy(&out, io.LimitReader(r, probeAnswer))
		return err
	}, time.Hour, "-count_packets", "-show_entries", "stream=codec_type,nb_read_packets", "-of", "csv=p=0")
	if err != nil {
		return Verified{}, err
	}
	v := Verified{}
	for line := range strings.FieldsSeq(out.String()) {
		kind, number, _ := strings.Cut(line, ",")
		n, err := strconv.ParseInt(strings.Trim(number, ","), 10, 64)
		if err != nil {
			return v, fmt.Errorf("count of packets %q", line)
		}
		switch kind {
		case "video":
			v.Pictures += n
		case "audio":
			v.Packets += n
		}
	}
	return v, nil
}
