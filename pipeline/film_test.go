package pipeline_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rostrum/pipeline/media"
)

// A film's pictures are numbered: twelve squares in the upper quarter show the number, least significant bit first.
const (
	drawnWidth, drawnHeight = 160, 90 // as drawn; four times as large in the film
	bits                    = 12
)

// film is what a test wants a recording to be.
type film struct {
	rate     string
	pictures int
	name     string
	sound    string   // a source of lavfi, "" for none
	more     []string // arguments for the output
	from     int      // number of the first picture
	tracks   []string // sources of lavfi, each for a track of its own after the first
}

// quiet is a voice from the far end of a room: three harmonics and some breath, which swell and fall from word to word and from
// sentence to sentence, and peak at about −32 dB.
const quiet = "aevalsrc=0.012*(sin(2*PI*(180+60*sin(2*PI*0.4*t))*t)+0.6*sin(4*PI*(180+60*sin(2*PI*0.4*t))*t)" +
	"+0.4*sin(6*PI*(180+60*sin(2*PI*0.4*t))*t)+0.5*(random(0)-0.5))*(0.25+0.75*abs(sin(2*PI*1.7*t)))*(0.4+0.6*abs(sin(2*PI*0.08*t+0.7))):s=48000"

func findTools(t testing.TB) media.Tools {
	t.Helper()
	tools, err := media.Find(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

// make makes the film and gives its bytes.
func (f film) make(t testing.TB) []byte {
	t.Helper()
	raw := make([]byte, 0, f.pictures*drawnWidth*drawnHeight)
	row := make([]byte, drawnWidth)
	for i := range f.pictures {
		for x := range row {
			row[x] = byte(16 + 219*((f.from+i)>>(x*bits/drawnWidth)&1))
		}
		for range drawnHeight / 4 {
			raw = append(raw, row...)
		}
		raw = append(raw, bytes.Repeat([]byte{byte(96 + i%64)}, drawnWidth*(drawnHeight-drawnHeight/4))...)
	}
	path := filepath.Join(t.TempDir(), f.name)
	args := []string{"-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", fmt.Sprintf("%dx%d", drawnWidth, drawnHeight), "-r", f.rate, "-i", "pipe:0"}
	if f.sound != "" {
		args = append(args, "-f", "lavfi", "-i", f.sound)
	}
	for _, track := range f.tracks {
		args = append(args, "-f", "lavfi", "-i", track)
	}
	for i := range f.tracks {
		if i == 0 {
			args = append(args, "-map", "0:v", "-map", "1:a")
		}
		args = append(args, "-map", fmt.Sprintf("%d:a", i+2))
	}
	if f.sound != "" {
		args = append(args, "-shortest", "-c:a", "aac")
	}
	args = append(args, "-vf", fmt.Sprintf("scale=%d:%d:flags=neighbor", 4*drawnWidth, 4*drawnHeight),
		"-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-qp", "18", "-g", "50", "-pix_fmt", "yuv420p")
	args = append(append(args, f.more...), "file:"+path)
	if err := findTools(t).Run(t.Context(), media.Job{Args: args, Write: filepath.Dir(path), Stdin: bytes.NewReader(raw)}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// numbers decodes a file and reads the numbers off its pictures, in the order in which they are shown.
func numbers(t testing.TB, data []byte) []int {
	t.Helper()
	var raw bytes.Buffer
	path := keep(t, data)
	args := append(media.Input(path), "-an", "-vf", fmt.Sprintf("setpts=N/25/TB,scale=%d:%d:flags=area", drawnWidth, drawnHeight),
		"-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo", media.Pipe(0))
	if err := findTools(t).Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}}); err != nil {
		t.Fatal(err)
	}
	var out []int
	for picture := range slices.Chunk(raw.Bytes(), drawnWidth*drawnHeight) {
		n := 0
		for b := range bits {
			if picture[11*drawnWidth+(2*b+1)*drawnWidth/(2*bits)] > 128 {
				n |= 1 << b
			}
		}
		out = append(out, n)
	}
	return out
}

// keep writes data into a file that lives as long as the test.
func keep(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.mp4")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
