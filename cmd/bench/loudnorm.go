package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"rostrum/pipeline/media"
	"rostrum/pipeline/media/sandbox"
)

// loudnorm brings the sound to the target in two passes, to nothing, and says whether the second was linear or dynamic.
func loudnorm(ctx context.Context, tools media.Tools, path string) (kind string, err error) {
	const target = "loudnorm=I=-16:TP=-1:LRA=11:print_format=json"
	pass := func(filter string) (map[string]string, error) {
		args := append(media.Input(path), "-map", "0:a:0", "-af", filter, "-f", "null", "-")
		text, err := heard(ctx, tools, path, args...)
		if err != nil {
			return nil, err
		}
		return answer(text)
	}
	first, err := pass(target)
	if err != nil {
		return "", err
	}
	second, err := pass(fmt.Sprintf("%s:linear=true:measured_I=%s:measured_TP=%s:measured_LRA=%s:measured_thresh=%s:offset=%s",
		target, first["input_i"], first["input_tp"], first["input_lra"], first["input_thresh"], first["target_offset"]))
	return second["normalization_type"], err
}

// answer reads loudnorm's JSON at the end of the log.
func answer(log string) (map[string]string, error) {
	begin, end := strings.LastIndexByte(log, '{'), strings.LastIndexByte(log, '}')
	if begin < 0 || end < begin {
		return nil, fmt.Errorf("no answer of loudnorm in %q", log)
	}
	var values map[string]string
	return values, json.Unmarshal([]byte(log[begin:end+1]), &values)
}

// heard runs ffmpeg for what it says in its log: package media keeps that for itself. It is held by the same sandbox.
func heard(ctx context.Context, tools media.Tools, read string, args ...string) (string, error) {
	var log bytes.Buffer
	args = append([]string{"-hide_banner", "-nostdin", "-nostats"}, args...)
	err := start(ctx, tools.FFmpeg.Box, sandbox.Spec{Program: tools.FFmpeg.Path, Args: args, Env: []string{"LC_ALL=C"}, Read: []string{read}}, &log)
	if err != nil {
		err = fmt.Errorf("%w: %s", err, log.String())
	}
	return log.String(), err
}

// start runs a program to its end; log gets what it writes to stderr.
func start(ctx context.Context, box sandbox.Box, s sandbox.Spec, log io.Writer) error {
	cmd, err := box.Command(ctx, s)
	if err != nil {
		return err
	}
	cmd.Stderr = log
	runtime.LockOSThread() // the program dies with the thread
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return err
	}
	return errors.Join(cmd.Wait(), ctx.Err())
}
