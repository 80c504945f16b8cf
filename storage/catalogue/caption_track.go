package catalogue

import (
	"context"

	"rostrum"
)

// CaptionTrack is a caption file that belongs to a recording.
type CaptionTrack struct {
	Recording rostrum.RecordingID
	Language  rostrum.Language
	Name      string // of the file, for people
	Object    string // key of the file as it came
	Cues      int
	Notices   []string
}

// PutCaptionTrack adds a track, or replaces the one in the same language.
func (t *Tx) PutCaptionTrack(ctx context.Context, c CaptionTrack) error {
	_, err := t.exec(ctx, `INSERT INTO caption_tracks (recording, language, name, object, cues, notices) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (recording, language) DO UPDATE SET name = excluded.name, object = excluded.object, cues = excluded.cues, notices = excluded.notices`,
		c.Recording, c.Language, c.Name, c.Object, c.Cues, encode(c.Notices))
	return err
}

// CaptionTracks lists a recording's tracks by language.
func (r reader) CaptionTracks(ctx context.Context, id rostrum.RecordingID) ([]CaptionTrack, error) {
	return list(ctx, r, func(r row) (c CaptionTrack, err error) {
		err = r.Scan(&c.Recording, &c.Language, &c.Name, &c.Object, &c.Cues, asJSON{&c.Notices})
		return c, err
	}, `SELECT recording, language, name, object, cues, notices FROM caption_tracks WHERE recording = $1 ORDER BY language`, id)
}
