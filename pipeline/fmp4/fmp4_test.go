package fmp4_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"rostrum"
	"rostrum/pipeline/fmp4"
)

func TestForeignBytesAreRefused(t *testing.T) {
	t.Parallel()
	pictures := fmp4.Pictures{Timescale: 25000, Ticks: 1000, Step: 1, Spans: []rostrum.Span{{In: 0, Out: 100}}}
	never := func([]byte) error { return errors.New("called") }
	for name, in := range map[string]string{
		"nothing":      "",
		"half a box":   "00000020667479",
		"size 0":       "0000000066747970",
		"huge":         "ffffffff66747970",
		"data first":   "000000086d646174",
		"empty header": "000000086d6f6f76",
	} {
		b, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := pictures.Split(bytes.NewReader(b), never, nil); err == nil || err.Error() == "called" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := fmp4.Codecs(b); err == nil {
			t.Errorf("%s: codecs", name)
		}
	}
}

func TestSoundPackets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ packet, samples, want int64 }{
		{1024, 1, 1}, {1024, 1535, 1}, {1024, 1536, 2}, {1024, 48000, 47}, {1024, 192512, 188},
		{960, 1439, 1}, {960, 1440, 2}, {960, 48000, 50},
	} {
		if got := (fmp4.Sound{Rate: 48000, Packet: c.packet, Samples: c.samples}).Packets(); got != c.want {
			t.Errorf("%d samples: %d packets of %d, want %d", c.samples, got, c.packet, c.want)
		}
	}
}
