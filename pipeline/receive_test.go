package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"rostrum"
	"rostrum/pipeline"
)

func TestBadInputLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	good := film{rate: "25", pictures: 250, name: "a.mp4", sound: quiet}.make(t)
	sheet := func(rows string) string { return "in;out;title;consent\n" + rows + "\n" }
	for _, c := range []struct {
		name   string
		data   []byte
		sheet  string
		change func(*pipeline.Incoming)
		code   rostrum.Code
		says   string // part of the sentence
	}{
		{"empty", nil, "", nil, rostrum.Invalid, "The file is empty"},
		{"text", []byte("These are the minutes of the meeting."), "", nil, rostrum.Invalid, "not a recording that Rostrum can read"},
		{"cut off", good[:len(good)*2/3], "", nil, rostrum.Invalid, "breaks off before its index"},
		{"cut beyond the end", good, sheet("2;300;A;public"), nil, rostrum.Invalid, "Row 2"},
		{"swapped", good, sheet("5;2;A;public"), nil, rostrum.Invalid, "Row 2"},
		{"empty cut", good, sheet("5;5;A;public"), nil, rostrum.Invalid, "Row 2"},
		{"no cut list at all", good, "these;are;words\n", nil, rostrum.Invalid, ""},
		{"unknown meeting", good, "", func(in *pipeline.Incoming) { in.Meeting = "nowhere" }, rostrum.Refused, `There is no meeting "nowhere"`},
		{"a meeting that can't be made", good, "", func(in *pipeline.Incoming) { in.Meeting, in.Create = "No Where", true }, rostrum.Invalid, "small letters"},
		{"a meeting to be made, and a bad file", []byte("text"), "", func(in *pipeline.Incoming) { in.Meeting, in.Create = "nowhere", true }, rostrum.Invalid, "not a recording"},
		{"published without consent", good, "", func(in *pipeline.Incoming) { in.Publish = true }, rostrum.Refused, "No consent of the speaker is recorded"},
		{"too many channels", good, "", func(in *pipeline.Incoming) { in.Channels = []rostrum.ChannelSaid{{Name: rostrum.Floor}, {Name: "en"}} }, rostrum.Invalid, "2 channels are named"},
		{"captions that are none", good, "", func(in *pipeline.Incoming) {
			in.Captions = map[rostrum.Language]pipeline.SideFile{"en": {Name: "en.srt", Data: []byte("no captions")}}
		}, rostrum.Invalid, "en.srt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := open(t)
			in := incoming("upload.mp4", c.data, c.sheet)
			if c.change != nil {
				c.change(&in)
			}
			receipt, err := w.Receive(t.Context(), in)
			if rostrum.ErrorCode(err) != c.code || !strings.Contains(rostrum.ErrorMessage(err), c.says) {
				t.Errorf("got %v, %v", receipt, err)
			}
			if message := rostrum.ErrorMessage(err); strings.Contains(message, w.folder) || strings.Contains(message, "\n") {
				t.Errorf("the sentence is not for people: %q", message)
			}
			if keys := w.kept(); len(keys) > 0 {
				t.Errorf("objects are left: %q", keys)
			}
			recordings, err := w.Catalogue.Recordings(t.Context())
			if err != nil || len(recordings) > 0 {
				t.Errorf("recordings are left: %v, %v", recordings, err)
			}
			meetings, err := w.Catalogue.Meetings(t.Context())
			if err != nil || len(meetings) != 1 {
				t.Errorf("meetings: %v, %v", meetings, err)
			}
			m, err := w.Catalogue.MeetingBySlug(t.Context(), meeting)
			if err != nil {
				t.Fatal(err)
			}
			if rows, err := w.Catalogue.InterventionsOfMeeting(t.Context(), m.ID); err != nil || len(rows) > 0 {
				t.Errorf("interventions are left: %v, %v", rows, err)
			}
		})
	}
}

// A row whose stated consent does not allow publishing does not stop the others.
func TestRefusedRowStaysBack(t *testing.T) {
	t.Parallel()
	w := open(t)
	in := incoming("a.mp4", film{rate: "25", pictures: 100, name: "a.mp4"}.make(t), "in;out;title;consent\n0;2;A;public\n2;4;B;no\n")
	in.Publish = true
	receipt, err := w.Receive(t.Context(), in)
	if err != nil || len(receipt.Interventions) != 2 {
		t.Fatalf("%+v, %v", receipt, err)
	}
	a, b := receipt.Interventions[0], receipt.Interventions[1]
	if !a.WantPublish || a.Consent.Kind != rostrum.ConsentPublic || len(a.Notices) > 0 {
		t.Errorf("%+v", a)
	}
	if b.WantPublish || b.Consent.Kind != rostrum.ConsentRefused || !slices.Equal(b.Notices, []string{"It will not be published. The speaker refused publication; it can't be published."}) {
		t.Errorf("%+v", b)
	}
}

