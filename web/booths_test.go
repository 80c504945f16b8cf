package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// interpreted makes a published intervention with a floor and an English booth that have playlists and segments.
func (w *world) interpreted(booths map[string]rostrum.Consent) *rostrum.Intervention {
	w.t.Helper()
	i := w.add("spoken", rostrum.Published, public)
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		i.Booths = booths
		if err := tx.PutIntervention(ctx, i); err != nil {
			return err
		}
		m := w.manifest(i)
		sounds := []rostrum.Sound{}
		for _, s := range []struct{ channel, language, name string }{{rostrum.Floor, "fr", "floor"}, {"en", "en", "en"}} {
			for _, q := range []rostrum.SoundQuality{rostrum.FullSound, rostrum.SmallSound} {
				base := "sound-" + s.name + "-" + string(q)
				sounds = append(sounds, rostrum.Sound{Channel: s.channel, Language: rostrum.Language(s.language), Quality: q, Channels: 1, Playlist: base + ".m3u8",
					Stream: rostrum.Stream{Codecs: "mp4a.40.2", Clock: 48000, Init: initName, Segments: []rostrum.Segment{{Name: base + "-0123456789abcdef.m4s", Time: 48000, Bytes: 3}}}})
				for _, name := range []string{base + ".m3u8", base + "-0123456789abcdef.m4s"} {
					m.Files[name] = rostrum.File{Key: "i/" + string(i.ID) + "/" + name, Type: "video/mp4", Bytes: 5}
					if _, err := w.store.Put(ctx, m.Files[name].Key, strings.NewReader("bytes"), 5); err != nil {
						return err
					}
				}
			}
		}
		m.Sounds = sounds
		m.Pictures = []rostrum.Picture{{Rung: rostrum.Rung{Width: 1280, Height: 720}, Playlist: "v720.m3u8", Stream: rostrum.Stream{Codecs: "avc1.640020", Clock: 25}}}
		m.Files[rostrum.AudioOnlyName] = m.Files[rostrum.MasterName]
		// As rendered: it names both.
		master := "#EXTM3U\nsound-floor-full.m3u8\nsound-en-full.m3u8\n"
		f := m.Files[rostrum.MasterName]
		f.Key, f.Bytes, f.SHA256 = f.Key+"2", int64(len(master)), "aa"
		m.Files[rostrum.MasterName], m.Files[rostrum.AudioOnlyName] = f, f
		if _, err := w.store.Put(ctx, f.Key, strings.NewReader(master), f.Bytes); err != nil {
			return err
		}
		i.Revision, i.PublishedRevision, m.Revision = 2, 2, 2
		if err := tx.PutIntervention(ctx, i); err != nil {
			return err
		}
		if err := tx.AddRevision(ctx, i.ID, 2, rostrum.Span{In: 0, Out: 100}, noon); err != nil {
			return err
		}
		fence, err := tx.StartRevision(ctx, i.ID, 2)
		if err != nil {
			return err
		}
		return tx.FinishRevision(ctx, fence, m, 0)
	})
	return i
}

// ofBooth are all files of the English booth; ofFloor some of what stays.
var (
	ofBooth = []string{"sound-en-full.m3u8", "sound-en-small.m3u8", "sound-en-full-0123456789abcdef.m4s", "sound-en-small-0123456789abcdef.m4s", "video-en.mp4", "video-small-en.mp4", "audio-en.opus"}
	ofFloor = []string{"sound-floor-full.m3u8", "sound-floor-full-0123456789abcdef.m4s", initName, rostrum.MP4Name, rostrum.AudioName, "en.vtt", segmentName}
)

func TestBooths(t *testing.T) {
	embargo := rostrum.Consent{Kind: rostrum.ConsentEmbargo, Until: noon.Add(time.Hour)}
	for _, c := range []struct {
		name   string
		booths map[string]rostrum.Consent
		at     time.Time
		status int // of the booth's files
	}{
		{"from before booths were asked", nil, noon, 200},
		{"public", map[string]rostrum.Consent{"en": public}, noon, 200},
		{"nothing recorded", map[string]rostrum.Consent{}, noon, 404},
		{"another booth", map[string]rostrum.Consent{"ar": public}, noon, 404},
		{"partners", map[string]rostrum.Consent{"en": {Kind: rostrum.ConsentPartners}}, noon, 404},
		{"refused", map[string]rostrum.Consent{"en": {Kind: rostrum.ConsentRefused}}, noon, 404},
		{"taken back", map[string]rostrum.Consent{"en": {Kind: rostrum.ConsentRefused, TakenBack: true}}, noon, 410},
		{"embargo", map[string]rostrum.Consent{"en": embargo}, noon.Add(time.Hour - time.Millisecond), 404},
		{"embargo over", map[string]rostrum.Consent{"en": embargo}, noon.Add(time.Hour), 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, "https://example.org")
			i := w.interpreted(c.booths)
			w.now = c.at
			at := "/media/" + string(i.ID) + "/"
			heard := c.status == 200
			for _, name := range ofBooth {
				status(t, name, w.get(at+name), c.status)
			}
			for _, name := range ofFloor {
				status(t, name, w.get(at+name), 200)
			}
			for _, name := range []string{rostrum.MasterName, rostrum.AudioOnlyName} {
				a := w.get(at + name)
				status(t, name, a, 200)
				body := a.Body.String()
				if strings.Contains(body, "sound-en") != heard || !strings.Contains(body, "sound-floor") {
					t.Errorf("%s is\n%s", name, body)
				}
			}
			for _, address := range []string{i.Page(), "/embed/" + string(i.ID), i.Page() + "?lang=en"} {
				a := w.get(address)
				status(t, address, a, 200)
				if got := strings.Contains(a.Body.String(), `"channel":"en"`); got != heard {
					t.Errorf("%s names the booth: %t", address, got)
				}
				if got := strings.Contains(a.Body.String(), "video-en.mp4"); got && !heard {
					t.Errorf("%s names the booth's file", address)
				}
			}
			if got := strings.Contains(w.get("/").Body.String(), `<li lang="en">English</li>`); got != heard {
				t.Errorf("the first page names English: %t", got)
			}
		})
	}
}

