package fmp4_test

import (
	"bytes"
	"testing"

	"github.com/Eyevinn/mp4ff/av1"
	"github.com/Eyevinn/mp4ff/mp4"

	"rostrum/pipeline/fmp4"
)

func TestCodecsOfAV1(t *testing.T) {
	t.Parallel()
	for want, record := range map[string]av1.CodecConfRec{
		"av01.0.00M.08": {Version: 1},
		"av01.0.04M.08": {Version: 1, SeqLevelIdx0: 4, ChromaSubsamplingX: 1, ChromaSubsamplingY: 1, ChromaSamplePosition: 1},
		"av01.0.15H.10": {Version: 1, SeqLevelIdx0: 15, SeqTier0: 1, HighBitdepth: 1},
		"av01.2.19H.12": {Version: 1, SeqProfile: 2, SeqLevelIdx0: 19, SeqTier0: 1, HighBitdepth: 1, TwelveBit: 1},
	} {
		init := mp4.CreateEmptyInit()
		init.AddEmptyTrack(25000, "video", "und")
		init.Moov.Trak.Mdia.Minf.Stbl.Stsd.AddChild(mp4.CreateVisualSampleEntryBox("av01", 854, 480, &mp4.Av1CBox{CodecConfRec: record}))
		var raw bytes.Buffer
		if err := init.Encode(&raw); err != nil {
			t.Fatal(err)
		}
		if got, err := fmp4.Codecs(raw.Bytes()); err != nil || got != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
}
