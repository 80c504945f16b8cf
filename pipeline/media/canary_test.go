package media_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline/media"
	"rostrum/pipeline/media/sandbox"
)

// marker is what only the canaries hold.
const marker = "ROSTRUM-CANARY-7f3a"

// canaries are files of others, and an address where somebody listens.
type canaries struct {
	folder, film, text string
	address            string
	heard              func() int
}

func setCanaries(t *testing.T, tools media.Tools) canaries {
	t.Helper()
	folder := t.TempDir()
	c := canaries{folder: folder, film: filepath.Join(folder, "canary.ts"), text: filepath.Join(folder, "canary.txt")}
	// The marker is in the stream itself, and so in every copy of it.
	args := []string{"-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", "-c:v", "libx264", "-preset", "ultrafast", "-g", "10",
		"-bsf:v", "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+" + marker, "-f", "mpegts", "file:" + c.film}
	if err := tools.Run(t.Context(), media.Job{Args: args, Write: folder}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.text, []byte(marker), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c.address = l.Addr().String()
	calls := make(chan int)
	go func() {
		n := 0
		for {
			conn, err := l.Accept()
			if err != nil {
				calls <- n
				return
			}
			n++
			conn.Close()
		}
	}()
	c.heard = func() int { l.Close(); return <-calls }
	return c
}

// bait is a file that wants to be followed elsewhere.
type bait struct {
	name, file, content string
	followed            bool     // ffmpeg, left alone, opens what it names, or its neighbours
	careless            []string // options with which it even gives the canary away, or calls the listener; nil for none
	calls               bool     // the listener
}

func (c canaries) baits() []bait {
	remote := "http://" + c.address + "/canary.ts"
	hls := "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n%s\n#EXT-X-ENDLIST\n"
	dash := `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">
<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000"><BaseURL>%s</BaseURL></Representation></AdaptationSet></Period></MPD>`
	ass := "[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name\nStyle: " + c.text + "\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:00.00,0:00:02.00,{\\fn" + c.film + "}words\n"
	anywhere := []string{"-protocol_whitelist", "file,http,tcp,pipe"}
	all := []bait{
		{"HLS to a file", "upload.mp4", fmt.Sprintf(hls, c.film), true, anywhere, false},
		{"HLS to a host", "upload.mp4", fmt.Sprintf(hls, remote), true, anywhere, true},
		{"concat", "upload.mp4", "ffconcat version 1.0\nfile " + c.film + "\n", true, append([]string{"-safe", "0"}, anywhere...), false},
		{"DASH to a file", "upload.mp4", fmt.Sprintf(dash, c.film), true, nil, false},
		{"a pattern of names", "canary%03d.png", "\x89PNG\r\n\x1a\n", true, nil, false},
		{"a pattern of any name", "*.ts", "x", false, nil, false},
	}
	add := func(name, content string) {
		for _, file := range []string{"upload.mp4", "upload.m3u8"} {
			all = append(all, bait{name: name, file: file, content: content})
		}
	}
	add("HLS to a file address", fmt.Sprintf(hls, "file://"+c.film))
	add("HLS with a key elsewhere", strings.Replace(fmt.Sprintf(hls, c.film), "#EXTINF", "#EXT-X-KEY:METHOD=AES-128,URI=\"http://"+c.address+"/key\"\n#EXTINF", 1))
	add("DASH to a host", fmt.Sprintf(dash, remote))
	add("concat to a host", "ffconcat version 1.0\nfile "+remote+"\n")
	add("M3U", c.film+"\n"+remote+"\n")
	add("SDP", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")
	add("ASS", ass)
	add("SubRip", "1\n00:00:00,000 --> 00:00:02,000\n"+c.text+"\n")
	add("VobSub", "# VobSub index file, v7 (do not modify this line!)\nsize: 64x64\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n")
	add("IMF", `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id></CompositionPlaylist>`)
	return all
}

// followers are all that is done with a file from outside. out is a folder that they may write.
func followers(t *testing.T, tools media.Tools, out string) map[string]func(path string) ([]byte, error) {
	video := &rostrum.VideoSource{Codec: "h264", Width: 64, Height: 64, Begin: "0", Offset: "0"}
	sound := media.Sound{Stream: rostrum.SoundSource{Codec: "aac", Rate: 48000, Channels: 1}, Rate: rostrum.Rate25, Span: rostrum.Span{Out: 25}}
	source := rostrum.Source{Video: video, Sound: []rostrum.SoundSource{sound.Stream}}
	sound.Source = source
	pictures := media.Pictures{Source: source, Rate: rostrum.Rate25, Span: rostrum.Span{Out: 25}, SegmentFrames: 25,
		Rungs: []rostrum.Rung{{Name: "64", Width: 64, Height: 64, CRF: 24, MaxKbit: 100}}}
	ctx := t.Context()
	read := func(path string, args []string, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		var raw, more bytes.Buffer
		err = tools.Run(ctx, media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw), media.To(&more), media.To(&more), media.To(&more)}})
		return append(raw.Bytes(), more.Bytes()...), err
	}
	return map[string]func(string) ([]byte, error){
		"probe": func(path string) ([]byte, error) { f, err := tools.Probe(ctx, path); return fmt.Append(nil, f), err },
		"packets": func(path string) ([]byte, error) {
			_, err := tools.Packets(ctx, path, video, rostrum.Rate25)
			return nil, err
		},
		"poster": func(path string) ([]byte, error) {
			a, b, err := tools.Poster(ctx, path, source, rostrum.Rate25, 0)
			return append(a, b...), err
		},
		"stills": func(path string) (all []byte, err error) {
			_, err = tools.SurveyPictures(ctx, path, source, rostrum.Rate25, func(_ int, jpeg []byte) error { all = append(all, jpeg...); return nil })
			return all, err
		},
		"survey":  func(path string) ([]byte, error) { _, err := tools.SurveySound(ctx, path, sound, ""); return nil, err },
		"measure": func(path string) ([]byte, error) { _, err := tools.MeasureFile(ctx, path); return nil, err },
		"pictures": func(path string) ([]byte, error) {
			args, err := pictures.Args(path)
			return read(path, args, err)
		},
		"sound": func(path string) ([]byte, error) {
			args, err := sound.EncodeArgs(path, media.Level{}, media.Qualities())
			return read(path, args, err)
		},
		"copy": func(path string) ([]byte, error) {
			return read(path, append(media.Input(path), "-map", "0", "-c", "copy", "-f", "matroska", media.Pipe(0)), nil)
		},
		"join": func(path string) ([]byte, error) {
			to := filepath.Join(out, "joined")
			facts, err := tools.Probe(ctx, path)
			if err == nil {
				err = tools.Join(ctx, []media.Part{{Path: path, Facts: facts}, {Path: path, Facts: facts}}, to)
			}
			data, _ := os.ReadFile(to)
			return data, err
		},
	}
}

