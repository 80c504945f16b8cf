// Package poster draws the picture that stands for a sound which has none: the waveform of the speech on the colours of the
// pages, with the mark of the product. There is no text on it, so that it serves readers of every language. It is pure: the same
// numbers in give the same picture.
package poster

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
)

// The largest and the smallest side of a poster, in pixels.
const (
	smallest = 64
	largest  = 4096
)

// quality keeps the fine bars free of fringes; the calm ground makes the file small all the same.
const quality = 90

// Draw draws the poster of a speech as a JPEG of width by height pixels, each between 64 and 4,096. peaks is the speech's outline in
// pairs of the lowest and the highest value of equal spans of time, from -127 to 127; with none, the poster shows silence.
// It is the composition of a picture that is wider than high, and also fits others.
func Draw(peaks []int8, width, height int) ([]byte, error) {
	if min(width, height) < smallest || max(width, height) > largest {
		return nil, fmt.Errorf("a poster of %d×%d pixels is not between %d and %d", width, height, smallest, largest)
	}
	c := canvas{image.NewRGBA(image.Rect(0, 0, width, height))}
	w, h := float64(width), float64(height)
	c.ground()
	c.waveform(peaks)
	side := math.Round(min(w, h) * 0.1)
	margin := math.Round(min(w, h) * 0.075)
	c.mark(margin, margin, side)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, c.RGBA, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write poster: %w", err)
	}
	return out.Bytes(), nil
}

// The colours of the pages.
var (
	night = colour{0x0c, 0x2b, 0x41} // the mark's blue, darker
	ink   = colour{0x12, 0x3f, 0x5c} // the mark
	dawn  = colour{0x1d, 0x6c, 0x9f} // the accent, lit
	sky   = colour{0x8c, 0xc4, 0xec} // the accent of the dark scheme
	white = colour{0xff, 0xff, 0xff}
)

// ground fills the picture: darker towards the corners, lit from behind the waveform.
func (c canvas) ground() {
	w, h := c.size()
	c.fill(func(x, y float64) colour {
		at := ink.mix(night, (x/w+y/h)/2)
		dx, dy := (x-w/2)/(0.62*w), (y-h/2)/(0.58*h)
		light := max(0, 1-math.Hypot(dx, dy))
		return at.mix(dawn, 0.75*light*light*(3-2*light))
	})
}

// waveform draws the speech as upright bars, the same above and below the middle. Their width and distance are whole pixels, so
// that all look alike in a small picture too.
func (c canvas) waveform(peaks []int8) {
	w, h := c.size()
	pitch := max(3, math.Round(w/76))
	wide := max(2, math.Round(pitch*0.57))
	n := int(0.84 * w / pitch)
	left := math.Round((w - float64(n-1)*pitch - wide) / 2)
	middle := math.Round(h/2) + math.Mod(wide, 2)/2
	tallest := 0.58 * h / 2
	for i, level := range levels(peaks, n) {
		x := left + float64(i)*pitch
		half := max(wide/2, level*tallest)
		edge := min(float64(i), float64(n-1-i)) / float64(n) // fades towards both ends
		see := 0.35 + 0.65*min(1, edge/0.16)
		c.shade(box{x, middle - half, wide, 2 * half}, wide/2, func(y float64) (colour, float64) {
			return white.mix(sky, math.Abs(y-middle)/tallest*1.1), see
		})
	}
}

// mark draws the product's mark in a square: a lectern.
func (c canvas) mark(x, y, side float64) {
	unit := side / 32 // the mark is drawn on a grid of 32
	c.shade(box{x, y, side, side}, 7*unit, func(float64) (colour, float64) { return white, 0.12 })
	at := func(points ...point) polygon {
		for i, p := range points {
			points[i] = point{x + p.x*unit, y + p.y*unit}
		}
		return points
	}
	c.cover(at(point{8, 11}, point{24, 11}, point{21, 17}, point{11, 17}), white)
	c.cover(at(point{14, 19}, point{18, 19}, point{18, 25}, point{14, 25}), white)
}
