package media

import (
	"fmt"
	"time"

	"rostrum"
)

// Limits of a recording, and the sentences that tell them.
const (
	longest      = 12 * time.Hour
	mostPixels   = 40_000_000
	mostStreams  = 64
	tooLong      = "The recording is longer than %s; split it into parts."
	tooLarge     = "The pictures are %d × %d, more than 40 megapixels; export the recording at 3840 × 2160 or smaller."
	tooMany      = "The file has more than 64 streams; export it with the picture and the channels of sound that are needed."
	tooSmall     = "The pictures are less than 2 pixels wide or high; export the recording again at its real size."
	noMedia      = "The file is not a recording that Rostrum can read; send a video or sound file such as MP4, MOV, MKV or WAV."
	empty        = "The file is empty; the copy may have been interrupted, so send it again."
	noStreams    = "The file holds neither picture nor sound that can be decoded; export it again, for example as MP4 with H.264 and AAC."
	noPictures   = "The pictures cannot be decoded: the file is damaged, or its kind of video is unknown here; export it again, for example as MP4 with H.264 and AAC."
	unfinished   = "The file breaks off before its index; the recording or the copy was interrupted, so copy it again or repair it."
	noticeSilent = "The recording has no sound."
	noticeOthers = "The file carries several programmes; the one with the largest picture is taken, with its sound."
)

// longest is the longest recording that is taken.
func (t Tools) longest() time.Duration {
	if t.Longest > 0 {
		return t.Longest
	}
	return longest
}

// checkLength refuses what is longer than the limit.
func (t Tools) checkLength(d time.Duration) error {
	limit := t.longest()
	if d <= limit {
		return nil
	}
	words := rostrum.Elapsed(limit)
	switch {
	case limit == time.Hour:
		words = "1 hour"
	case limit%time.Hour == 0:
		words = fmt.Sprintf("%d hours", limit/time.Hour)
	}
	return rostrum.Errorf(rostrum.Invalid, tooLong, words)
}
