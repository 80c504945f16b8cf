package media

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"rostrum"
)

// The measure of contact sheets.
const (
	StillWidth   = 160 // pixels
	SheetColumns = 10
	SheetRows    = 10
)

// Still is one small picture on a contact sheet: number i lies on sheet i/100, in row i%100/10,
// column i%10.
type Still struct {
	Frame      rostrum.Frame `json:"frame"`
	Brightness float64       `json:"brightness"` // mean luma, 16 to 235
	Contrast   float64       `json:"contrast"`   // luma between the 10th and the 90th percentile
}

// Stills are the pictures of one file.
type Stills struct {
	Height int     `json:"height"` // of one still, in pixels; its width is StillWidth
	Stills []Still `json:"stills"`
}

// SurveyPictures makes contact sheets of the source's key frames, one at least every 10 s where
// there are so many. sheet is called for each JPEG in order. Only key frames are decoded.
func (t Tools) SurveyPictures(ctx context.Context, path string, src rostrum.Source, rate rostrum.Rate, sheet func(i int, jpeg []byte) error) (Stills, error) {
	v := src.Video
	begin, err := parseSeconds(v.Begin)
	if err != nil {
		return Stills{}, err
	}
	start, _ := begin.Float64()
	pick := "select='isnan(prev_selected_t)+gte(t-prev_selected_t,10)',"
	return t.sheets(ctx, path, fmt.Sprintf("[0:%d]%s", v.Stream, pick), stillHeight(v.Width, v.Height), start, rate, sheet)
}

// Storyboard makes contact sheets of every key frame of a local file that Rostrum made (fmp4.Join
// of one rung). Still i belongs to segment i; its Frame counts from the file's first picture.
func (t Tools) Storyboard(ctx context.Context, path string, rung rostrum.Rung, rate rostrum.Rate, sheet func(i int, jpeg []byte) error) (Stills, error) {
	return t.sheets(ctx, path, "[0:v:0]", stillHeight(rung.Width, rung.Height), math.NaN(), rate, sheet)
}

func stillHeight(width, height int) int { return max(2, (height*StillWidth/max(width, 1)+1)&^1) }

func sheetArgs(path, pick string, height int) []string {
	graph := fmt.Sprintf("%sscale=%d:%d:flags=area,format=yuv420p,setsar=1,signalstats,metadata=mode=print:file='pipe\\:3',tile=%dx%d[s]",
		pick, StillWidth, height, SheetColumns, SheetRows)
	args := append([]string{"-copyts", "-skip_frame", "nokey"}, Input(path)...)
	return append(args, "-filter_complex", graph, "-map", "[s]", "-fps_mode", "passthrough",
		"-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "6", "-fflags", "+bitexact", "-flags", "+bitexact", "-f", "image2pipe", Pipe(1))
}

// sheets makes contact sheets of the picture that pick names. begin is the time of the file's first picture, in seconds; not a number
// takes that of the first still for it.
func (t Tools) sheets(ctx context.Context, path, pick string, height int, begin float64, rate rostrum.Rate, sheet func(int, []byte) error) (Stills, error) {
	out := Stills{Height: height}
	facts := func(r io.Reader) error {
		low := 0.0
		return readMetadata(r, func(at float64) {
			if math.IsNaN(begin) {
				begin = at
			}
			frame := rostrum.Frame((at-begin)*rate.Float() + 0.5)
			out.Stills = append(out.Stills, Still{Frame: max(frame, 0)})
		}, func(key string, value float64) {
			last := &out.Stills[len(out.Stills)-1]
			switch key {
			case "lavfi.signalstats.YAVG":
				last.Brightness = value
			case "lavfi.signalstats.YLOW":
				low = value
			case "lavfi.signalstats.YHIGH":
				last.Contrast = value - low
			}
		})
	}
	n := 0
	pictures := func(r io.Reader) error {
		return readJPEGs(r, func(jpeg []byte) error { n++; return sheet(n-1, jpeg) })
	}
	err := t.Run(ctx, Job{Args: sheetArgs(path, pick, height), Read: []string{path}, Outputs: []Consumer{facts, pictures}, Aside: true, Wall: 2 * time.Hour})
	return out, err
}

// readMetadata reads what the filters metadata and ametadata print: a line for each frame, then
// its values.
func readMetadata(r io.Reader, frame func(seconds float64), value func(key string, value float64)) error {
	lines := bufio.NewScanner(r)
	began := false
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "frame:") {
			_, s, _ := strings.Cut(line, "pts_time:")
			at, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			if began = err == nil; began {
				frame(at)
			}
			continue
		}
		if key, s, ok := strings.Cut(line, "="); ok && began {
			if x, err := strconv.ParseFloat(s, 64); err == nil {
				value(key, x)
			}
		}
	}
	return lines.Err()
}

