package demo

import (
	"fmt"
	"math"
	"strings"

	"rostrum"
)

// point is a place on the picture in pixels from its upper left corner, or in a figure's own
// units before placing.
type point struct{ x, y float64 }

// path is an outline of straight lines and cubic curves: "m" takes one point, "l" one, "b" three.
type path []segment

type segment struct {
	op string
	to []point
}

// colour is 0xRRGGBB.
type colour uint32

// placing turns a figure's units into pixels: scale, then turn clockwise by angle (radians) about
// the figure's origin, then move to the spot.
type placing struct {
	at    point
	scale float64
	angle float64
}

func (t placing) point(p point) point {
	sin, cos := math.Sincos(t.angle)
	return point{
		t.at.x + t.scale*(p.x*cos-p.y*sin),
		t.at.y + t.scale*(p.x*sin+p.y*cos),
	}
}

func (t placing) path(p path) path {
	placed := make(path, len(p))
	for i, s := range p {
		placed[i] = segment{s.op, make([]point, len(s.to))}
		for k, q := range s.to {
			placed[i].to[k] = t.point(q)
		}
	}
	return placed
}

// look is how a path is filled.
type look struct {
	fill  colour
	see   float64 // transparency: 0 solid, 1 not there
	blur  float64 // softness of the edge, pixels of standard deviation
	extra string  // further override tags, such as a fade
}

// drawing is a script in Advanced SubStation Alpha, the one vector language that ffmpeg draws
// by itself (libass): edges are smooth and places finer than a pixel, so slow movement does not
// step. What is filled later lies in front.
type drawing struct {
	text   strings.Builder
	layer  int
	origin point   // of the paths, in pixels
	floor  float64 // paths are cut off below this height, 0: nowhere
}

// DejaVu Sans comes with fontconfig on Debian and Ubuntu; sizes are set for it. Without it, fontconfig
// gives another, most of which are narrower.
const drawingHead = `[Script Info]
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 720
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: S,DejaVu Sans,28,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`

func (d *drawing) String() string { return drawingHead + d.text.String() }

func (d *drawing) event(s rostrum.Span, tags, text string) {
	fmt.Fprintf(&d.text, "Dialogue: %d,%s,%s,S,,0,0,0,,{%s}%s\n", d.layer, clock(s.In), clock(s.Out), tags, text)
	d.layer++
}

func (d *drawing) fill(s rostrum.Span, p path, l look) {
	tags := fmt.Sprintf(`\pos(%.2f,%.2f)\1c&H%s&\1a&H%02X&`, d.origin.x, d.origin.y, l.fill.bgr(), uint8(math.Round(l.see*255)))
	if l.blur > 0 {
		tags += fmt.Sprintf(`\blur%.1f`, l.blur)
	}
	if d.floor > 0 {
		tags += fmt.Sprintf(`\clip(0,0,%d,%.0f)`, width, d.floor)
	}
	d.event(s, tags+l.extra+`\p4`, p.String())
}

// write puts a line of text with the left end of its top at p, size in pixels.
func (d *drawing) write(s rostrum.Span, p point, size float64, text string, l look) {
	d.event(s, fmt.Sprintf(`\pos(%.1f,%.1f)\fs%.0f\1c&H%s&\1a&H%02X&`, p.x, p.y, size, l.fill.bgr(), uint8(math.Round(l.see*255)))+l.extra, text)
}

// clock writes the start of a frame as the script wants it. A frame at 25 a second is exactly
// four hundredths, the unit of the format; that is one reason why the demo runs at 25.
func clock(f rostrum.Frame) string {
	cs := int64(f) * 4
	return fmt.Sprintf("%d:%02d:%02d.%02d", cs/360000, cs/6000%60, cs/100%60, cs%100)
}

func (c colour) bgr() string {
	return fmt.Sprintf("%02X%02X%02X", uint8(c), uint8(c>>8), uint8(c>>16))
}

// mix is c moved the given part of the way towards o.
func (c colour) mix(o colour, part float64) colour {
	out := colour(0)
	for shift := 0; shift <= 16; shift += 8 {
		a, b := float64(uint8(c>>shift)), float64(uint8(o>>shift))
		out |= colour(uint8(math.Round(a+(b-a)*part))) << shift
	}
	return out
}

// String writes the path in eighths of a pixel, the unit of \p4.
func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(s.op)
		for _, q := range s.to {
			fmt.Fprintf(&b, " %d %d", int(math.Round(q.x*8)), int(math.Round(q.y*8)))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func ellipse(c point, rx, ry float64) path {
	const k = 0.5523 // the control distance at which four cubics make a circle to 0.03 %
	at := func(x, y float64) point { return point{c.x + x*rx, c.y + y*ry} }
	return path{
		{"m", []point{at(1, 0)}},
		{"b", []point{at(1, k), at(k, 1), at(0, 1)}},
		{"b", []point{at(-k, 1), at(-1, k), at(-1, 0)}},
		{"b", []point{at(-1, -k), at(-k, -1), at(0, -1)}},
		{"b", []point{at(k, -1), at(1, -k), at(1, 0)}},
	}
}

func rectangle(x, y, w, h float64) path {
	return polygon(point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
}

func polygon(points ...point) path {
	p := path{{"m", points[:1]}}
	for _, q := range points[1:] {
		p = append(p, segment{"l", []point{q}})
	}
	return p
}

// smooth is a closed curve through the points (Catmull-Rom).
func smooth(points ...point) path {
	n := len(points)
	p := path{{"m", points[:1]}}
	for i := range n {
		before, a, b, after := points[(i+n-1)%n], points[i], points[(i+1)%n], points[(i+2)%n]
		p = append(p, segment{"b", []point{
			{a.x + (b.x-before.x)/6, a.y + (b.y-before.y)/6},
			{b.x - (after.x-a.x)/6, b.y - (after.y-a.y)/6},
			b,
		}})
	}
	return p
}

// mirrored closes the right half of a symmetrical outline, given from top to bottom with the
// first and the last point on the axis.
func mirrored(right ...point) []point {
	all := append([]point{}, right...)
	for i := len(right) - 2; i > 0; i-- {
		all = append(all, point{-right[i].x, right[i].y})
	}
	return all
}

// stroke is a line of the given width through the points: a closed band, thinner at its ends
// when tapered.
func stroke(width float64, tapered bool, points ...point) path {
	n := len(points)
	band := make([]point, 0, 2*n)
	side := func(i int, sign float64) point {
		a, b := points[max(i-1, 0)], points[min(i+1, n-1)]
		dx, dy := b.x-a.x, b.y-a.y
		l := math.Hypot(dx, dy)
		w := width / 2 * sign
		if tapered && (i == 0 || i == n-1) {
			w *= 0.35
		}
		return point{points[i].x - dy/l*w, points[i].y + dx/l*w}
	}
	for i := range n {
		band = append(band, side(i, -1))
	}
	for i := n - 1; i >= 0; i-- {
		band = append(band, side(i, 1))
	}
	return smooth(band...)
}
