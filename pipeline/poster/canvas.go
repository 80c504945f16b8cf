package poster

import (
	"image"
	"math"
)

// colour is red, green and blue from 0 to 255, in sRGB.
type colour [3]float64

// mix goes from the colour, at 0, to the other, at 1.
func (c colour) mix(to colour, t float64) colour {
	t = min(1, max(0, t))
	for i := range c {
		c[i] += (to[i] - c[i]) * t
	}
	return c
}

type point struct{ x, y float64 }

type box struct{ x, y, w, h float64 }

// canvas is the picture as it is drawn. Positions are in pixels from its upper left corner, and pixels are asked for their middle.
type canvas struct{ *image.RGBA }

func (c canvas) size() (w, h float64) { return float64(c.Rect.Dx()), float64(c.Rect.Dy()) }

// fill gives every pixel its colour. What is between two steps of 8 bits is spread by an ordered pattern, or the calm ground would
// show bands.
func (c canvas) fill(at func(x, y float64) colour) {
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			p := c.Pix[c.PixOffset(x, y):]
			for i, v := range at(float64(x)+0.5, float64(y)+0.5) {
				p[i] = uint8(min(255, max(0, math.Floor(v+threshold(x, y)))))
			}
			p[3] = 255
		}
	}
}

// threshold is the ordered pattern: interleaved gradient noise, from 0 to 1 (J. Jimenez, SIGGRAPH 2014).
func threshold(x, y int) float64 {
	_, f := math.Modf(0.06711056*float64(x) + 0.00583715*float64(y))
	_, f = math.Modf(52.9829189 * f)
	return f
}

// shade draws a box with round corners in colours, and with how much of them, that go from its top to its bottom.
func (c canvas) shade(b box, radius float64, at func(y float64) (colour, float64)) {
	cx, cy := b.x+b.w/2, b.y+b.h/2
	c.blend(b, func(x, y float64) (colour, float64) {
		dx, dy := math.Abs(x-cx)-b.w/2+radius, math.Abs(y-cy)-b.h/2+radius
		outside := math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius
		shade, see := at(y)
		return shade, see * covered(outside)
	})
}

// polygon is convex, its corners clockwise.
type polygon []point

// cover draws a polygon in one colour.
func (c canvas) cover(p polygon, shade colour) {
	low, high := p[0], p[0]
	for _, q := range p {
		low, high = point{min(low.x, q.x), min(low.y, q.y)}, point{max(high.x, q.x), max(high.y, q.y)}
	}
	c.blend(box{low.x, low.y, high.x - low.x, high.y - low.y}, func(x, y float64) (colour, float64) {
		outside := math.Inf(-1)
		for i, a := range p {
			b := p[(i+1)%len(p)]
			d := ((y-a.y)*(b.x-a.x) - (x-a.x)*(b.y-a.y)) / math.Hypot(b.x-a.x, b.y-a.y)
			outside = max(outside, -d)
		}
		return shade, covered(outside)
	})
}

// covered is how much of a pixel a shape covers whose border is that many pixels away from its middle.
func covered(outside float64) float64 { return min(1, max(0, 0.5-outside)) }

// blend lays a shape over the pixels of a box.
func (c canvas) blend(b box, at func(x, y float64) (colour, float64)) {
	r := image.Rect(int(b.x)-1, int(b.y)-1, int(b.x+b.w)+2, int(b.y+b.h)+2).Intersect(c.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			shade, see := at(float64(x)+0.5, float64(y)+0.5)
			p := c.Pix[c.PixOffset(x, y):]
			for i := range shade {
				p[i] = uint8(math.Round(float64(p[i]) + (shade[i]-float64(p[i]))*see))
			}
		}
	}
}
