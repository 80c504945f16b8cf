package demo

import (
	"math"

	"rostrum"
)

// figure is how a speaker looks: a stylised person, so that nobody is mistaken for anybody.
type figure struct {
	skin, hair, jacket, shirt, lips colour
	cut                             haircut
	beard                           bool
	glasses                         bool
	earrings                        colour // 0: none
	tie                             colour // 0: an open collar
}

type haircut int

const (
	short haircut = iota
	long
	swept
	gathered
)

// pose is one moment of a figure. Turns go from -1 to 1, openings from 0 to 1.
type pose struct {
	yaw, pitch float64 // the face turned to the right of the picture, and down
	tilt       float64 // the head leant, radians
	sway       float64 // the body moved sideways, figure units
	breath     float64 // the shoulders raised, figure units
	open, wide float64 // the mouth
	shut       float64 // the eyelids
	look       float64 // the eyes turned
	brows      float64 // raised
}

// draw puts the figure, from behind to in front, into the drawing for one span. The origin of its
// units is the middle of the face, which is about 210 wide and 280 high.
func (f figure) draw(d *drawing, s rostrum.Span, at placing, p pose) {
	body := at
	body.at = at.point(point{p.sway, -p.breath})
	neck := point{0, 150}
	head := placing{scale: at.scale, angle: at.angle + p.tilt}
	// The head turns about the neck: place its origin so that the neck stays where the body has it.
	fixed, loose := body.point(neck), head.point(neck)
	head.at = point{fixed.x - loose.x, fixed.y - loose.y}

	on := func(t placing, depth float64) func(path, look) {
		at := t.point(point{p.yaw * 15 * depth, p.pitch * 10 * depth})
		return func(q path, l look) {
			d.origin, l.blur = at, l.blur*t.scale
			turned := placing{scale: t.scale, angle: t.angle}
			if l.blur > 0 {
				// Softening is what costs time, and libass keeps what it has softened: so soft shapes
				// turn in steps of half a degree and move in steps of half a pixel, which nobody sees.
				turned.angle = math.Round(t.angle*128) / 128
				d.origin = point{math.Round(at.x*2) / 2, math.Round(at.y*2) / 2}
			}
			d.fill(s, turned.path(q), l)
			d.origin = point{}
		}
	}
	f.hairBehind(on(head, -0.25))
	f.body(on(body, 0))
	f.face(on(head, 0.25))
	f.features(on(head, 1), on(head, 1.25), p)
	f.hairInFront(on(head, 0.5))
}

func (f figure) body(put func(path, look)) {
	dark := f.jacket.mix(0x000000, 0.35)
	put(smooth(mirrored(point{0, 190}, point{60, 182}, point{128, 214}, point{216, 246}, point{270, 306}, point{292, 420}, point{300, 620}, point{0, 660})...), look{fill: f.jacket})
	// Light comes from the upper left: the right shoulder lies in shade, the left edge catches light.
	put(smooth(point{130, 226}, point{216, 250}, point{268, 308}, point{290, 420}, point{298, 640}, point{205, 640}, point{226, 420}, point{205, 310}), look{fill: dark, see: 0.45, blur: 9})
	put(smooth(point{-128, 220}, point{-214, 252}, point{-262, 310}, point{-280, 400}, point{-240, 340}, point{-200, 280}), look{fill: f.jacket.mix(0xFFFFFF, 0.5), see: 0.72, blur: 8})
	put(polygon(point{-66, 186}, point{66, 186}, point{44, 330}, point{0, 470}, point{-44, 330}), look{fill: f.shirt})
	f.neck(put)
	if f.tie != 0 {
		put(polygon(point{-20, 232}, point{20, 232}, point{12, 262}, point{-12, 262}), look{fill: f.tie.mix(0, 0.15)})
		put(polygon(point{-12, 262}, point{12, 262}, point{26, 420}, point{0, 470}, point{-26, 420}), look{fill: f.tie})
	}
	for _, side := range []float64{-1, 1} {
		x := func(v float64) float64 { return v * side }
		// Collar, then lapel.
		put(polygon(point{x(56), 176}, point{x(70), 200}, point{x(40), 262}, point{x(6), 230}), look{fill: f.shirt.mix(0xFFFFFF, 0.35)})
		put(polygon(point{x(64), 180}, point{x(104), 206}, point{x(112), 270}, point{x(88), 276}, point{x(104), 300}, point{x(2), 480}, point{x(-2), 460}), look{fill: f.jacket.mix(0, 0.18)})
		put(stroke(3, false, point{x(78), 214}, point{x(62), 300}, point{x(4), 462}), look{fill: dark, see: 0.5})
	}
}

func (f figure) neck(put func(path, look)) {
	put(smooth(mirrored(point{0, 70}, point{46, 84}, point{47, 150}, point{60, 190}, point{30, 226}, point{0, 238})...), look{fill: f.skin.mix(0x3A1A10, 0.16)})
	put(ellipse(point{6, 140}, 44, 30), look{fill: f.skin.mix(0x2A100A, 0.6), see: 0.55, blur: 9})
}

