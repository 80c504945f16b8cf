// Package charset turns the bytes of a text file of unknown origin into text.
//
// Caption files and logging sheets come from old broadcast tools and from spreadsheets, which
// write UTF-8, UTF-16 or the Windows code page of the machine, and say which one at best by a
// byte order mark.
package charset

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"rostrum"
)

// Decode gives the text of data with a plain line feed at the end of each line, without a byte
// order mark and without NUL characters. The language is the one the text is thought to be in
// and may be empty; it decides between code pages that the bytes alone do not tell apart. The
// second value is a sentence for the person when the encoding had to be guessed or bytes were
// damaged, else empty. Decode never fails: bytes that mean nothing become U+FFFD.
func Decode(data []byte, lang rostrum.Language) (text, guess string) {
	text, guess = decode(data, lang)
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.ReplaceAll(text, "\x00", ""), guess
}

func decode(data []byte, lang rostrum.Language) (text, guess string) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return utf8Text(data[3:])
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return through(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), data[2:]), ""
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return through(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), data[2:]), ""
	}
	if order, found := utf16Order(data); found {
		return through(unicode.UTF16(order, unicode.IgnoreBOM), data),
			"The file has no byte order mark; by the pattern of its bytes it was read as UTF-16."
	}
	if mostlyUTF8(data) {
		return utf8Text(data)
	}
	page, name := codePage(data, lang)
	return through(page, data),
		fmt.Sprintf("The file is not UTF-8; it was read as %s. Please check letters and accents, or save the file as UTF-8.", name)
}

func through(e encoding.Encoding, data []byte) string {
	// The decoders of these encodings replace what they do not know and return no error.
	text, _ := e.NewDecoder().Bytes(data)
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

func utf8Text(data []byte) (text, guess string) {
	if utf8.Valid(data) {
		return string(data), ""
	}
	return strings.ToValidUTF8(string(data), "\uFFFD"),
		"A few bytes of the file are damaged; they are shown as \uFFFD."
}

// mostlyUTF8 tells UTF-8 with a few damaged bytes from another encoding: text of a code page
// hardly ever forms valid sequences of several bytes.
func mostlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		data = data[size:]
	}
	return bad == 0 || good > 20*bad
}

// utf16Order recognises UTF-16 by its zero bytes: the digits, spaces and line ends of a caption
// file or a sheet give them in every script.
func utf16Order(data []byte) (unicode.Endianness, bool) {
	sample := data[:min(len(data), 8192)&^1]
	zeros := [2]int{}
	for i, b := range sample {
		if b == 0 {
			zeros[i&1]++
		}
	}
	even, odd := zeros[0], zeros[1]
	switch pairs := len(sample) / 2; {
	case odd*10 >= pairs && odd > 10*even && odd > 0:
		return unicode.LittleEndian, true
	case even*10 >= pairs && even > 10*odd && even > 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

func codePage(data []byte, lang rostrum.Language) (encoding.Encoding, string) {
	letters, high := 0, [256]int{}
	total := 0
	for _, b := range data {
		switch {
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			letters++
		case b >= 0x80:
			high[b]++
			total++
		}
	}
	// A text of another script has more high bytes than Latin letters, though names and tags may
	// be Latin; French, the fullest of accents, stays under a tenth.
	if total*2 > letters {
		switch lang.Base() {
		case "ar", "fa", "ur":
			return charmap.Windows1256, "Windows-1256 (Arabic)"
		case "ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn":
			return charmap.Windows1251, "Windows-1251 (Cyrillic)"
		case "zh":
			return simplifiedchinese.GB18030, "GB 18030 (Chinese)"
		case "el":
			return charmap.Windows1253, "Windows-1253 (Greek)"
		case "he":
			return charmap.Windows1255, "Windows-1255 (Hebrew)"
		}
		// The most frequent letters: alef and lam in Arabic; o, e, a, i in Russian.
		arabic := high[0xC7] + high[0xE1]
		cyrillic := high[0xEE] + high[0xE5] + high[0xE0] + high[0xE8]
		switch {
		case arabic*6 > total && arabic > cyrillic:
			return charmap.Windows1256, "Windows-1256 (Arabic)"
		case cyrillic*6 > total:
			return charmap.Windows1251, "Windows-1251 (Cyrillic)"
		}
	}
	switch lang.Base() {
	case "pl", "cs", "sk", "hu", "sl", "hr", "ro":
		return charmap.Windows1250, "Windows-1250 (Central European)"
	case "tr":
		return charmap.Windows1254, "Windows-1254 (Turkish)"
	}
	return charmap.Windows1252, "Windows-1252 (Western European)"
}
