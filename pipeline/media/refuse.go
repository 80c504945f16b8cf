package media

import (
	"encoding/binary"
	"io"
	"os"

	"rostrum"
)

// refuse says why ffprobe could not open the file. It looks at the file itself and not at
// ffprobe's words.
func refuse(path string) *rostrum.Error {
	f, err := os.Open(path)
	if err != nil {
		return rostrum.Errorf(rostrum.Internal, "The file is not where it was stored; tell the operator.").Because(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err == nil && info.Size() == 0:
		return rostrum.Errorf(rostrum.Invalid, empty)
	case err == nil && lacksIndex(f, info.Size()):
		return rostrum.Errorf(rostrum.Invalid, unfinished)
	}
	return rostrum.Errorf(rostrum.Invalid, noMedia)
}

// lacksIndex says whether the file is an MP4 or MOV without its "moov" box (ISO/IEC 14496-12, 8.2.1).
func lacksIndex(f io.ReaderAt, size int64) bool {
	known := false
	for at, boxes := int64(0), 0; at+8 <= size && boxes < 1000; boxes++ {
		var head [16]byte
		if n, _ := f.ReadAt(head[:], at); n < 8 {
			break
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		switch string(head[4:8]) {
		case "moov":
			return at+length > size
		case "ftyp", "mdat", "wide", "free", "skip":
			known = true
		default:
			return false
		}
		if length == 1 {
			length = int64(binary.BigEndian.Uint64(head[8:]))
		}
		if length < 8 {
			break
		}
		at += length
	}
	return known
}
