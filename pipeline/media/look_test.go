package media_test

import (
	"bytes"
	"strconv"
	"testing"

	"rostrum/pipeline/media"
)

func itoa(n int) string { return strconv.Itoa(n) }

// grays decodes a file to raw gray of full range 0 to 255 as 16 to 235 stand in the file: luma as it is coded.
func grays(t *testing.T, path string) []byte {
	t.Helper()
	return decoded(t, path, "extractplanes=y", "gray")
}

// decoded gives the raw pictures of a file after a filter.
func decoded(t *testing.T, path, filter, format string) []byte {
	t.Helper()
	var raw bytes.Buffer
	args := append(media.Input(path), "-fps_mode", "passthrough", "-vf", filter, "-pix_fmt", format, "-f", "rawvideo", media.Pipe(0))
	if err := tools(t).Run(t.Context(), media.Job{Args: args, Read: []string{path}, Outputs: []media.Consumer{media.To(&raw)}}); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}