func TestTheSameBytesAreOneRecording(t *testing.T) {
	t.Parallel()
	w := open(t)
	data := film{rate: "25", pictures: 100, name: "a.mp4"}.make(t)
	first, err := w.Receive(t.Context(), incoming("a.mp4", data, "in;out;title\n0;2;A\n1;3;B\n"))
	if err != nil || first.Known || len(first.Interventions) != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	if !slices.Contains(first.Recording.Notices, "The recording has no sound.") {
		t.Errorf("notices %q", first.Recording.Notices)
	}
	overlap := false
	for _, p := range first.Problems {
		overlap = overlap || p.Row == 3 && !p.Fatal && strings.Contains(pipeline.Words(p), "before row 2 ends")
	}
	if !overlap {
		t.Errorf("the overlap is not told: %+v", first.Problems)
	}
	kept := w.kept()
	again, err := w.Receive(t.Context(), incoming("copy of a.mp4", data, "in;out;title\n0;2;A\n2;4;C\n"))
	if err != nil || !again.Known || again.Recording.ID != first.Recording.ID || again.Recording.Name != "a.mp4" {
		t.Fatalf("%+v, %v", again, err)
	}
	if len(again.Interventions) != 3 {
		t.Errorf("%d interventions, want the two and the new one", len(again.Interventions))
	}
	if _, err := w.Recut(t.Context(), again.Interventions[0].ID, rostrum.Span{In: 5, Out: 45}, "test"); err != nil {
		t.Fatal(err)
	}
	moved, err := w.Receive(t.Context(), incoming("a.mp4", data, "in;out;title\n0;2;A\n1;3;B\n"))
	if err != nil || len(moved.Interventions) != 3 || moved.Interventions[0].Span != (rostrum.Span{In: 5, Out: 45}) {
		t.Errorf("the sheet again, after a cut of it was moved: %+v, %v", moved, err)
	}
	plain, err := w.Receive(t.Context(), incoming("a.mp4", data, ""))
	if err != nil || !plain.Known || len(plain.Interventions) != 3 {
		t.Errorf("%+v, %v", plain, err)
	}
	if now := w.kept(); !slices.Equal(now, kept) || len(kept) != 1 {
		t.Errorf("objects before %q, after %q", kept, now)
	}
	elsewhere := incoming("a.mp4", data, "")
	elsewhere.Meeting, elsewhere.Create = "another", true
	if _, err := w.Receive(t.Context(), elsewhere); rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Errorf("in another meeting: %v", err)
	}
	if all, err := w.Catalogue.Recordings(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d recordings, %v", len(all), err)
	}
	if now := w.kept(); !slices.Equal(now, kept) {
		t.Errorf("objects before %q, after %q", kept, now)
	}
}

// A recording without sound is made all the same, and says so; a cut that is moved before anything is made is made once.
func TestSilentRecordingCutBeforeItIsMade(t *testing.T) {
	t.Parallel()
	w := open(t)
	in := incoming("a.mp4", film{rate: "25", pictures: 120, name: "a.mp4"}.make(t), "")
	in.Consent, in.Publish = rostrum.ConsentPublic, true
	receipt, err := w.Receive(t.Context(), in)
	if err != nil || len(receipt.Interventions) != 1 {
		t.Fatalf("%+v, %v", receipt, err)
	}
	x := receipt.Interventions[0]
	if x.Span != (rostrum.Span{In: 0, Out: 120}) || x.Title != "a" {
		t.Errorf("%+v", x)
	}
	if err := w.Publish(t.Context(), x.ID, "test", ""); rostrum.ErrorCode(err) != rostrum.Conflict {
		t.Errorf("published before it is ready: %v", err)
	}
	if _, err := w.Recut(t.Context(), x.ID, rostrum.Span{In: 30, Out: 110}, "test"); err != nil {
		t.Fatal(err)
	}
	stop := w.work()
	w.finished(receipt.Recording.ID)
	stop()
	m := w.published(x.ID)
	if m.Revision != 2 || m.Span != (rostrum.Span{In: 30, Out: 110}) || len(m.Sounds) > 0 || !slices.Contains(w.intervention(x.ID).Notices, "The recording has no sound.") {
		t.Errorf("%+v, %+v", m, w.intervention(x.ID))
	}
	if first := w.revision(x.ID, 1); first.Manifest != nil {
		t.Errorf("the overtaken revision was made too: %+v", first)
	}
	want := make([]int, 80)
	for i := range want {
		want[i] = 30 + i
	}
	if got := numbers(t, w.play(m, m.Pictures[0].Playlist)); !slices.Equal(got, want) {
		t.Errorf("shows %v", got)
	}
	if got := numbers(t, w.file(m, rostrum.MP4Name)); !slices.Equal(got, want) {
		t.Errorf("the MP4 shows %v", got)
	}
	if master := string(w.file(m, rostrum.MasterName)); strings.Contains(master, "AUDIO") || strings.Contains(master, "mp4a") {
		t.Errorf("the master playlist promises sound:\n%s", master)
	}
	if _, has := m.Files[rostrum.AudioName]; has {
		t.Error("there is a sound file")
	}
}
