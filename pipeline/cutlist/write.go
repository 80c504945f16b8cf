package cutlist

import (
	"fmt"
	"math/big"
	"strings"

	"rostrum"
)

// FormatInfo is a format that lists are written in.
type FormatInfo struct {
	Name      string // for Write: csv, edl …
	Label     string // for people; List.Format of what is read back
	Extension string // of files, with the dot
	MediaType string // IANA's where there is one
}

// The names of formats for Write.
const (
	WriteCSV        = "csv"
	WriteCSVFrench  = "csv-fr"
	WriteTSV        = "tsv"
	WriteEDL        = "edl"
	WriteResolve    = "resolve"
	WritePremiere   = "premiere"
	WriteFCPXML     = "fcpxml"
	WriteOTIO       = "otio"
	WriteYouTube    = "youtube"
	WriteWebVTT     = "webvtt"
	WriteFFMetadata = "ffmetadata"
	WriteAudacity   = "audacity"
	WritePodcasting = "podcasting"
)

// Formats lists the formats that Write knows, in the order in which a page offers them.
func Formats() []FormatInfo {
	return []FormatInfo{
		{WriteCSV, CSV, ".csv", "text/csv; charset=utf-8"},
		{WriteCSVFrench, "CSV (Excel, French)", ".csv", "text/csv; charset=utf-8"},
		{WriteTSV, "TSV", ".tsv", "text/tab-separated-values; charset=utf-8"},
		{WriteEDL, EDL, ".edl", "text/plain; charset=utf-8"},
		{WriteResolve, ResolveMarkers, ".edl", "text/plain; charset=utf-8"},
		{WritePremiere, Premiere, ".csv", "text/csv; charset=utf-8"},
		{WriteFCPXML, FCPXML, ".fcpxml", "application/xml"},
		{WriteOTIO, OTIO, ".otio", "application/json"},
		{WriteYouTube, YouTube, ".txt", "text/plain; charset=utf-8"},
		{WriteWebVTT, WebVTT, ".vtt", "text/vtt; charset=utf-8"},
		{WriteFFMetadata, FFMetadata, ".ffmetadata", "text/plain; charset=utf-8"},
		{WriteAudacity, Audacity, ".txt", "text/plain; charset=utf-8"},
		{WritePodcasting, Podcasting, ".json", "application/json+chapters"},
	}
}

// Write writes rows in one of Formats, in the order given. What a format carries is said where it is written; what it
// carries, Read gives back the same. In all of them a title is one line: white space in it becomes single spaces, and
// control characters are left out. Timecodes are the recording's own where it has one, else they count from
// 00:00:00:00; they count at the timeline's rate, and in drop frame where the recording's do. Errors are of code
// Invalid: an unknown format, no rows, a row outside the recording.
func Write(format string, rows []Row, m Media) ([]byte, error) {
	if m.Rate.Num <= 0 || m.Rate.Den <= 0 {
		return nil, rostrum.Errorf(rostrum.Invalid, "The frame rate of the recording is not known yet, so its cuts cannot be written down.")
	}
	if len(rows) == 0 {
		return nil, rostrum.Errorf(rostrum.Invalid, "There are no cuts to write down; mark some first.")
	}
	for i, row := range rows {
		if row.In < 0 || row.In >= row.Out || row.Out > m.Frames {
			return nil, rostrum.Errorf(rostrum.Invalid, "Cut %d does not lie within the recording, so the list cannot be written.", i+1)
		}
	}
	w, err := newWriter(rows, m)
	if err != nil {
		return nil, err
	}
	switch format {
	case WriteCSV:
		return w.sheet(',', englishHeadings(), false), nil
	case WriteCSVFrench:
		return w.sheet(';', frenchHeadings(), true), nil
	case WriteTSV:
		return w.sheet('\t', englishHeadings(), false), nil
	case WriteEDL:
		return w.edl(), nil
	case WriteResolve:
		return w.resolve(), nil
	case WritePremiere:
		return w.premiere(), nil
	case WriteFCPXML:
		return w.fcpxml(), nil
	case WriteOTIO:
		return w.otio()
	case WriteYouTube:
		return w.youTube(), nil
	case WriteWebVTT:
		return w.webVTT(), nil
	case WriteFFMetadata:
		return w.ffMetadata(), nil
	case WriteAudacity:
		return w.audacity(), nil
	case WritePodcasting:
		return w.podcasting()
	}
	return nil, rostrum.Errorf(rostrum.Invalid, "“%s” is not a format that cut lists are written in; choose one of the list.", shortened(format))
}

// writer holds what all formats are written from.
type writer struct {
	rows  []Row
	media Media
	start rostrum.Frame // the count of the recording's first frame
	drop  bool
}

func newWriter(rows []Row, m Media) (writer, error) {
	w := writer{rows: rows, media: m}
	if m.HasStart {
		start, err := m.Rate.FrameOf(m.Start)
		if err != nil {
			return w, err
		}
		w.start, w.drop = start, m.Start.Drop
	}
	return w, nil
}

// label is the timecode of a frame of the recording.
func (w writer) label(n rostrum.Frame) string {
	return w.media.Rate.TimecodeOf(w.start+n, w.drop).String()
}

// length is a number of frames as a timecode.
func (w writer) length(n rostrum.Frame) string { return w.media.Rate.TimecodeOf(n, w.drop).String() }

// seconds is the start of a frame in seconds, exactly.
func (w writer) seconds(n rostrum.Frame) *big.Rat {
	return big.NewRat(int64(n)*w.media.Rate.Den, w.media.Rate.Num)
}

// clock writes the start of a frame as HH:MM:SS.mmm.
func (w writer) clock(n rostrum.Frame) string {
	ms := w.seconds(n)
	ms.Mul(ms, big.NewRat(1000, 1))
	t := int64(frameOf(ms, rostrum.Rate{Num: 1, Den: 1}))
	return fmt.Sprintf("%02d:%02d:%02d.%03d", t/3_600_000, t/60_000%60, t/1000%60, t%1000)
}

// title is a row's title on one line, never empty.
func (w writer) title(i int) string {
	for _, s := range []string{w.rows[i].Title, w.rows[i].Speaker} {
		if s = plain(s); s != "" {
			return s
		}
	}
	return fmt.Sprintf("Intervention %d", i+1)
}

// name is what the recording is called in lists that name its file.
func (w writer) name() string {
	if name := plain(w.media.Name); name != "" {
		return strings.NewReplacer("/", "-", `\`, "-").Replace(name)
	}
	return "recording"
}
