package signin

import "strings"

// browserOf names a browser and its system as people know them, from how it names itself: "Firefox, Windows". "" when nothing is known. The
// order matters, since most claim to be others as well.
func browserOf(agent string) string {
	var parts []string
	for _, table := range [][][2]string{
		{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"},
			{"HeadlessChrome/", "Chromium"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}},
		{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"CrOS", "ChromeOS"}, {"Macintosh", "macOS"}, {"Linux", "Linux"}},
	} {
		for _, entry := range table {
			if strings.Contains(agent, entry[0]) {
				parts = append(parts, entry[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