func (f figure) face(put func(path, look)) {
	shade := f.skin.mix(0x5A2413, 0.35)
	for _, side := range []float64{-1, 1} {
		put(ellipse(point{side * 103, 12}, 17, 29), look{fill: f.skin.mix(shade, 0.35)})
		put(ellipse(point{side * 104, 14}, 8, 17), look{fill: shade, see: 0.5, blur: 2})
		if f.earrings != 0 {
			put(ellipse(point{side * 108, 48}, 6, 9), look{fill: f.earrings})
		}
	}
	put(smooth(mirrored(point{0, -138}, point{58, -126}, point{96, -78}, point{104, -8}, point{97, 52}, point{76, 102}, point{40, 136}, point{0, 147})...), look{fill: f.skin})
	put(smooth(point{60, -118}, point{95, -76}, point{103, -8}, point{96, 52}, point{75, 101}, point{40, 134}, point{4, 144}, point{44, 108}, point{70, 52}, point{78, -10}, point{76, -70}), look{fill: shade, see: 0.58, blur: 7})
	put(ellipse(point{-40, -78}, 44, 30), look{fill: f.skin.mix(0xFFFFFF, 0.6), see: 0.8, blur: 14})
	if f.beard {
		put(smooth(mirrored(point{0, 62}, point{34, 52}, point{62, 62}, point{92, 12}, point{100, 22}, point{96, 62}, point{78, 110}, point{42, 144}, point{0, 155})...), look{fill: f.hair, see: 0.1, blur: 2.5})
	}
}

// features are what tells a face: they move more than its outline when the head turns.
func (f figure) features(put, nose func(path, look), p pose) {
	shade := f.skin.mix(0x4A1A0C, 0.45)
	for _, side := range []float64{-1, 1} {
		put(ellipse(point{side * 58, 44}, 26, 19), look{fill: f.skin.mix(0xD0453A, 0.45), see: 0.72, blur: 9})
		eye := point{side * 43, -14}
		put(ellipse(point{eye.x, eye.y - 4}, 30, 20), look{fill: shade, see: 0.8, blur: 6})
		open := 12.5 * (1 - p.shut)
		if open > 1.5 {
			put(ellipse(eye, 20, open), look{fill: 0xFBF8F3})
			iris := min(10.5, open)
			put(ellipse(point{eye.x + p.look*6, eye.y}, 10.5, iris), look{fill: f.hair.mix(0x3B2A20, 0.7)})
			put(ellipse(point{eye.x + p.look*6, eye.y}, 5.5, min(5.5, open)), look{fill: 0x120C0A})
			put(ellipse(point{eye.x + p.look*6 - 4, eye.y - min(4, open/2)}, 3, min(3, open/2)), look{fill: 0xFFFFFF})
		}
		lid := eye.y - open
		put(stroke(5, true, point{eye.x - 22, eye.y + 1}, point{eye.x - 12, lid + open*0.22}, point{eye.x, lid}, point{eye.x + 12, lid + open*0.22}, point{eye.x + 22, eye.y + 1}), look{fill: 0x2A1A14})
		brow := -46 - 8*p.brows
		put(stroke(8, true, point{eye.x - side*22, brow + 5}, point{eye.x, brow - 3}, point{eye.x + side*25, brow + 5}), look{fill: f.hair.mix(0x1A100C, 0.4)})
	}
	nose(smooth(point{3, -12}, point{12, 20}, point{20, 36}, point{8, 44}, point{-14, 41}, point{-3, 36}, point{2, 14}), look{fill: shade, see: 0.55, blur: 2})
	nose(ellipse(point{-4, 28}, 7, 8), look{fill: 0xFFFFFF, see: 0.78, blur: 4})
	f.mouth(put, p)
	if f.glasses {
		frame := look{fill: 0x1C1C22}
		for _, side := range []float64{-1, 1} {
			rim := make([]point, 0, 17)
			for _, c := range []point{{-31, -2}, {-28, -18}, {-12, -24}, {12, -24}, {28, -18}, {31, -2}, {26, 16}, {10, 23}, {-10, 23}, {-26, 16}} {
				rim = append(rim, point{side*43 + c.x, -12 + c.y})
			}
			ring := smooth(rim...)
			put(ring, look{fill: 0xCFE6F5, see: 0.86})
			put(outlined(rim, 4.5), frame)
			put(stroke(5, false, point{side * 73, -20}, point{side * 88, -22}, point{side * 101, -16}), frame)
		}
		put(stroke(5, false, point{-13, -18}, point{0, -23}, point{13, -18}), frame)
	}
}