func TestFollowsNothing(t *testing.T) {
	t.Parallel()
	// Without a sandbox, so that what refuses is the choice of containers; the sandbox stands behind it.
	off, err := media.Find(t.Context(), "off")
	if err != nil {
		t.Fatal(err)
	}
	c := setCanaries(t, off)
	follow := followers(t, off, t.TempDir())
	for i, b := range c.baits() {
		path := filepath.Join(t.TempDir(), b.file)
		if err := os.WriteFile(path, []byte(b.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if b.file == "*.ts" || strings.Contains(b.file, "%") {
			data, err := os.ReadFile(c.film)
			if err != nil {
				t.Fatal(err)
			}
			for _, neighbour := range []string{"canary001.png", "canary.ts"} {
				if err := os.WriteFile(filepath.Join(filepath.Dir(path), neighbour), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		for name, f := range follow {
			// Each is probed under each name; all else is done with those that a careless program follows.
			if name != "probe" && !b.followed {
				continue
			}
			data, err := f(path)
			if err == nil {
				t.Errorf("%s of %s as %s is not refused", name, b.name, b.file)
			}
			if bytes.Contains(data, []byte(marker)) || err != nil && strings.Contains(err.Error(), marker) {
				t.Errorf("%s of %s as %s: the canary sings", name, b.name, b.file)
			}
			if i == 0 && err != nil && strings.Contains(rostrum.ErrorMessage(err), filepath.Dir(path)) {
				t.Errorf("%s: %q names a folder", name, rostrum.ErrorMessage(err))
			}
		}
	}
	if n := c.heard(); n > 0 {
		t.Errorf("the listener heard %d calls", n)
	}
}

// TestCanariesSing makes sure that what TestFollowsNothing looks for would be found.
func TestCanariesSing(t *testing.T) {
	t.Parallel()
	off, err := media.Find(t.Context(), "off")
	if err != nil {
		t.Fatal(err)
	}
	for _, tools := range []media.Tools{off, tools(t)} {
		mode := tools.FFmpeg.Box.Mode()
		c := setCanaries(t, off)
		path := filepath.Join(t.TempDir(), "upload.mp4")
		for _, b := range c.baits() {
			if b.careless == nil {
				continue
			}
			if err := os.WriteFile(path, []byte(b.content), 0o600); err != nil {
				t.Fatal(err)
			}
			careless := append(slices.Clone(b.careless), "-i", path, "-c", "copy", "-f", "h264", media.Pipe(0))
			var raw bytes.Buffer
			err := tools.Run(t.Context(), media.Job{Args: careless, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}})
			if sings := bytes.Contains(raw.Bytes(), []byte(marker)); sings != (mode == sandbox.Off && !b.calls) {
				t.Errorf("%s, %s: sings %v, %v", mode, b.name, sings, err)
			}
		}
		if called := c.heard() > 0; called != (mode == sandbox.Off) {
			t.Errorf("%s: the listener was called: %v", mode, called)
		}
	}
}

// A MOV may name another file as the one that holds its samples (QuickTime File Format, "Data Reference Atoms").
func TestMOVWithReferences(t *testing.T) {
	t.Parallel()
	off, err := media.Find(t.Context(), "off")
	if err != nil {
		t.Fatal(err)
	}
	c := setCanaries(t, off)
	folder := t.TempDir()
	path := filepath.Join(folder, "upload.mov")
	args := []string{"-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", "-c:v", "libx264", "-preset", "ultrafast", "-f", "mov", "file:" + path}
	if err := off.Run(t.Context(), media.Job{Args: args, Write: folder}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// One that tells where the samples are by the path on the volume "/" (alias record, version 2).
	alias := append(binary.BigEndian.AppendUint32(nil, 0), "alis"...)
	alias = append(alias, make([]byte, 4+10)...)
	alias = append(alias, append([]byte{1}, append([]byte("/"), make([]byte, 26)...)...)...) // volume name
	alias = append(alias, make([]byte, 12)...)
	alias = append(alias, append([]byte{10}, append([]byte("canary.txt"), make([]byte, 53)...)...)...)
	alias = append(alias, make([]byte, 16)...)
	alias = binary.BigEndian.AppendUint16(alias, 1)
	alias = binary.BigEndian.AppendUint16(alias, 1)
	alias = append(alias, make([]byte, 16)...)
	alias = binary.BigEndian.AppendUint16(alias, 2)
	alias = binary.BigEndian.AppendUint16(alias, uint16(len(c.text)))
	alias = append(append(alias, c.text...), 0xFF, 0xFF, 0, 0)
	binary.BigEndian.PutUint32(alias, uint32(len(alias)))
	data = replaceReference(t, data, alias)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, f := range followers(t, off, t.TempDir()) {
		out, err := f(path)
		if bytes.Contains(out, []byte(marker)) || err != nil && strings.Contains(err.Error(), marker) {
			t.Errorf("%s: the canary sings", name)
		}
	}
}

// replaceReference puts the entry where the first data reference is, in a file whose "moov" is the last box.
func replaceReference(t *testing.T, data, entry []byte) []byte {
	t.Helper()
	grow := func(at int) {
		binary.BigEndian.PutUint32(data[at:], binary.BigEndian.Uint32(data[at:])+uint32(len(entry)-12))
	}
	at, end := 0, len(data)
	for _, name := range []string{"moov", "trak", "mdia", "minf", "dinf", "dref"} {
		for string(data[at+4:at+8]) != name {
			if at += int(binary.BigEndian.Uint32(data[at:])); at >= end {
				t.Fatalf("no box %s", name)
			}
		}
		end = at + int(binary.BigEndian.Uint32(data[at:]))
		grow(at)
		at += 8
	}
	at += 8 // version, flags and number of entries
	return slices.Concat(data[:at], entry, data[at+12:])
}