// A consent that is taken back counts at once, without anything being made again, and so does one that is given.
func TestBoothsChangeAtOnce(t *testing.T) {
	w := newWorld(t, "")
	i := w.interpreted(map[string]rostrum.Consent{"en": public})
	at := "/media/" + string(i.ID) + "/"
	segment := "sound-en-full-0123456789abcdef.m4s"
	whole := w.get(at + rostrum.MasterName)
	tag := w.get(at + segment).Header().Get("ETag")
	for _, c := range []struct {
		consent rostrum.Consent
		status  int
	}{{rostrum.Consent{Kind: rostrum.ConsentRefused}, 410}, {public, 200}, {rostrum.Consent{Kind: rostrum.ConsentPartners}, 410}} {
		w.write(func(ctx context.Context, tx *catalogue.Tx) error {
			i.Consent = public
			i.Booths = i.BoothsFor("en", c.consent, nil, noon)
			return tx.PutIntervention(ctx, i)
		})
		status(t, string(c.consent.Kind), w.get(at+segment), c.status)
		if c.status == 410 {
			status(t, "a kept copy", w.get(at+segment, "If-None-Match", tag), 410)
			master := w.get(at+rostrum.MasterName, "If-None-Match", whole.Header().Get("ETag"))
			status(t, "the playlist as it was", master, 200)
			status(t, "the playlist again", w.get(at+rostrum.MasterName, "If-None-Match", master.Header().Get("ETag")), 304)
		}
	}
}

// Withdrawal of the whole intervention answers at each of its addresses.
func TestWithdrawalAnswersEverywhere(t *testing.T) {
	w := newWorld(t, "https://example.org")
	i := w.interpreted(map[string]rostrum.Consent{"en": public})
	var addresses []string
	for _, name := range append(append([]string{rostrum.MasterName, rostrum.AudioOnlyName}, ofBooth...), ofFloor...) {
		addresses = append(addresses, "/media/"+string(i.ID)+"/"+name)
	}
	page := "https://example.org" + i.Page()
	addresses = append(addresses, i.Page(), i.Page()+"?lang=en&ui=fr", "/embed/"+string(i.ID), "/oembed?url="+page, "/oembed?format=xml&url="+page, "/oembed?url=https://example.org/embed/"+string(i.ID))
	for _, a := range addresses {
		status(t, a, w.get(a), 200)
	}
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		i.State, i.Withdrawn = rostrum.WithdrawnState, noon
		return tx.PutIntervention(ctx, i)
	})
	for _, a := range addresses {
		answer := w.get(a)
		status(t, a, answer, 410)
		header(t, a, answer, "Cache-Control", "no-store")
	}
	for _, list := range []string{"/", "/m/cxo-2026"} {
		if strings.Contains(w.get(list).Body.String(), "On spoken") {
			t.Errorf("%s still lists it", list)
		}
	}
}

func TestTextsInTheReadersLanguage(t *testing.T) {
	w := newWorld(t, "https://example.org")
	i := w.add("texts", rostrum.Published, public)
	w.write(func(ctx context.Context, tx *catalogue.Tx) error {
		i.Titles, i.Functions = rostrum.Texts{"fr": "De la confiance", "ar": "الثقة"}, rostrum.Texts{"fr": "Directrice technique"}
		i.Abstract = rostrum.Texts{"en": "What trust costs.", "fr": "Ce que coûte la confiance."}
		return tx.PutIntervention(ctx, i)
	})
	contains(t, "French", w.get(i.Page()+"?ui=fr"), "De la confiance", "Directrice technique", "Ce que coûte la confiance.")
	contains(t, "Arabic", w.get(i.Page()+"?ui=ar"), `lang="en">What trust costs.`, "الثقة")
	contains(t, "English", w.get(i.Page()), "On texts", "What trust costs.")
	contains(t, "the meeting in French", w.get("/m/cxo-2026?ui=fr"), "De la confiance", "Directrice technique")
	contains(t, "the embed in French", w.get("/embed/"+string(i.ID)+"?ui=fr"), "De la confiance")
}
