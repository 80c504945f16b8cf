package media

import (
	"encoding/binary"
	"os"
	"slices"

	"rostrum"
)

// What a browser is asked to play of an original, over a line that may be shared.
const (
	playablePixels = 1920 * 1088
	playableKbit   = 20_000
)

// Playable says whether browsers can be expected to play a recording's original itself, so that it can be looked at before any of the ladder is
// encoded. It goes by what the probe and the survey found, and promises nothing: a page must still listen for the error, and fall back on the
// preview.
//
// A picture is needed, of at most 1920 × 1088 upright square pixels in whole pictures, 8 bits and 4:2:0, with an index and at most 20 Mbit/s.
// All sounds must be playable too, though browsers play the first only: the sound to listen to comes in files of its own. A browser's
// clock is at 0 where the file begins, so what stands at t on the timeline is at t + VideoSource.Offset there.
//
// Tried in Chromium, seeking to single pictures, which came out exact: H.264 with AAC, MP3, FLAC, Opus and PCM of 16 and 24 bits of either order
// in MP4 and MOV, with several tracks of sound as well; AV1 in MP4 and WebM; VP8 and VP9 in WebM. In fragments places were off by
// up to two pictures, so they are left out. H.264 in Matroska, with Dolby, in 4:2:2 and in 10 bits played in this one, but does
// not in others. H.265 and ProRes showed nothing, and a transport stream was refused.
func Playable(s rostrum.Source) bool {
	v := s.Video
	if v == nil || v.Turned || v.Unindexed || v.Fragments || v.Scan != rostrum.Progressive || v.Color.HDR() {
		return false
	}
	if v.Width*v.Height > playablePixels || v.Kbit > playableKbit || v.Pixels != "yuv420p" && v.Pixels != "yuvj420p" {
		return false
	}
	return playableVideo(s.Container, v.Codec) && !slices.ContainsFunc(s.Sound, func(sound rostrum.SoundSource) bool {
		return !playableSound(s.Container, sound.Codec)
	})
}

// playableVideo and playableSound say what browsers decode. In Matroska that are the codecs of WebM only: Chromium takes others in it, Firefox
// none.
func playableVideo(container, codec string) bool {
	switch container {
	case "mov":
		return codec == "h264" || codec == "vp9" || codec == "av1"
	case "matroska":
		return codec == "vp8" || codec == "vp9" || codec == "av1"
	}
	return false
}

func playableSound(container, codec string) bool {
	switch codec {
	case "opus":
		return true
	case "vorbis":
		return container == "matroska"
	case "aac", "mp3", "flac", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be":
		return container == "mov"
	}
	return false
}

// fragments says whether an MP4 or MOV has a fragment (ISO/IEC 14496-12, 8.8.4) among its first boxes. What can't be read has none: it
// is refused elsewhere.
func fragments(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	for at, boxes := int64(0), 0; boxes < 100; boxes++ {
		var head [16]byte
		if n, _ := f.ReadAt(head[:], at); n < 8 {
			return false
		}
		if string(head[4:8]) == "moof" {
			return true
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		if length == 1 {
			length = int64(binary.BigEndian.Uint64(head[8:]))
		}
		if length < 8 || at > 1<<62-length {
			return false
		}
		at += length
	}
	return false
}
