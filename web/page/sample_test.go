package page

import (
	"time"

	"rostrum"
)

// An invented meeting, as handlers would fill the pages. Languages are mixed on purpose.

func sampleChrome(ui rostrum.Language, path string) Chrome {
	return Chrome{BasePath: "/video", PublicURL: "https://rostrum.example/video", UI: ui, Nonce: "n0nce", Path: path, SiteName: "Fictional Standards Forum"}
}

var sampleTitles = rostrum.Texts{
	"en": "CxO meeting, Nairobi 2025",
	"fr": "Réunion des CxO, Nairobi 2025",
	"ar": "اجتماع الرؤساء التنفيذيين، نيروبي 2025",
}

func sampleUpcoming(c Chrome) *Upcoming {
	return &Upcoming{
		Title: TextIn(rostrum.Texts{"en": "CxO meeting 2026", "ar": "اجتماع الرؤساء التنفيذيين 2026"}, c.UI), Path: "/video/m/cxo-2026",
		Place: Text{"Santiago", "es"}, Starts: "2026-09-30", Ends: "2026-10-01",
		Register: "https://register.example/cxo-2026", Calendar: "/video/m/cxo-2026.ics",
	}
}

func sampleHome(c Chrome) Home {
	all := []rostrum.Language{"en", "fr", "ar", "es", "ru", "zh"}
	return Home{
		Chrome: c, Total: Total{Meetings: 4, Interventions: 39, Duration: 3*time.Hour + 24*time.Minute, SoundBytes: 49_600_000}, Upcoming: sampleUpcoming(c),
		Meetings: []MeetingCard{
			{Title: TextIn(sampleTitles, c.UI), Path: "/video/m/cxo-2025-nairobi", Place: Text{"Nairobi", ""}, Starts: "2025-11-18", Ends: "2025-11-18",
				Total: Total{Interventions: 10, Duration: 57 * time.Minute, SoundBytes: 13_900_000}, Languages: append(all, "pt")},
			{Title: Text{"CxO meeting, Dubai 2019", "en"}, Path: "/video/m/cxo-2019-dubai", Place: Text{"Dubai", ""}, Starts: "2019-12-09", Ends: "2019-12-10",
				Total: Total{Interventions: 8, Duration: 41 * time.Minute, SoundBytes: 9_900_000}, Languages: all[:3]},
			{Title: Text{"CxO meeting, Hammamet 2016", "en"}, Path: "/video/m/cxo-2016-hammamet", Place: Text{"Hammamet", ""}, Starts: "2016-10-23", Ends: "2016-10-23",
				Total: Total{Interventions: 11, Duration: 62 * time.Minute, SoundBytes: 15_100_000}, Languages: all[:2]},
			{Title: Text{"CTO meeting, Budapest 2015", "en"}, Path: "/video/m/cto-2015-budapest", Place: Text{"Budapest", ""}, Starts: "2015-10-11", Ends: "2015-10-11",
				Total: Total{Interventions: 10, Duration: 44 * time.Minute, SoundBytes: 10_700_000}, Languages: all[:1]},
		},
	}
}