func (f figure) mouth(put func(path, look), p pose) {
	w := 31 + 8*p.wide - 6*p.open
	h := 2 + 19*p.open
	y, lip := 80.0, 4.0
	corner := y - 5 + 3*p.open // a mouth at rest smiles a little
	put(smooth(point{-w - 4, corner - 1}, point{-w / 2, y - h*0.45 - lip}, point{0, y - h*0.4 - lip + 2}, point{w / 2, y - h*0.45 - lip}, point{w + 4, corner - 1},
		point{w * 0.55, y + h + lip - 1}, point{0, y + h + lip + 3}, point{-w * 0.55, y + h + lip - 1}), look{fill: f.lips})
	put(smooth(point{-w, corner}, point{-w / 2, y - h*0.4}, point{0, y - h*0.35 + 1}, point{w / 2, y - h*0.4}, point{w, corner},
		point{w * 0.55, y + h*0.85}, point{0, y + h + 1}, point{-w * 0.55, y + h*0.85}), look{fill: 0x3A1214})
	if p.open > 0.12 {
		put(smooth(point{-w * 0.78, corner + 2}, point{-w / 2, y - h*0.34}, point{0, y - h*0.3 + 1}, point{w / 2, y - h*0.34}, point{w * 0.78, corner + 2},
			point{w * 0.5, y + h*0.14}, point{0, y + h*0.18}, point{-w * 0.5, y + h*0.14}), look{fill: 0xF4EFE8})
		put(ellipse(point{0, y + h*0.74}, w*0.45, h*0.2), look{fill: 0xB4504C})
	}
	put(ellipse(point{0, y + 19}, 22, 5), look{fill: f.skin.mix(0x4A1A0C, 0.5), see: 0.75, blur: 4})
}

// outlined is a closed band of the given width along the smooth curve through the points. It runs
// once out and once back inside: the rule of winding leaves the inside empty.
func outlined(points []point, width float64) path {
	c := point{}
	for _, q := range points {
		c.x, c.y = c.x+q.x/float64(len(points)), c.y+q.y/float64(len(points))
	}
	inner := make([]point, 0, len(points))
	for i := len(points) - 1; i >= 0; i-- {
		q := points[i]
		k := 1 - width/30
		inner = append(inner, point{c.x + (q.x-c.x)*k, c.y + (q.y-c.y)*k})
	}
	return append(smooth(points...), smooth(inner...)...)
}

func (f figure) hairBehind(put func(path, look)) {
	switch f.cut {
	case long:
		put(smooth(mirrored(point{0, -170}, point{80, -156}, point{128, -90}, point{138, 20}, point{150, 130}, point{138, 230}, point{84, 262}, point{40, 200}, point{0, 160})...), look{fill: f.hair.mix(0, 0.22)})
	case gathered:
		put(ellipse(point{0, -184}, 60, 50), look{fill: f.hair})
		put(ellipse(point{-16, -200}, 26, 16), look{fill: f.hair.mix(0xFFFFFF, 0.4), see: 0.75, blur: 8})
		put(smooth(mirrored(point{0, -164}, point{72, -150}, point{114, -88}, point{116, -10}, point{96, 20}, point{0, 20})...), look{fill: f.hair.mix(0, 0.15)})
	default:
		put(smooth(mirrored(point{0, -158}, point{70, -146}, point{111, -88}, point{113, -14}, point{98, 30}, point{0, 40})...), look{fill: f.hair.mix(0, 0.2)})
	}
}

func (f figure) hairInFront(put func(path, look)) {
	shine := look{fill: f.hair.mix(0xFFFFFF, 0.55), see: 0.74, blur: 8}
	switch f.cut {
	case long:
		for _, side := range []float64{-1, 1} {
			x := func(v float64) float64 { return v * side }
			put(smooth(point{x(-4), -166}, point{x(70), -158}, point{x(120), -96}, point{x(130), 0}, point{x(132), 110}, point{x(112), 150}, point{x(106), 60}, point{x(100), -20}, point{x(72), -84}, point{x(20), -122}), look{fill: f.hair})
		}
		put(smooth(point{-96, -112}, point{-60, -140}, point{-30, -146}, point{-50, -124}, point{-92, -84}), shine)
	case gathered:
		put(smooth(mirrored(point{0, -166}, point{66, -154}, point{106, -98}, point{111, -26}, point{100, -6}, point{96, -52}, point{68, -98}, point{0, -114})...), look{fill: f.hair})
		put(smooth(point{-84, -118}, point{-50, -146}, point{-12, -150}, point{-40, -130}, point{-80, -92}), shine)
	case swept:
		put(smooth(point{-108, -10}, point{-116, -80}, point{-88, -142}, point{-20, -176}, point{60, -170}, point{108, -120}, point{113, -60}, point{107, -8}, point{98, -56}, point{84, -92}, point{30, -92}, point{-30, -112}, point{-78, -88}, point{-98, -50}), look{fill: f.hair})
		put(smooth(point{-80, -122}, point{-20, -160}, point{50, -154}, point{10, -138}, point{-50, -124}), shine)
	default:
		put(smooth(point{-107, -22}, point{-113, -84}, point{-84, -140}, point{-10, -164}, point{66, -156}, point{106, -106}, point{112, -62}, point{106, -22}, point{96, -70}, point{60, -104}, point{-10, -96}, point{-70, -112}, point{-94, -70}), look{fill: f.hair})
		put(smooth(point{-74, -126}, point{-20, -150}, point{40, -146}, point{0, -130}, point{-50, -118}), shine)
	}
}
