package demo

import (
	"encoding/json"

	"rostrum"
)

// sheetMeeting is a meeting as import files carry it.
type sheetMeeting struct {
	Slug     string               `json:"slug"`
	Title    rostrum.Texts        `json:"title"`
	Kind     string               `json:"kind"`
	Place    string               `json:"place"`
	Country  string               `json:"country"`
	Date     rostrum.Date         `json:"date"`
	TimeZone string               `json:"time_zone"`
	Agenda   []rostrum.AgendaItem `json:"agenda"`
}

type importFile struct {
	Meetings      []sheetMeeting         `json:"meetings"`
	Topics        []rostrum.Topic        `json:"topics"`
	Organisations []rostrum.Organisation `json:"organisations"`
	Persons       []rostrum.Person       `json:"persons"`
}

// MeetingSlug is the demo meeting's part of an address.
const MeetingSlug = "cxo-2026-demo"

func texts(en, fr, ar, es, ru, zh string) rostrum.Texts {
	return rostrum.Texts{"en": en, "fr": fr, "ar": ar, "es": es, "ru": ru, "zh": zh}
}

// meetingFile writes the import file: the meeting, and who and what its logging sheet names.
func meetingFile(script []speech) (string, error) {
	file := importFile{
		Meetings: []sheetMeeting{{
			Slug: MeetingSlug,
			Title: texts("CxO meeting 2026 (demonstration)", "Réunion CxO 2026 (démonstration)", "اجتماع كبار المسؤولين التنفيذيين 2026 (عرض توضيحي)",
				"Reunión CxO 2026 (demostración)", "Собрание CxO 2026 (демонстрация)", "2026年CxO会议(演示)"),
			Kind: "CxO", Place: "Geneva", Country: "CH", Date: "2026-03-12", TimeZone: "Europe/Zurich",
			Agenda: []rostrum.AgendaItem{
				{Number: "1", Title: texts("Energy efficiency of networks", "Efficacité énergétique des réseaux", "كفاءة استخدام الطاقة في الشبكات", "Eficiencia energética de las redes", "Энергоэффективность сетей", "网络能效")},
				{Number: "2", Title: texts("Affordable access", "Accès financièrement abordable", "النفاذ الميسور التكلفة", "Acceso asequible", "Приемлемый в ценовом отношении доступ", "价格可承受的接入")},
				{Number: "3", Title: texts("Artificial intelligence in networks", "Intelligence artificielle dans les réseaux", "الذكاء الاصطناعي في الشبكات", "Inteligencia artificial en las redes", "Искусственный интеллект в сетях", "网络中的人工智能")},
				{Number: "4", Title: texts("Standards for small and medium enterprises", "Normes pour les petites et moyennes entreprises", "المعايير للشركات الصغيرة والمتوسطة", "Normas para las pequeñas y medianas empresas", "Стандарты для малых и средних предприятий", "面向中小企业的标准")},
			},
		}},
		Topics: []rostrum.Topic{
			{Slug: "energy", Title: texts("Energy and climate", "Énergie et climat", "الطاقة والمناخ", "Energía y clima", "Энергетика и климат", "能源与气候"), Aliases: []string{"Energy efficiency", "Green ICT", "Efficacité énergétique"}},
			{Slug: "affordable-access", Title: texts("Affordable access", "Accès abordable", "النفاذ الميسور التكلفة", "Acceso asequible", "Доступное подключение", "可承受的接入"), Aliases: []string{"Affordable broadband", "Gigabit access", "Large bande abordable"}},
			{Slug: "ai-networks", Title: texts("AI in networks", "IA dans les réseaux", "الذكاء الاصطناعي في الشبكات", "IA en las redes", "ИИ в сетях", "网络中的人工智能"), Aliases: []string{"Machine learning", "Self-driving networks", "Artificial intelligence"}},
			{Slug: "trust", Title: texts("Trust and security", "Confiance et sécurité", "الثقة والأمن", "Confianza y seguridad", "Доверие и безопасность", "信任与安全"), Aliases: []string{"Security", "Cybersecurity", "Cybersécurité"}},
			{Slug: "sme", Title: texts("Small and medium enterprises", "Petites et moyennes entreprises", "الشركات الصغيرة والمتوسطة", "Pequeñas y medianas empresas", "Малые и средние предприятия", "中小企业"), Aliases: []string{"SME", "SMEs", "PME", "PYME"}},
		},
	}
	for _, s := range script {
		kind := "operator"
		if s.company == "tamarindi" {
			kind = "SME"
		}
		file.Organisations = append(file.Organisations, rostrum.Organisation{
			Slug: s.company, Name: rostrum.Texts{"en": s.organisation}, Kind: kind, Country: s.country, Regions: s.regions,
			Website: "https://www." + s.company + ".example",
		})
		file.Persons = append(file.Persons, rostrum.Person{Slug: s.slug, Name: s.name, Function: s.function, Organisation: s.company})
	}
	out, err := json.MarshalIndent(file, "", "  ")
	return string(out) + "\n", err
}