func sampleMeeting(c Chrome) MeetingPage {
	card := func(title Text, speaker string, function, organisation Text, l rostrum.Language, seconds int64) Card {
		return Card{Title: title, Path: "/video/m/cxo-2025-nairobi/" + speaker, Speaker: speaker, Function: function, Organisation: organisation,
			Language: l, Duration: time.Duration(seconds) * time.Second, SoundBytes: seconds * 4250, Poster: "/video/media/x/poster-small.jpg"}
	}
	return MeetingPage{
		Chrome: c, Title: TextIn(sampleTitles, c.UI), Place: Text{"Nairobi", ""}, Starts: "2025-11-18", Ends: "2025-11-18",
		Intro:    Text{"Twelve industry leaders on digital public infrastructure, health, schools and AI in networks, in six languages.", "en"},
		Total:    Total{Interventions: 6, Duration: 36 * time.Minute, SoundBytes: 9_100_000},
		Upcoming: sampleUpcoming(c),
		Items: []AgendaItem{
			{Number: "1", Title: Text{"Opening, and follow-up of the last communiqué", "en"}, Cards: []Card{
				card(Text{"What became of the last communiqué", "en"}, "Grace Mfano", Text{"CTO", ""}, Text{"Fictional Operator Eta", "en"}, "en", 345),
			}},
			{Number: "2", Title: Text{"Digital public infrastructure", "en"}, Cards: []Card{
				card(Text{"L’identité numérique commence par un réseau que l’on peut payer", "fr"}, "Félicité Exemple", Text{"Directrice technique", "fr"}, Text{"Opérateur Fictif Lambda", "fr"}, "fr", 400),
			}},
			{Number: "3", Title: Text{"Digital health", "en"}, Cards: []Card{
				card(Text{"الصحة الرقمية والثقة: ما الذي تحتاجه شبكات 5G", "ar"}, "Rawan Mithal", Text{"CEO", ""}, Text{"Fictional Operator Xi", "en"}, "ar", 375),
				card(Text{"Телемедицина там, где дорог мало", "ru"}, "Olga Obraztsova", Text{"CTO", ""}, Text{"Fictional Health Net Rho", "en"}, "ru", 350),
			}},
			{Number: "5", Title: Text{"AI in networks", "en"}, Cards: []Card{
				card(Text{"网络中的人工智能：从实验到标准", "zh"}, "Li Yangben", Text{"CTO", ""}, Text{"Fictional Vendor Gamma", "en"}, "zh", 410),
			}},
			{Cards: []Card{
				{Title: Text{"Closing words", "en"}, Path: "/video/m/cxo-2025-nairobi/closing", Duration: 285 * time.Second, Language: "pt", SoundBytes: 1_200_000},
			}},
		},
	}
}

func sampleFiles(channel string, more int64) Files {
	file := func(name string, bytes int64) Download {
		return Download{"/video/media/k3/" + rostrum.NameIn(name, channel), bytes + more}
	}
	return Files{file(rostrum.MP4Name, 67_900_000), file(rostrum.SmallMP4Name, 12_300_000), file(rostrum.AudioName, 1_420_000), file(rostrum.OpusName, 1_070_000)}
}

func sampleMedia() Media {
	sound := func(channel string, l rostrum.Language, more int64) Sound {
		return Sound{Channel: channel, Language: l, Duration: 376 * time.Second, Full: 4_464_000 + more, Small: 1_488_000 + more, Opus: 1_116_000 + more, Files: sampleFiles(channel, more)}
	}
	picture := func(height int, rate float64, kbit int64, codecs string) Picture {
		return Picture{(height*16/9 + 1) &^ 1, height, rate, kbit * 1000 / 8 * 372, codecs}
	}
	return Media{
		Language: "en", Duration: 372 * time.Second, FrameRate: 25, Master: "/video/media/k3/master.m3u8", AudioMaster: "/video/media/k3/audio.m3u8",
		Pictures: []Picture{picture(1080, 25, 1493, "avc1.640028"), picture(720, 25, 657, "avc1.64001f"), picture(480, 25, 344, "avc1.64001e"), picture(360, 25, 222, "avc1.64001e"),
			picture(240, 12.5, 102, "avc1.64000d"), picture(480, 25, 213, "av01.0.04M.08"), picture(360, 25, 140, "av01.0.01M.08"), picture(240, 12.5, 64, "av01.0.00M.08")},
		Files: sampleFiles(rostrum.Floor, 0), Poster: "/video/media/k3/poster.jpg", Storyboard: "/video/media/k3/storyboard.vtt",
		Captions: []Captions{{Language: "en", VTT: "/video/media/k3/en.vtt", SRT: "/video/media/k3/en.srt"}, {Language: "ar", VTT: "/video/media/k3/ar.vtt", SRT: "/video/media/k3/ar.srt"}},
		Sounds: []Sound{sound(rostrum.Floor, "en", 0), sound("fr", "fr", 80_000), sound("ar", "ar", 90_000), sound("es", "es", 70_000), sound("ru", "ru", 60_000),
			sound("zh", "zh", 50_000), {Channel: "pt", Silent: true}},
	}
}

