package demo

import (
	"math"

	"rostrum"
)

const (
	width  = 1280
	height = 720

	// The tables stand before the people, and are large and still: they belong to the background,
	// and the people are cut off where they begin, which costs nothing at every frame.
	deskTop  = 652
	tableTop = 560
)

// set is the studio behind a speaker.
type set struct {
	wall, glow, accent colour
	left               float64 // where the speaker sits, 0 left to 1 right
	motif              motif
}

// motif draws what the screen beside the speaker shows, after the subject, about 0,0.
type motif func(d *drawing, s rostrum.Span, c colour)

// background draws what stands still behind the speaker: it is rendered once.
func (t set) background() *drawing {
	d, s := &drawing{}, rostrum.Span{In: 0, Out: 1}
	d.fill(s, rectangle(0, 0, width, height), look{fill: t.wall})
	x := t.left * width
	d.fill(s, ellipse(point{x, 250}, 430, 330), look{fill: t.glow, see: 0.35, blur: 95})
	d.fill(s, ellipse(point{x - 60, 180}, 170, 150), look{fill: t.glow.mix(0xFFFFFF, 0.35), see: 0.6, blur: 80})
	for i := range 17 {
		sx := float64(i)*80 - 10
		d.fill(s, rectangle(sx, -10, 34, 700), look{fill: t.wall.mix(0xFFFFFF, 0.5), see: 0.93, blur: 3})
		d.fill(s, rectangle(sx+34, -10, 5, 700), look{fill: 0x000000, see: 0.8, blur: 2})
	}
	d.screen(s, t)
	for _, b := range []struct{ x, y, r, see float64 }{{0.04, 0.12, 26, 0.85}, {0.97, 0.1, 34, 0.86}, {0.02, 0.6, 40, 0.9}, {0.985, 0.62, 22, 0.84}, {0.5, 0.05, 16, 0.86}} {
		d.fill(s, ellipse(point{b.x * width, b.y * height}, b.r, b.r), look{fill: t.accent.mix(0xFFFFFF, 0.3), see: b.see, blur: 3})
	}
	d.fill(s, rectangle(-80, 560, width+160, 260), look{fill: 0x000000, see: 0.45, blur: 60})
	d.fill(s, rectangle(-120, -120, width+240, 130), look{fill: 0x000000, see: 0.5, blur: 60})
	d.fill(s, rectangle(-10, deskTop, width+20, 90), look{fill: t.wall.mix(0, 0.62)})
	d.fill(s, rectangle(-10, deskTop, width+20, 3), look{fill: t.accent, see: 0.45})
	return d
}

// screen draws the panel on the free side, a little out of focus.
func (d *drawing) screen(s rostrum.Span, t set) {
	x := 690.0
	if t.left > 0.5 {
		x = 90
	}
	d.fill(s, rounded(x-8, 92, 516, 336, 18), look{fill: 0x000000, see: 0.5, blur: 16})
	d.fill(s, rounded(x, 100, 500, 320, 12), look{fill: t.wall.mix(0, 0.45), blur: 1.5})
	d.fill(s, rounded(x+8, 108, 484, 304, 8), look{fill: t.wall.mix(t.glow, 0.25), blur: 1.5})
	d.fill(s, ellipse(point{x + 250, 260}, 190, 110), look{fill: t.glow, see: 0.65, blur: 50})
	d.origin = point{x + 250, 260}
	t.motif(d, s, t.accent)
	d.origin = point{}
}

func rounded(x, y, w, h, r float64) path {
	k := r * 0.4477
	return path{
		{"m", []point{{x + r, y}}},
		{"l", []point{{x + w - r, y}}}, {"b", []point{{x + w - k, y}, {x + w, y + k}, {x + w, y + r}}},
		{"l", []point{{x + w, y + h - r}}}, {"b", []point{{x + w, y + h - k}, {x + w - k, y + h}, {x + w - r, y + h}}},
		{"l", []point{{x + r, y + h}}}, {"b", []point{{x + k, y + h}, {x, y + h - k}, {x, y + h - r}}},
		{"l", []point{{x, y + r}}}, {"b", []point{{x, y + k}, {x + k, y}, {x + r, y}}},
	}
}

func line(a, b point, w float64) path {
	dx, dy := b.x-a.x, b.y-a.y
	l := math.Hypot(dx, dy)
	nx, ny := -dy/l*w/2, dx/l*w/2
	return polygon(point{a.x + nx, a.y + ny}, point{b.x + nx, b.y + ny}, point{b.x - nx, b.y - ny}, point{a.x - nx, a.y - ny})
}