// readJPEGs splits a row of JPEG files (ISO/IEC 10918-1, annex B): marker segments by their
// length, then coded data, in which an end marker cannot occur.
func readJPEGs(r io.Reader, each func([]byte) error) error {
	in := bufio.NewReader(r)
	for {
		var jpeg bytes.Buffer
		var marker [4]byte
		if _, err := io.ReadFull(in, marker[:2]); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		jpeg.Write(marker[:2])
		for {
			if _, err := io.ReadFull(in, marker[:]); err != nil {
				return fmt.Errorf("JPEG header: %w", io.ErrUnexpectedEOF)
			}
			jpeg.Write(marker[:])
			length := int64(binary.BigEndian.Uint16(marker[2:]))
			if marker[0] != 0xFF || length < 2 {
				return errors.New("JPEG header: no marker where one must be")
			}
			if _, err := io.CopyN(&jpeg, in, length-2); err != nil {
				return fmt.Errorf("JPEG header: %w", io.ErrUnexpectedEOF)
			}
			if marker[1] == 0xDA {
				break
			}
		}
		for last := byte(0); ; {
			b, err := in.ReadByte()
			if err != nil {
				return fmt.Errorf("JPEG data: %w", io.ErrUnexpectedEOF)
			}
			jpeg.WriteByte(b)
			if last == 0xFF && b == 0xD9 {
				break
			}
			last = b
		}
		if err := each(jpeg.Bytes()); err != nil {
			return err
		}
	}
}

// The widths of posters, in pixels.
const (
	PosterWidth      = 1280
	SmallPosterWidth = 480
)

// PosterArgs is the command line that makes JPEGs of one frame of the original: PosterWidth to
// Pipe(0) and SmallPosterWidth to Pipe(1), never larger than the source.
func PosterArgs(path string, src rostrum.Source, rate rostrum.Rate, frame rostrum.Frame) ([]string, error) {
	p := Pictures{Source: src, Rate: rate, Span: rostrum.Span{In: frame, Out: frame + 1}, Pad: true}
	for _, w := range []int{PosterWidth, SmallPosterWidth} {
		w = min(w, src.Video.Width) &^ 1
		p.Rungs = append(p.Rungs, rostrum.Rung{Width: max(w, 2), Height: max(2, (w*src.Video.Height/src.Video.Width+1)&^1)})
	}
	seek, shift, err := position(src.Video, rate, frame, p.preroll())
	if err != nil {
		return nil, err
	}
	args := append(append([]string{"-copyts"}, seek...), Input(path)...)
	args = append(args, "-filter_complex", p.filter(shift))
	for i := range p.Rungs {
		args = append(args, "-map", fmt.Sprintf("[v%d]", i), "-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "4",
			"-fflags", "+bitexact", "-flags", "+bitexact", "-map_metadata", "-1", "-f", "image2pipe", Pipe(i))
	}
	return args, nil
}

// Poster gives JPEGs of one frame of the timeline, from the original.
func (t Tools) Poster(ctx context.Context, path string, src rostrum.Source, rate rostrum.Rate, frame rostrum.Frame) (large, small []byte, err error) {
	args, err := PosterArgs(path, src, rate, frame)
	if err != nil {
		return nil, nil, err
	}
	var a, b bytes.Buffer
	err = t.Run(ctx, Job{Args: args, Read: []string{path}, Outputs: []Consumer{To(&a), To(&b)}, Wall: 5 * time.Minute})
	if err == nil && (a.Len() == 0 || b.Len() == 0) {
		err = rostrum.Errorf(rostrum.Invalid, "No picture could be made at this point of the recording; choose another one.")
	}
	return a.Bytes(), b.Bytes(), err
}
