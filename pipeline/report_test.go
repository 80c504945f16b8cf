package pipeline

import "testing"

func TestReportsTellNoPlaces(t *testing.T) {
	p := &Pipeline{Work: "/srv/data/work"}
	for said, want := range map[string]string{
		`open /srv/data/objects/originals/abc: no such file or directory`:                `open (path): no such file or directory`,
		`file:/srv/data/work/x1/a.mp4: Invalid data found`:                               `(path): Invalid data found`,
		`Put "https://key:secret@s3.example.org:9000/bucket/a?X-Amz-Signature=1": EOF`:   `Put “…”: EOF`,
		`Get https://s3.example.org/b?X-Amz-Signature=1 failed`:                          `Get (address) failed`,
		`dial tcp 10.0.0.7:5432: connect: connection refused`:                            `dial tcp (host): connect: connection refused`,
		`dial tcp [fe80::1]:5432: connect: connection refused`:                           `dial tcp (host): connect: connection refused`,
		`lookup db-primary: no such host`:                                                `lookup (host): no such host`,
		`lookup db.internal.example on 1.2.3.4:53: no such host`:                         `lookup (host) on (host): no such host`,
		`cannot reach minio:9000`:                                                        `cannot reach (host)`,
		`C:\Users\Aline\film.mov is damaged`:                                             `(path) is damaged`,
		`No picture can be decoded between 00:01:00:00 and 00:02:00:00, where it is bad`: `No picture can be decoded between 00:01:00:00 and 00:02:00:00, where it is bad`,
		`"Grace Hopper on trust" can't be made`:                                          `“…” can't be made`,
		`ffmpeg: exit status 1` + "\n" + `[mov @ 0x55] moov atom not found`:              `ffmpeg: exit status 1 [mov @ 0x55] moov atom not found`,
		``: ``,
	} {
		if got := p.anonymous(said); got != want {
			t.Errorf("%q became\n%q, want\n%q", said, got, want)
		}
	}
}
