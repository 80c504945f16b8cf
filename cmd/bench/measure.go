package main

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"rostrum/pipeline/media"
)

// mark is a moment: by the clock, and by the CPU time used so far.
type mark struct {
	at       time.Time
	self     time.Duration // by this process
	children time.Duration // by processes that it started and that have ended
}

func now() (mark, error) {
	m := mark{at: time.Now()}
	for who, into := range map[int]*time.Duration{syscall.RUSAGE_SELF: &m.self, syscall.RUSAGE_CHILDREN: &m.children} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			return m, err
		}
		*into = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return m, nil
}

// cost is what lies between two marks, in seconds.
type cost struct{ wall, self, children float64 }

func (c cost) cpu() float64 { return c.self + c.children }

func since(from mark) (cost, error) {
	to, err := now()
	return cost{to.at.Sub(from.at).Seconds(), (to.self - from.self).Seconds(), (to.children - from.children).Seconds()}, err
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	if n := len(x); n%2 == 0 {
		return (x[n/2-1] + x[n/2]) / 2
	}
	return x[len(x)/2]
}

// machine says where the figures come from.
type machine struct {
	Cores      int    `json:"cores"`
	Processor  string `json:"processor"`
	FFmpeg     string `json:"ffmpeg"`
	Sandbox    string `json:"sandbox"` // how strongly ffmpeg is held, on either side of a comparison
	Go         string `json:"go"`
	LoadBefore string `json:"load_before"` // mean number of processes that ran or waited, over the minute before
	LoadAfter  string `json:"load_after"`  // bench itself included
}

func machineFacts(ctx context.Context, tools media.Tools) machine {
	m := machine{Cores: runtime.NumCPU(), Processor: "unknown", FFmpeg: "unknown", Sandbox: string(tools.FFmpeg.Box.Mode()), Go: runtime.Version(), LoadBefore: load()}
	var out bytes.Buffer
	if err := tools.Run(ctx, media.Job{Args: []string{"-version"}, Stdout: media.To(&out)}); err == nil {
		if f := strings.Fields(out.String()); len(f) > 2 {
			m.FFmpeg = f[2]
		}
	}
	if name := valueIn("/proc/cpuinfo", "model name"); name != "" {
		m.Processor = name
	}
	return m
}

func load() string {
	data, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(data), " ")
	return first
}

// peakMemory is the most memory that this process ever held, in MB; 0 where the kernel does not tell.
func peakMemory() float64 { return peakMemoryOf("self") }

// peakMemoryOf is the same for the process of an id; its children are not in it.
func peakMemoryOf(process string) float64 {
	kb, _ := strconv.ParseFloat(strings.TrimSuffix(valueIn("/proc/"+process+"/status", "VmHWM"), " kB"), 64)
	return kb * 1024 / 1e6
}

// valueIn finds "name: value" in a file of the kernel's.
func valueIn(path, name string) string {
	data, _ := os.ReadFile(path)
	for line := range strings.Lines(string(data)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
