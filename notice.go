package rostrum

// InterpretationNotice says that only the original speech is authentic, as it travels in the files of an interpretation: in its
// language where there is a wording, else in English. The European Parliament and the United Nations show such a notice with
// their interpreted recordings.
func InterpretationNotice(l Language) string {
	text, _ := Texts{
		"en": "Interpretation helps to communicate; it is not an authentic record. Only the original speech is authentic.",
		"fr": "L’interprétation facilite la communication ; elle ne constitue pas un compte rendu authentique. Seul le discours original fait foi.",
		"es": "La interpretación facilita la comunicación, pero no constituye un registro auténtico. Solo es auténtico el discurso original.",
		"ru": "Устный перевод облегчает общение и не является аутентичной записью. Аутентична только речь оригинала.",
		"zh": "口译旨在便利交流，不构成正式记录。仅以发言原声为准。",
		"ar": "الغرض من الترجمة الشفوية تيسير التواصل، وهي ليست سجلًا ذا حجية. والكلمة الأصلية وحدها ذات حجية.",
	}.In(l)
	return text
}
