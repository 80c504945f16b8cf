package main

import (
	"context"
	"path/filepath"
	"strconv"
	"time"

	"rostrum/pipeline/media"
)

// film is the recording that both sides work on.
type film struct {
	path   string
	length time.Duration
}

// unit is how much of the picture is drawn; the film repeats it, by stream copy, since drawing takes longer than encoding.
const unit = 12

// makeFilm makes a film of 1280×720 at 25 a second, as hard to encode as somebody at a lectern: a still hall, a moving part
// in a sixth of the picture, both soft as a lens makes them, camera noise over all; 6 Mbit/s as from a recorder. Its sound is a tone rich in harmonics that comes in syllables, with a pause every 7 s.
func makeFilm(ctx context.Context, tools media.Tools, folder string, length time.Duration) (film, error) {
	picture, out := filepath.Join(folder, "unit.mp4"), filepath.Join(folder, "film.mp4")
	draw := "smptehdbars=size=1280x720:rate=25,gblur=sigma=16[hall];testsrc2=size=400x440:rate=25,gblur=sigma=3[speaker];" +
		"[hall][speaker]overlay='440+16*sin(2*t)':280,noise=alls=6:allf=t,trim=duration=" + strconv.Itoa(unit) + "[out]"
	err := tools.Run(ctx, media.Job{Args: []string{"-filter_complex", draw, "-map", "[out]",
		"-c:v", "libx264", "-preset", "ultrafast", "-b:v", "6M", "-maxrate", "8M", "-bufsize", "8M", "-g", "50", "-pix_fmt", "yuv420p", picture}})
	if err != nil {
		return film{}, err
	}
	voice := "aevalsrc='0.15*(sin(754*t)+sin(1508*t)/2+sin(2262*t)/3+sin(4524*t)/5)*pow(sin(9*t),2)*gt(mod(t,7),0.8)':s=48000"
	seconds := strconv.FormatFloat(length.Seconds(), 'f', 3, 64)
	err = tools.Run(ctx, media.Job{Args: []string{"-stream_loop", "-1", "-i", picture, "-f", "lavfi", "-i", voice,
		"-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "-b:a", "128k", "-t", seconds, "-movflags", "+faststart", out}})
	return film{out, length}, err
}