func masts(d *drawing, s rostrum.Span, c colour) {
	for i, h := range []float64{60, 110, 80, 150, 120, 190, 140} {
		x := float64(i)*62 - 190
		d.fill(s, rounded(x-17, 110-h, 34, h, 6), look{fill: c, see: 0.25 + 0.09*float64(6-i), blur: 2})
	}
	d.fill(s, stroke(5, false, point{-205, 20}, point{-120, -30}, point{-40, -18}, point{50, -78}, point{120, -70}, point{205, -120}), look{fill: 0xFFFFFF, see: 0.3, blur: 2})
}

func arcs(d *drawing, s rostrum.Span, c colour) {
	for i := range 5 {
		r := 40 + 38*float64(i)
		arc := make([]point, 0, 17)
		for a := range 17 {
			turn := math.Pi * (1.15 + 0.7*float64(a)/16)
			arc = append(arc, point{r * math.Cos(turn), 95 + r*math.Sin(turn)})
		}
		d.fill(s, stroke(13, false, arc...), look{fill: c, see: 0.15 + 0.14*float64(i), blur: 2})
	}
	d.fill(s, ellipse(point{0, 95}, 15, 15), look{fill: 0xFFFFFF, see: 0.2, blur: 2})
}

func graph(d *drawing, s rostrum.Span, c colour) {
	column := func(x float64, n int) []point {
		out := make([]point, n)
		for i := range out {
			out[i] = point{x, (float64(i) - float64(n-1)/2) * 62}
		}
		return out
	}
	layers := [][]point{column(-165, 3), column(-55, 4), column(55, 4), column(165, 2)}
	for i := range layers[:3] {
		for _, a := range layers[i] {
			for _, b := range layers[i+1] {
				d.fill(s, line(a, b, 2), look{fill: c, see: 0.62, blur: 1.5})
			}
		}
	}
	for i, l := range layers {
		for k, p := range l {
			node := c
			if (i+k)%3 == 0 {
				node = 0xFFFFFF
			}
			d.fill(s, ellipse(p, 14, 14), look{fill: node, see: 0.18, blur: 2})
		}
	}
}

func hexagons(d *drawing, s rostrum.Span, c colour) {
	for _, h := range []struct{ x, y, see float64 }{{0, 0, 0.15}, {-96, 0, 0.45}, {96, 0, 0.35}, {-48, -83, 0.55}, {48, -83, 0.3}, {-48, 83, 0.35}, {48, 83, 0.6}, {144, -83, 0.7}, {-144, 83, 0.72}} {
		corners := make([]point, 6)
		for i := range corners {
			turn := math.Pi / 3 * (float64(i) + 0.5)
			corners[i] = point{h.x + 49*math.Cos(turn), h.y + 49*math.Sin(turn)}
		}
		d.fill(s, polygon(corners...), look{fill: c, see: h.see, blur: 1.5})
	}
}

// microphone draws what stands in front of a speaker.
func (d *drawing) microphone(s rostrum.Span, t set) {
	x := t.left * width
	side := 1.0
	if t.left > 0.5 {
		side = -1
	}
	metal := look{fill: 0x15171B}
	d.fill(s, ellipse(point{x + side*205, 668}, 46, 11), look{fill: 0x0B0C0E})
	d.fill(s, stroke(7, false, point{x + side*205, 664}, point{x + side*204, 600}, point{x + side*184, 545}, point{x + side*146, 515}), metal)
	d.fill(s, stroke(22, false, point{x + side*158, 524}, point{x + side*142, 512}, point{x + side*122, 500}), metal)
	d.fill(s, ellipse(point{x + side*163, 527}, 6, 6), look{fill: 0xE5342C, blur: 1})
	d.fill(s, ellipse(point{x + side*163, 527}, 13, 13), look{fill: 0xFF4A3C, see: 0.6, blur: 6})
}

// nameplate draws the lower third: who speaks, for whom, in which function.
func (d *drawing) nameplate(s rostrum.Span, sp speech) {
	fade := `\fad(400,500)`
	d.fill(s, rounded(72, 536, 640, 112, 8), look{fill: 0x0B1016, see: 0.16, extra: fade})
	d.fill(s, rectangle(72, 536, 8, 112), look{fill: sp.set.accent, extra: fade})
	d.write(s, point{100, 549}, 38, sp.name, look{fill: 0xFFFFFF, extra: `\b1` + fade})
	d.write(s, point{100, 602}, 24, sp.function+", "+sp.organisation, look{fill: 0xD5DEE6, extra: fade})
}

