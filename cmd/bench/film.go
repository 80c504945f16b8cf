package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"rostrum/pipeline/media"
)

// film is the recording that both sides work on.
type film struct {
	path     string
	length   time.Duration
	channels []string // names of its sounds, in the order of the tracks; none for a floor alone
}

// unit is how much of the picture is drawn; the film repeats it, by stream copy, since drawing takes longer than encoding.
const unit = 12

// steadyVoice is a tone rich in harmonics that comes in syllables, with a pause every 7 s.
const steadyVoice = "aevalsrc='0.15*(sin(754*t)+sin(1508*t)/2+sin(2262*t)/3+sin(4524*t)/5)*pow(sin(9*t),2)*gt(mod(t,7),0.8)':s=48000"

// noisyVoice is noise like speech: of a voice's band, in syllables, with a pause every some seconds, each number another voice at
// another level.
func noisyVoice(number int) string {
	n := float64(number)
	return fmt.Sprintf("anoisesrc=r=48000:c=pink:a=%.2f:seed=%d,highpass=f=%.0f,lowpass=f=%.0f,tremolo=f=%.1f:d=0.9,volume='gt(mod(t+%d,%.1f),0.9)':eval=frame",
		0.9/(1+n/2), number+1, 110+15*n, 3600+150*n, 3.2+0.3*n, number, 6+n/2)
}

// makeFilm makes a film of 1280×720 at 25 a second, as hard to encode as somebody at a lectern: a still hall, a moving part
// in a sixth of the picture, both soft as a lens makes them, camera noise over all; 6 Mbit/s as from a recorder. Its
// sounds, each a mono track, are sources of ffmpeg's.
func (b *bench) makeFilm(ctx context.Context, name string, length time.Duration, voices []string) (film, error) {
	say("making a film of %s", length)
	picture, out := filepath.Join(b.folder, "unit.mp4"), filepath.Join(b.folder, name+".mp4")
	draw := "smptehdbars=size=1280x720:rate=25,gblur=sigma=16[hall];testsrc2=size=400x440:rate=25,gblur=sigma=3[speaker];" +
		"[hall][speaker]overlay='440+16*sin(2*t)':280,noise=alls=6:allf=t,trim=duration=" + strconv.Itoa(unit) + "[out]"
	err := b.tools.Run(ctx, media.Job{Args: []string{"-y", "-filter_complex", draw, "-map", "[out]",
		"-c:v", "libx264", "-preset", "ultrafast", "-b:v", "6M", "-maxrate", "8M", "-bufsize", "8M", "-g", "50", "-pix_fmt", "yuv420p", picture}, Write: b.folder})
	if err != nil {
		return film{}, err
	}
	args, maps := []string{"-y", "-stream_loop", "-1", "-i", picture}, []string{"-map", "0:v"}
	for i, v := range voices {
		args = append(args, "-f", "lavfi", "-i", v)
		maps = append(maps, "-map", strconv.Itoa(i+1)+":a")
	}
	args = append(append(args, maps...), "-c:v", "copy", "-c:a", "aac", "-ac", "1", "-b:a", "128k",
		"-t", strconv.FormatFloat(length.Seconds(), 'f', 3, 64), "-movflags", "+faststart", out)
	return film{path: out, length: length}, b.tools.Run(ctx, media.Job{Args: args, Write: b.folder})
}
