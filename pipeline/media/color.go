package media

import (
	"fmt"
	"strings"

	"rostrum"
)

// color reads how the stream codes colours. A stream that does not say it means what its size was made for: Recommendation
// ITU-R BT.601 up to 576 lines, BT.709 above.
func (s *ffprobeStream) color() rostrum.Color {
	known := func(tag string) string {
		switch tag {
		case "unknown", "unspecified", "reserved", "bt709":
			return ""
		}
		return tag
	}
	c := rostrum.Color{Matrix: known(s.Matrix), Transfer: known(s.Transfer), Primaries: known(s.Primaries), Full: s.Range == "pc"}
	pixels := s.PixelFormat
	gray := strings.HasPrefix(pixels, "gray") || strings.HasPrefix(pixels, "mono") || strings.HasPrefix(pixels, "ya")
	if strings.HasPrefix(pixels, "yuvj") || gray && s.Range != "tv" {
		c.Full = true
	} else if gray {
		c.Matrix = "smpte170m" // any but the usual one, so that the range is told: the scaler takes all grey for full range
	}
	for _, rgb := range []string{"gbr", "rgb", "bgr", "argb", "abgr", "0rgb", "0bgr", "pal8"} {
		if strings.HasPrefix(pixels, rgb) {
			c.Matrix, c.Full = "gbr", true
		}
	}
	silent := s.Matrix != "bt709" && c.Matrix == ""
	if c.HDR() || c.Primaries == "bt2020" {
		if silent {
			c.Matrix = "bt2020nc"
		}
		if c.Primaries == "" {
			c.Primaries = "bt2020"
		}
	} else if silent && max(s.Width, s.Height) < 1280 && min(s.Width, s.Height) <= 576 {
		c.Matrix = "smpte170m"
	}
	return c
}

// swscaleMatrix is the name that the filter scale has for a matrix that differs from that of BT.709; "" for all others.
func swscaleMatrix(name string) string {
	switch name {
	case "bt470bg", "smpte170m":
		return "bt601"
	case "smpte240m", "fcc":
		return name
	case "bt2020nc", "bt2020c":
		return "bt2020"
	}
	return ""
}

// Tone mapping. A white sheet of paper is at 203 cd/m² in both kinds of high dynamic range (Report ITU-R BT.2408-7, table 1) and
// masters go to 1,000. The peak is given, because what the stream says of it may stand in its key pictures only, and a picture
// must come out the same wherever decoding began. Mobius leaves skin and mid greys as they are and bends only what is brighter.
const (
	paper = 203
	peak  = 1000
)

// toScreen are the filters that bring pictures to the size of the first rung and to the colours that every screen has:
// BT.709, range of television, 8 bits.
func toScreen(c rostrum.Color, width, height int) []string {
	scale := fmt.Sprintf("scale=%d:%d:flags=lanczos", width, height)
	span, zspan := "tv", "limited"
	if c.Full {
		span, zspan = "pc", "full"
	}
	primaries := zscalePrimaries(c.Primaries)
	in := fmt.Sprintf("matrixin=%s:primariesin=%s:rangein=%s", zscaleMatrix(c.Matrix), primaries, zspan)
	const out = "matrix=709:primaries=709:transfer=709:range=limited:dither=ordered"
	deep := []string{scale + ":in_range=" + span + ":out_range=" + span, "format=yuv444p10"}
	if c.Matrix == "gbr" {
		deep[1] = "format=gbrp10"
	}
	var chain []string
	switch {
	case c.HDR():
		chain = append(deep, fmt.Sprintf("zscale=%s:transferin=%s:matrix=gbr:primaries=%s:transfer=linear:npl=%d", in, c.Transfer, primaries, paper), "format=gbrpf32",
			"zscale=primariesin="+primaries+":primaries=709", fmt.Sprintf("tonemap=tonemap=mobius:desat=0:peak=%.3f", float64(peak)/paper), "zscale="+out)
	case primaries != "709":
		chain = append(deep, "zscale="+in+":transferin=709:"+out)
	case c.Matrix == "gbr":
		chain = []string{scale + ":out_color_matrix=bt709:out_range=tv"}
	case swscaleMatrix(c.Matrix) != "":
		chain = []string{scale + "+accurate_rnd+full_chroma_int+full_chroma_inp:in_color_matrix=" + swscaleMatrix(c.Matrix) + ":out_color_matrix=bt709:in_range=" + span + ":out_range=tv"}
	case c.Full:
		chain = []string{scale + ":in_range=pc:out_range=tv"}
	default: // nothing to convert: told so, the scaler would still copy every picture
		chain = []string{scale}
	}
	return append(chain, "format=yuv420p", "setsar=1")
}

// zscaleMatrix and zscalePrimaries are the names that the filter zscale has.
func zscaleMatrix(name string) string {
	switch name {
	case "bt2020nc", "bt2020c", "smpte170m", "bt470bg", "fcc", "gbr", "ictcp":
		return name
	}
	return "709"
}

// Primaries of 525 and 625 lines differ so little from those of BT.709 that they are left: the eye does not see it.
func zscalePrimaries(name string) string {
	switch name {
	case "bt2020", "smpte431", "smpte432":
		return name
	}
	return "709"
}
