package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"rostrum"
	"rostrum/pipeline/media"
)

const loudnessAbout = "a sound of five minutes or more is measured, brought to −16 LUFS under −1 dBTP, and what comes out is measured, all without encoding. Bare is loudnorm in " +
	"two passes (the second linear where it can be) on the same sound. What came out is measured by ffmpeg's ebur128, apart from the clock."

// The target and what belongs to it, as the pipeline has them.
const (
	targetLUFS    = -16.0
	ceilingDBTP   = -1.0
	nearLU        = 0.2
	levelAttempts = 5
)

// shortestSound is what it takes for the start of the processes not to be what is compared.
const shortestSound = 5 * time.Minute

// loudnessSection compares on a sound whose peaks leave room for the gain, and on one that must be limited.
func loudnessSection(ctx context.Context, b *bench) ([]line, error) {
	var lines []line
	for _, c := range []struct{ name, voice string }{
		{"a quiet sound with room for its peaks", steadyVoice + ",volume=-12dB"},
		{"a quiet sound with peaks to be limited", noisyVoice(0) + ",volume=-18dB"},
	} {
		say("%s", c.name)
		path, s, err := b.makeSound(ctx, c.voice)
		if err != nil {
			return nil, err
		}
		of, err := b.loudness(ctx, path, s, c.name)
		if err != nil {
			return nil, err
		}
		lines = append(lines, of...)
	}
	return lines, nil
}

// makeSound makes a sound of one channel as recorders write it, and opens it.
func (b *bench) makeSound(ctx context.Context, voice string) (string, media.Sound, error) {
	path := filepath.Join(b.folder, "sound.m4a")
	err := b.tools.Run(ctx, media.Job{Args: []string{"-y", "-f", "lavfi", "-i", voice, "-t", strconv.FormatFloat(max(b.length, shortestSound).Seconds(), 'f', 3, 64),
		"-c:a", "aac", "-ac", "1", "-b:a", "128k", path}, Write: b.folder})
	if err != nil {
		return "", media.Sound{}, err
	}
	facts, err := b.tools.Probe(ctx, path)
	if err != nil {
		return "", media.Sound{}, err
	}
	return path, media.Sound{Source: facts.Source, Stream: facts.Source.Sound[0], Rate: facts.Rate, Span: rostrum.Span{Out: facts.Frames}}, nil
}

func (b *bench) loudness(ctx context.Context, path string, s media.Sound, name string) ([]line, error) {
	var ours, bare []float64
	var level media.Level
	var linear string
	for range b.runs {
		begin, err := now()
		if err != nil {
			return nil, err
		}
		if level, err = findLevel(ctx, b.tools, path, s); err != nil {
			return nil, err
		}
		if _, err = b.tools.Measure(ctx, path, s, &level); err != nil { // the gain, the limiter, and the check of what comes out
			return nil, err
		}
		c, err := since(begin)
		if err != nil {
			return nil, err
		}
		ours = append(ours, c.cpu())
		if begin, err = now(); err != nil {
			return nil, err
		}
		if linear, err = loudnorm(ctx, b.tools, path); err != nil {
			return nil, err
		}
		if c, err = since(begin); err != nil {
			return nil, err
		}
		bare = append(bare, c.cpu())
	}
	found, err := b.listen(ctx, path, s, level)
	if err != nil {
		return nil, err
	}
	return []line{
		compared(fmt.Sprintf("%s, CPU; loudnorm's second pass was %s", name, linear), "s", ours, bare).atMost(0.32),
		figure("  off the target", "LU", []float64{math.Abs(found.Integrated - targetLUFS)}).atMost(0.5),
		figure("  true peak", "dBTP", []float64{found.TruePeak}).atMost(ceilingDBTP),
	}, nil
}

// findLevel finds the gain as the pipeline does: by measuring, and again what the limiter leaves, where there is something for it to do.
func findLevel(ctx context.Context, tools media.Tools, path string, s media.Sound) (media.Level, error) {
	before, err := tools.Measure(ctx, path, s, nil)
	if err != nil {
		return media.Level{}, err
	}
	level := media.LevelFor(before.Loudness, targetLUFS, ceilingDBTP)
	for attempt := 1; attempt < levelAttempts && !level.Free; attempt++ {
		found, err := tools.Measure(ctx, path, s, &level)
		if err != nil {
			return level, err
		}
		off := targetLUFS - found.Loudness.Integrated
		if math.Abs(off) <= nearLU {
			break
		}
		level.Gain += off
	}
	return level, nil
}

// listen measures what comes out at a level by ffmpeg's own filter.
func (b *bench) listen(ctx context.Context, path string, s media.Sound, level media.Level) (rostrum.Loudness, error) {
	args, _, err := s.MeasureArgs(path, &level)
	if err != nil {
		return rostrum.Loudness{}, err
	}
	samples := filepath.Join(b.folder, "samples")
	file, err := os.Create(samples)
	if err != nil {
		return rostrum.Loudness{}, err
	}
	defer os.Remove(samples)
	err = b.tools.Run(ctx, media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{func(r io.Reader) error {
		_, err := io.Copy(file, r)
		return err
	}}})
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil {
		return rostrum.Loudness{}, err
	}
	text, err := heard(ctx, b.tools, samples, "-f", "f32le", "-ar", strconv.Itoa(media.SampleRate), "-ac", "1", "-i", samples,
		"-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
	if err != nil {
		return rostrum.Loudness{}, err
	}
	return summary(text)
}

// summary reads what ebur128 says at the end.
func summary(text string) (l rostrum.Loudness, err error) {
	_, end, _ := strings.Cut(text, "Summary:")
	for name, into := range map[string]*float64{"I:": &l.Integrated, "LRA:": &l.Range, "Peak:": &l.TruePeak} {
		_, after, _ := strings.Cut(end, name)
		fields := strings.Fields(after)
		if len(fields) == 0 {
			return l, fmt.Errorf("no %q in the summary of ebur128: %q", name, end)
		}
		if *into, err = strconv.ParseFloat(fields[0], 64); err != nil {
			return l, err
		}
	}
	return l, nil
}