// mark draws what stays in the picture: what this is, so that no picture of the demo is taken for
// a real meeting.
func (d *drawing) mark(s rostrum.Span) {
	d.fill(s, rounded(40, 30, 196, 34, 17), look{fill: 0x0B1016, see: 0.5})
	d.write(s, point{138, 37}, 19, "CxO 2026 · DEMO", look{fill: 0xFFFFFF, see: 0.1, extra: `\an8`})
}

// room draws the wide picture between two speeches, without the people.
func room() *drawing {
	d, s := &drawing{}, rostrum.Span{In: 0, Out: 1}
	d.fill(s, rectangle(0, 0, width, height), look{fill: 0x1A2530})
	d.fill(s, ellipse(point{640, 240}, 560, 300), look{fill: 0x3E6A86, see: 0.45, blur: 95})
	for i := range 27 {
		d.fill(s, rectangle(float64(i)*50-10, -10, 3, 520), look{fill: 0x000000, see: 0.75, blur: 1})
	}
	d.fill(s, rounded(312, 42, 656, 218, 14), look{fill: 0x000000, see: 0.5, blur: 14})
	d.fill(s, rounded(320, 50, 640, 202, 10), look{fill: 0x0D3B5C})
	d.fill(s, ellipse(point{640, 244}, 300, 90), look{fill: 0x2F8FC4, see: 0.6, blur: 45, extra: `\clip(320,50,960,252)`})
	d.fill(s, rectangle(364, 96, 6, 116), look{fill: 0x5FD0B4})
	d.write(s, point{394, 88}, 50, "CxO meeting", look{fill: 0xFFFFFF, extra: `\b1`})
	d.write(s, point{394, 152}, 27, "Geneva, 12 March 2026", look{fill: 0xC6DCEA})
	d.write(s, point{394, 193}, 19, "A demonstration: all speakers are invented", look{fill: 0x8FB4CB})
	for _, x := range []float64{120, 1160} {
		d.fill(s, ellipse(point{x, 90}, 70, 70), look{fill: 0xFFE9BF, see: 0.7, blur: 55})
	}
	d.fill(s, polygon(point{-20, tableTop}, point{width + 20, tableTop}, point{width + 60, 740}, point{-60, 740}), look{fill: 0x4A3323})
	d.fill(s, polygon(point{-20, tableTop}, point{width + 20, tableTop}, point{width + 24, 584}, point{-24, 584}), look{fill: 0x7C5A3E})
	d.fill(s, rectangle(-20, 584, width+40, 26), look{fill: 0x000000, see: 0.55, blur: 10})
	d.fill(s, rectangle(-60, 690, width+120, 80), look{fill: 0x000000, see: 0.5, blur: 30})
	for x := 0.0; x < width; x += width / 4 {
		d.fill(s, rectangle(x, 600, 2, 140), look{fill: 0x000000, see: 0.6})
	}
	return d
}

// plates draws the name plates and microphones on the table of the wide picture.
func (d *drawing) plates(s rostrum.Span, script []speech) {
	for i, sp := range script {
		x := seat(i, len(script))
		d.fill(s, polygon(point{x - 96, 532}, point{x + 96, 532}, point{x + 104, 590}, point{x - 104, 590}), look{fill: 0xF4F1EA})
		d.fill(s, rectangle(x-104, 586, 208, 6), look{fill: sp.set.accent})
		d.write(s, point{x, 538}, 20, sp.name, look{fill: 0x1B2430, extra: `\b1\an8`})
		d.write(s, point{x, 564}, 15, sp.organisation, look{fill: 0x56616D, extra: `\an8`})
		d.fill(s, stroke(4.5, false, point{x + 128, 572}, point{x + 127, 526}, point{x + 116, 494}, point{x + 98, 480}), look{fill: 0x15171B})
		d.fill(s, stroke(11, false, point{x + 106, 486}, point{x + 98, 480}, point{x + 86, 473}), look{fill: 0x15171B})
	}
}

func seat(i, of int) float64 { return width * (float64(i) + 0.5) / float64(of) }
