package demo

// speech is one speaker's turn: who speaks, how, and what is said, sentence by sentence.
type speech struct {
	slug         string // of the person
	name         string
	function     string
	organisation string
	country      string   // ISO 3166
	regions      []string // of the six regional groupings
	company      string   // slug of the organisation

	title  string
	topics []string // slugs
	item   string   // number of the agenda item

	voice  voice
	level  float64 // loudness of the voice on the floor, dB below full scale (RMS while speaking)
	booths map[string]bool
	figure figure
	set    set
	said   []sentence
}

// sentence is one sentence as spoken, and in Arabic.
type sentence struct{ en, ar string }

// voice is one of flite's voices, changed in pitch: 1 leaves it alone.
type voice struct {
	name  string
	pitch float64
}

// The interpreters. Flite speaks English only, so these channels say which they are and which
// sentence they stand for: a stand-in that can be recognised by ear, not an interpretation.
type booth struct {
	language string // BCP 47
	tag      string // ISO 639-2, as MOV tracks carry it
	name     string
	voice    voice
}

func booths() []booth {
	return []booth{
		{"fr", "fra", "French", voice{"kal16", 1}},
		{"ar", "ara", "Arabic", voice{"awb", 0.92}},
	}
}

// script is the whole meeting. The levels lie 16 dB apart on purpose: a room never has even
// levels, and the demo is to show that they are made even. Nobody interprets the third speaker
// into Arabic: a silent channel is a thing that happens.
func script() []speech {
	all, noArabic := map[string]bool{"fr": true, "ar": true}, map[string]bool{"fr": true}
	return []speech{
		{
			slug: "henrik-aaltonby", name: "Henrik Aaltonby", function: "Chief Technology Officer",
			organisation: "Kvarntek Networks", country: "SE", regions: []string{"EUR"}, company: "kvarntek",
			title: "Measuring the energy that a network really uses", topics: []string{"energy"}, item: "1",
			voice: voice{"rms", 1}, level: -25, booths: all,
			figure: figure{skin: 0xF0C8A6, hair: 0xB98A4E, jacket: 0x27415F, shirt: 0xEAF1F7, lips: 0xC07A6C, cut: short, tie: 0x2E8B7A},
			set:    set{wall: 0x16343F, glow: 0x3FA79A, accent: 0x3CC6A8, left: 0.33, motif: masts},
			said: []sentence{
				{"Chair, Director, colleagues, thank you for the floor.", "السيد الرئيس، السيد المدير، الزملاء الكرام، شكراً على إعطائي الكلمة."},
				{"Last year the energy bill of our network grew by eleven percent, while traffic grew by nineteen.", "في العام الماضي زادت فاتورة الطاقة لشبكتنا بنسبة أحد عشر في المائة، بينما زادت الحركة بنسبة تسعة عشر في المائة."},
				{"Most of that energy is spent by radios that stay awake for nobody, at three in the morning.", "ومعظم هذه الطاقة تستهلكه أجهزة راديوية تبقى مستيقظة من دون أي مستعمل في الثالثة صباحاً."},
				{"We let one thousand sites sleep deeply at night, and saved a quarter of their energy.", "لقد جعلنا ألف موقع تدخل في سكون عميق ليلاً، فوفرنا ربع ما تستهلكه من طاقة."},
				{"But every vendor reports energy in a different way, so nobody can compare two sites honestly.", "لكن كل مورّد يبلغ عن الطاقة بطريقة مختلفة، فلا يمكن لأحد أن يقارن بين موقعين مقارنة منصفة."},
				{"I ask this meeting for one thing: a common way to measure energy per bit, at the site, in the field.", "وأطلب من هذا الاجتماع شيئاً واحداً: طريقة مشتركة لقياس الطاقة لكل بتة، في الموقع وفي ظروف التشغيل الفعلية."},
			},
		},
		{
			slug: "salma-benyahari", name: "Salma Benyahari", function: "Chief Executive Officer",
			organisation: "Oryxline Access", country: "TN", regions: []string{"ARB", "AFR"}, company: "oryxline",
			title: "What keeps access expensive", topics: []string{"affordable-access"}, item: "2",
			voice: voice{"slt", 1}, level: -35, booths: all,
			figure: figure{skin: 0xE2B088, hair: 0x2B1B17, jacket: 0x7A2E4A, shirt: 0xF6E9E2, lips: 0xB5474E, cut: long, earrings: 0xE7C66B},
			set:    set{wall: 0x3A1F3D, glow: 0xB8577A, accent: 0xF08A8A, left: 0.66, motif: arcs},
			said: []sentence{
				{"Thank you, Chair, and good morning from Tunis.", "شكراً السيد الرئيس، وصباح الخير من تونس."},
				{"In the villages we serve, one gigabyte still costs a teacher half a day of work.", "في القرى التي نخدمها، لا يزال الجيغابايت الواحد يكلف المعلم أجر نصف يوم من العمل."},
				{"Coverage is no longer the main obstacle: the price of the device and of the data is.", "لم تعد التغطية هي العقبة الرئيسية، بل سعر الجهاز وسعر البيانات."},
				{"We share towers, ducts and power with two competitors, and our cost per village fell by forty percent.", "نحن نتقاسم الأبراج والقنوات والطاقة مع اثنين من منافسينا، وقد انخفضت تكلفتنا لكل قرية بنسبة أربعين في المائة."},
				{"What stops us from sharing more is paper: each agreement takes eleven months to write.", "وما يمنعنا من المزيد من التقاسم هو الورق: فصياغة كل اتفاق تستغرق أحد عشر شهراً."},
				{"A standard model for sharing would connect people sooner than any new technology.", "ومن شأن نموذج معياري للتقاسم أن يوصل الناس أسرع من أي تكنولوجيا جديدة."},
			},
		},
		{
			slug: "rajan-deshvani", name: "Rajan Deshvani", function: "Chief Architect",
			organisation: "Zephyrana Telecom", country: "IN", regions: []string{"ASP"}, company: "zephyrana",
			title: "Three questions for a model that runs a network", topics: []string{"ai-networks", "trust"}, item: "3",
			voice: voice{"awb", 1}, level: -19, booths: noArabic,
			figure: figure{skin: 0xB77D52, hair: 0x1E1714, jacket: 0x3B3F4A, shirt: 0xC9D8F0, lips: 0x8E4A42, cut: swept, beard: true, glasses: true},
			set:    set{wall: 0x1B2750, glow: 0x4F7BE0, accent: 0x7FA6FF, left: 0.34, motif: graph},
			said: []sentence{
				{"Thank you. I will be brief.", "شكراً. سأوجز في كلامي."},
				{"Our network takes forty thousand decisions every second, and most of them are now proposed by a machine.", "تتخذ شبكتنا أربعين ألف قرار في الثانية، ومعظمها تقترحه اليوم آلة."},
				{"In March, a model that we had not tested enough moved traffic away from a hospital.", "وفي مارس، حوّل نموذج لم نختبره بما يكفي حركة الاتصالات بعيداً عن أحد المستشفيات."},
				{"Nobody was harmed, because an engineer saw it within two minutes and took back control.", "ولم يُصب أحد بأذى، لأن مهندسة لاحظت الأمر في غضون دقيقتين واستعادت التحكم."},
				{"So we now ask three questions of every model: who trained it, who tested it, and who can stop it.", "لذلك نطرح الآن ثلاثة أسئلة عن كل نموذج: من درّبه، ومن اختبره، ومن يستطيع إيقافه."},
				{"The answers should travel with the model, in a form that every operator can read.", "وينبغي أن ترافق الإجابات النموذج، في شكل يستطيع كل مشغّل قراءته."},
			},
		},
		{
			slug: "grace-wanjomi", name: "Grace Wanjomi", function: "Founder and Managing Director",
			organisation: "Tamarindi Devices", country: "KE", regions: []string{"AFR"}, company: "tamarindi",
			title: "Standards that a company of twenty-three can use", topics: []string{"sme", "affordable-access"}, item: "4",
			voice: voice{"slt", 0.88}, level: -28, booths: all,
			figure: figure{skin: 0x7B4B30, hair: 0x17110F, jacket: 0xC98A2B, shirt: 0xFFF6E6, lips: 0x8F3A3C, cut: gathered, earrings: 0xF3D9A0},
			set:    set{wall: 0x3B2A1A, glow: 0xD08A3C, accent: 0xF5B94F, left: 0.65, motif: hexagons},
			said: []sentence{
				{"Chair, I speak for a company of twenty-three people.", "السيد الرئيس، أتحدث باسم شركة تضم ثلاثة وعشرين شخصاً."},
				{"We build water meters that send one short message a day, and we sell them in nine countries.", "نصنع عدادات مياه ترسل رسالة قصيرة واحدة في اليوم، ونبيعها في تسعة بلدان."},
				{"Before our first sale, we read four hundred pages of standards and tested the same radio three times.", "وقبل أول عملية بيع، قرأنا أربعمائة صفحة من المعايير واختبرنا الجهاز الراديوي نفسه ثلاث مرات."},
				{"A large company has a department for that. We have Monday afternoons.", "لدى الشركة الكبيرة إدارة لهذا الغرض. أما نحن فلدينا ظهيرة يوم الاثنين."},
				{"Please publish short profiles, free test files, and one list of what is really required.", "نرجو نشر مواصفات موجزة، وملفات اختبار مجانية، وقائمة واحدة بما هو مطلوب فعلاً."},
				{"When small companies can join, standards get better, because someone has finally read them to the end.", "فعندما تستطيع الشركات الصغيرة أن تشارك، تتحسن المعايير، لأن أحداً قرأها أخيراً حتى النهاية."},
			},
		},
	}
}

// boothLevel is the loudness of the booths, dB below full scale (RMS while speaking).
const boothLevel = -26

// standIn is what a booth says for a speech: that it is a stand-in, then a word for each
// sentence, then that it ends.
func standIn(b booth, s speech) []string {
	said := []string{"Interpretation channel, " + b.name + ". This voice is a stand in."}
	ordinals := []string{"one", "two", "three", "four", "five", "six", "seven", "eight"}
	for i := range s.said {
		said = append(said, b.name+", "+s.name+", sentence "+ordinals[i]+".")
	}
	return append(said, "End of the "+b.name+" interpretation.")
}
