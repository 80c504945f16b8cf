package main

import (
	"os"
	"path/filepath"
	"time"

	"rostrum"
	"rostrum/pipeline"
)

// incoming reads everything that comes with the recordings, before a byte of them is copied.
func (c *ingestCommand) incoming() (in pipeline.Incoming, err error) {
	in = pipeline.Incoming{Meeting: c.Meeting, Create: c.Create, Publish: c.Publish, Who: who(), Captions: map[rostrum.Language]pipeline.SideFile{}}
	if c.Consent != "" {
		if in.Consent, err = rostrum.ParseConsent(c.Consent); err != nil {
			return in, err
		}
	}
	if c.Until != "" {
		if in.Until, err = time.Parse(time.DateOnly, c.Until); err != nil {
			return in, rostrum.Errorf(rostrum.Invalid, "%q is not a date; write it as YYYY-MM-DD.", c.Until)
		}
	}
	if in.Channels, err = rostrum.ParseChannels(c.Channels); err != nil {
		return in, err
	}
	for language := range c.Offset {
		if c.Sound[language] == "" {
			return in, rostrum.Errorf(rostrum.Invalid, "An offset is said for %q, but no sound file; name it with --sound %s=FILE.", language, language)
		}
	}
	if c.Sheet != "" {
		file, err := sideFile(c.Sheet)
		if err != nil {
			return in, err
		}
		in.Sheet = &file
	}
	for language, name := range c.Captions {
		l, err := rostrum.ParseLanguage(language)
		if err != nil {
			return in, err
		}
		if in.Captions[l], err = sideFile(name); err != nil {
			return in, err
		}
	}
	return in, nil
}

// beside reads what belongs to the sound of one language.
func (c *ingestCommand) beside(language string, f pipeline.File) (pipeline.SoundBeside, error) {
	said, err := rostrum.ParseChannels([]string{language})
	if err != nil {
		return pipeline.SoundBeside{}, err
	}
	b := pipeline.SoundBeside{File: f, Channel: said[0].Name}
	if ms, ok := c.Offset[language]; ok {
		offset := time.Duration(ms) * time.Millisecond
		b.Offset = &offset
	}
	return b, nil
}

// openFiles are the large files of one recording.
type openFiles struct {
	files []*os.File
	bytes int64
}

func (o *openFiles) open(name string) (pipeline.File, time.Time, error) {
	file, err := os.Open(name)
	if err != nil {
		return pipeline.File{}, time.Time{}, rostrum.Errorf(rostrum.Invalid, "%s can't be read; check its rights.", filepath.Base(name)).Because(err)
	}
	o.files = append(o.files, file)
	info, err := file.Stat()
	if err != nil {
		return pipeline.File{}, time.Time{}, err
	}
	o.bytes += info.Size()
	return pipeline.File{Name: filepath.Base(name), Content: file, Bytes: info.Size()}, info.ModTime(), nil
}

func (o *openFiles) close() {
	for _, f := range o.files {
		f.Close()
	}
}

const largestSideFile = 32 << 20

func sideFile(name string) (pipeline.SideFile, error) {
	if err := readable(name); err != nil {
		return pipeline.SideFile{}, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return pipeline.SideFile{}, err
	}
	if info.Size() > largestSideFile {
		return pipeline.SideFile{}, rostrum.Errorf(rostrum.TooLarge, "%s is too large for a cut list or captions; check that it is the right file.", filepath.Base(name))
	}
	data, err := os.ReadFile(name)
	return pipeline.SideFile{Name: filepath.Base(name), Data: data}, err
}

// readable says in words why a file can't be read.
func readable(name string) error {
	info, err := os.Stat(name)
	base := filepath.Base(name)
	switch {
	case os.IsNotExist(err):
		return rostrum.Errorf(rostrum.Invalid, "There is no file %s; check the name.", base)
	case os.IsPermission(err):
		return rostrum.Errorf(rostrum.Invalid, "%s can't be read; check its rights.", base)
	case err != nil:
		return rostrum.Errorf(rostrum.Invalid, "%s can't be read.", base).Because(err)
	case info.IsDir():
		return rostrum.Errorf(rostrum.Invalid, "%s is a folder; name the recording in it.", base)
	}
	return nil
}