// sampleHeard is the same without any picture.
func sampleHeard() Media {
	m := sampleMedia()
	m.Pictures, m.Storyboard = nil, ""
	m.Files.Large, m.Files.Small = Download{}, Download{}
	for i := range m.Sounds {
		m.Sounds[i].Files.Large, m.Sounds[i].Files.Small = Download{}, Download{}
	}
	return m
}

func sampleTranscript(l rostrum.Language) Transcript {
	texts := []string{
		"Thank you, Chair. Distinguished colleagues, good morning.", "Two years ago, in this format,",
		"we asked for one thing: that a school at the end of the line", "should be able to use what we standardize here.",
		"Let me say plainly what happened since.", "In our network, nine hundred schools are connected.",
		"Four hundred of them share a line of two megabits per second.", "For them a video at 1080p is not a lesson, it is an outage.",
		"So the first thing we need from IMT-2020 is not peak rate.", "It is a floor: a profile that still works",
		"when the line is slow, the power is gone at noon,", "and the teacher has one telephone.",
		"We have written such a profile with eleven operators.", "It is short, and it is free to read.",
	}
	if l == "ar" {
		texts = []string{"شكرًا سيدي الرئيس، صباح الخير أيها الزملاء.", "قبل عامين طلبنا شيئًا واحدًا:", "أن تستطيع المدرسة في آخر الخط أن تستعمل ما نضعه هنا من معايير.",
			"IMT-2020 ليست سرعة قصوى فحسب.", "إنها حد أدنى يعمل حين يكون الخط بطيئًا."}
	}
	t := Transcript{Language: l, Others: []rostrum.Language{"fr", "ar", "zh"}}
	if l == "ar" {
		t.Others = []rostrum.Language{"en", "fr", "zh"}
	}
	for i, s := range texts {
		line := Line{Start: time.Duration(i) * 2200 * time.Millisecond, Text: s}
		if i == 0 {
			line.Speaker = "Grace Mfano"
		}
		t.Lines = append(t.Lines, line)
	}
	t.Lines = append(t.Lines,
		Line{Start: 33 * time.Second, Speaker: "Félicité Exemple", Text: "Merci. Permettez-moi une question très courte.", Language: "fr"},
		Line{Start: 36 * time.Second, Text: "Qui paie la première année ?", Language: "fr"})
	return t
}

func sampleWatch(c Chrome) WatchPage {
	l := rostrum.Language("en")
	if c.UI == "ar" {
		l = "ar"
	}
	return WatchPage{
		Chrome: c, Media: sampleMedia(), ID: "k3", Title: Text{"What became of the last communiqué: schools at the end of the line", "en"},
		Speaker: "Grace Mfano", Function: Text{"Chief Technology Officer", "en"}, Organisation: Text{"Fictional Operator Eta", "en"},
		Meeting: Link{TextIn(sampleTitles, c.UI), "/video/m/cxo-2025-nairobi"}, Starts: "2025-11-18", Ends: "2025-11-18", Place: Text{"Nairobi", ""},
		AgendaNumber: "1", AgendaTitle: Text{"Opening, and follow-up of the last communiqué", "en"},
		Topics:     []Link{{Text{"Bridging the standardization gap", "en"}, "/video/t/bsg"}, {Text{"Education: connected schools", "en"}, ""}},
		Transcript: sampleTranscript(l), EmbedPath: "/video/embed/k3", OEmbedJSON: "/video/oembed?url=x&format=json", OEmbedXML: "/video/oembed?url=x&format=xml",
		Prev: &Link{Text{"Opening by the Director", "en"}, "/video/m/cxo-2025-nairobi/opening"}, Next: &Link{Text{"L’identité numérique commence par un réseau que l’on peut payer", "fr"}, "/video/m/cxo-2025-nairobi/identite"},
		PublishedAt: time.Date(2025, 11, 20, 16, 30, 0, 0, time.UTC), Upcoming: sampleUpcoming(c),
	}
}

func sampleEmbed(c Chrome) EmbedPage {
	return EmbedPage{Chrome: c, Media: sampleMedia(), ID: "k3", Title: Text{"What became of the last communiqué: schools at the end of the line", "en"},
		Speaker: "Grace Mfano", Organisation: Text{"Fictional Operator Eta", "en"}, WatchPath: "/video/m/cxo-2025-nairobi/last-communique"}
}
