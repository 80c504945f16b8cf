package demo

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Step is one run of ffmpeg.
type Step struct {
	Name   string   // what it makes, for logs
	Args   []string // arguments without the program's name; the last is Output
	Output string
	Folder string // holds all that it reads and all that it writes
	Fonts  bool   // it draws letters
}

func step(name, output string, args ...string) Step {
	all := append([]string{"-nostdin", "-hide_banner", "-v", "error", "-y"}, args...)
	return Step{Name: name, Args: append(all, output), Output: output, Folder: filepath.Dir(output)}
}

// inFilter escapes a value of an option inside a filter graph: once for the option, once for the
// graph (ffmpeg-filters, "Notes on filtergraph escaping"). No shell is involved.
func inFilter(value string) string {
	escape := func(s, special string) string {
		var b strings.Builder
		for _, r := range s {
			if strings.ContainsRune(special, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		return b.String()
	}
	return escape(escape(value, `\':`), `\'[],;`)
}

// speak synthesises a text file. The words of one utterance come out the same every time.
func speak(textFile, output string, v voice) Step {
	change := "aresample=48000"
	if v.pitch != 1 {
		change += fmt.Sprintf(",asetrate=%.0f,aresample=48000,atempo=%.4f", sampleRate*v.pitch, 1/v.pitch)
	}
	return step("speech "+v.name, output,
		"-f", "lavfi", "-i", "flite=textfile="+inFilter(textFile)+":voice="+v.name,
		"-af", change, "-ac", "1", "-c:a", "pcm_s16le", "-f", "wav")
}

// still renders a drawing that does not move. Its fine grain keeps the gradients from banding.
func still(script, output string) Step {
	s := step("background", output,
		"-f", "lavfi", "-i", fmt.Sprintf("color=black:s=%dx%d:r=25,format=rgb24", width, height),
		"-vf", "ass=filename="+inFilter(script)+",noise=alls=5:all_seed=7", "-frames:v", "1",
		"-c:v", "png", "-f", "image2", "-update", "1")
	s.Fonts = true
	return s
}

// shot renders a moving drawing over a still. Colours stay RGB until the end: libass would
// otherwise paint in the matrix of standard definition.
func shot(background, script, output string, frames int64) Step {
	s := step("shot", output,
		"-framerate", "25", "-i", background,
		"-vf", "format=rgb24,loop=loop=-1:size=1,setpts=N/25/TB,ass=filename="+inFilter(script)+
			",scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,noise=c0s=3:c0f=t:c0_seed=11",
		"-frames:v", strconv.FormatInt(frames, 10),
		"-c:v", "libx264", "-preset", "ultrafast", "-crf", "22", "-g", "50", "-r", "25", "-video_track_timescale", "25",
		"-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
		"-f", "mp4")
	s.Fonts = true
	return s
}

// part is an utterance in a mix.
type part struct {
	placed
	gain float64 // dB
}

// mix lays utterances on one mono track of the whole length. With tone, the quiet noise of a room
// lies under it; without, the track is silent where nobody speaks, as of a booth with its
// microphone off.
func mix(name string, parts []part, t timeline, tone bool, output string) Step {
	seconds := strconv.FormatFloat(float64(t.frames)/25, 'f', 2, 64)
	bed := "anullsrc=r=48000:cl=mono"
	if tone {
		bed = "anoisesrc=r=48000:c=brown:a=0.006:seed=5,lowpass=f=900"
	}
	args := []string{"-f", "lavfi", "-t", seconds, "-i", bed}
	graph, ins := "", "[0:a]"
	for i, p := range parts {
		args = append(args, "-i", p.file)
		graph += fmt.Sprintf("[%d:a]volume=%.2fdB,adelay=%dS:all=1[u%d];", i+1, p.gain, int64(p.at)*samplesPerFrame, i)
		ins += fmt.Sprintf("[u%d]", i)
	}
	graph += fmt.Sprintf("%samix=inputs=%d:duration=first:normalize=0,alimiter=limit=0.89:level=disabled[mix]", ins, len(parts)+1)
	args = append(args, "-filter_complex", graph, "-map", "[mix]", "-t", seconds, "-ac", "1", "-ar", "48000", "-c:a", "pcm_s16le", "-f", "wav")
	return step("sound "+name, output, args...)
}

// track is one sound track of the recording.
type track struct{ file, name, tag string }

// record joins the shots and the tracks into a recording as recorders write it: MOV with a
// timecode track, one mono PCM track a channel.
func record(shots string, tracks []track, output string) Step {
	args := []string{"-f", "concat", "-i", shots}
	for _, t := range tracks {
		args = append(args, "-i", t.file)
	}
	args = append(args, "-map", "0:v")
	for i := range tracks {
		args = append(args, "-map", strconv.Itoa(i+1)+":a")
	}
	for i, t := range tracks {
		s := "-metadata:s:a:" + strconv.Itoa(i)
		args = append(args, s, "handler_name="+t.name, s, "language="+t.tag)
	}
	args = append(args, "-c", "copy", "-timecode", "10:00:00:00", "-f", "mov")
	return step("recording", output, args...)
}
