// Package media runs ffmpeg and ffprobe, and is the only package that starts a process. What it
// asks of them is planned by pure functions that give argument lists; no shell is involved, and no
// name that a user chose is ever an argument.
//
// A file that came from outside is opened only through Input, which allows known containers and
// decoders: without that, ffmpeg follows playlists to other local files. Each run is a process
// group of its own that is killed whole when its context ends, when its time is up, or when this
// program dies.
package media

import (
	"os/exec"

	"rostrum"
)

// Tools are the two programs, by absolute path.
type Tools struct{ FFmpeg, FFprobe string }

// Find looks both programs up in PATH.
func Find() (Tools, error) {
	t := Tools{}
	for name, at := range map[string]*string{"ffmpeg": &t.FFmpeg, "ffprobe": &t.FFprobe} {
		path, err := exec.LookPath(name)
		if err != nil {
			return Tools{}, rostrum.Errorf(rostrum.Unavailable,
				"%s is not installed; install it, for example with apt-get install ffmpeg", name).Because(err)
		}
		*at = path
	}
	return t, nil
}
