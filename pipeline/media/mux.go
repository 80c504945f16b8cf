package media

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	iso639 "golang.org/x/text/language"

	"rostrum"
)

// Meta is what a file to take away says of itself. What is "" is left out.
type Meta struct {
	Title    string
	Artist   string           // who speaks
	Language rostrum.Language // of the sound
	Comment  string           // for people, as that only the original is authentic
}

// Take is one file to take away: the picture of one local file and the sound of another, without encoding. Either may be "". Where one
// of them lasts longer than the other, nothing is cut off.
type Take struct {
	Picture string
	Sound   string
	Out     string // must not be a name that a user chose
	Ogg     bool   // Opus in Ogg (RFC 7845); else an MP4 that plays while it loads
	Meta    Meta
}

// Mux writes files to take away, all by one process. They must lie in the same folder.
func (t Tools) Mux(ctx context.Context, takes ...Take) error {
	args, read := muxArgs(takes)
	return t.Run(ctx, Job{Args: args, Read: read, Write: filepath.Dir(takes[0].Out), Wall: time.Hour})
}

// muxArgs is Mux's command line, and the files that it reads, each once.
func muxArgs(takes []Take) (args, read []string) {
	args = []string{"-y"}
	number := map[string]int{}
	var outputs []string
	for _, take := range takes {
		for _, in := range []struct{ path, kind string }{{take.Picture, "v"}, {take.Sound, "a"}} {
			if in.path == "" {
				continue
			}
			if _, has := number[in.path]; !has {
				number[in.path] = len(read)
				read = append(read, in.path)
				args = append(args, Input(in.path)...)
			}
			outputs = append(outputs, "-map", fmt.Sprintf("%d:%s:0", number[in.path], in.kind))
		}
		outputs = append(outputs, "-c", "copy", "-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact")
		if take.Ogg {
			outputs = append(outputs, take.Meta.ogg(take.Out)...)
		} else {
			outputs = append(outputs, take.Meta.mp4(take.Out, take.Sound != "")...)
		}
	}
	return append(args, outputs...), read
}

// mp4 are the arguments of an MP4 of this name.
func (m Meta) mp4(out string, sound bool) (args []string) {
	// Players show one or the other of comment and description.
	for _, tag := range [][2]string{{"title", m.Title}, {"artist", m.Artist}, {"comment", m.Comment}, {"description", m.Comment}} {
		if tag[1] != "" {
			args = append(args, "-metadata", tag[0]+"="+tag[1])
		}
	}
	if code := trackLanguage(m.Language); code != "" && sound {
		args = append(args, "-metadata:s:a:0", "language="+code)
		if string(m.Language) != string(m.Language.Base()) {
			// The box for the whole tag (elng, ISO/IEC 14496-12, 8.4.6) is one that ffmpeg does not write; players show this name.
			args = append(args, "-metadata:s:a:0", "handler_name="+string(m.Language))
		}
	}
	return append(args, "-movflags", "+faststart", "-f", "mp4", "file:"+out)
}

// ogg are the arguments of an Ogg file of this name.
func (m Meta) ogg(out string) []string {
	// Fragmented MP4 does not tell the length of a packet, and without it the file would begin a packet early.
	args := []string{"-bsf:a", "setts=duration=" + strconv.Itoa(opusPacket)}
	// The names of the fields are those of Vorbis comments (RFC 7845, 5.2).
	for _, tag := range [][2]string{{"title", m.Title}, {"artist", m.Artist}, {"language", string(m.Language)}, {"comment", m.Comment}} {
		if tag[1] != "" {
			args = append(args, "-metadata:s:a:0", tag[0]+"="+tag[1])
		}
	}
	return append(args, "-f", "ogg", "file:"+out)
}

// trackLanguage is the code that an MP4 track has room for: that of ISO 639-2/T, "zho" for "zh-Hans" (ISO/IEC 14496-12, 8.4.2). "" for a
// language without one.
func trackLanguage(l rostrum.Language) string {
	base, err := iso639.ParseBase(string(l.Base()))
	if err != nil {
		return ""
	}
	return base.ISO3()
}
