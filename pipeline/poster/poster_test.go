package poster

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"slices"
	"testing"
)

// speech makes n pairs of a sound whose level at each is given.
func speech(n int, level func(i int) float64) []int8 {
	var peaks []int8
	for i := range n {
		v := int8(math.Round(127 * level(i)))
		peaks = append(peaks, -v, v)
	}
	return peaks
}

// halves is loud, then a pause, then half as loud.
func halves(n int) func(int) float64 {
	return func(i int) float64 {
		switch {
		case i < n/3:
			return 0.8
		case i < 2*n/3:
			return 0
		}
		return 0.4
	}
}

func draw(t *testing.T, peaks []int8, width, height int) image.Image {
	t.Helper()
	data, err := Draw(peaks, width, height)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if b := picture.Bounds(); b.Dx() != width || b.Dy() != height {
		t.Errorf("%v, want %d×%d", b, width, height)
	}
	return picture
}

// bright is how much of a box of the picture, in parts of its sides, is lighter than the ground ever is.
func bright(picture image.Image, left, top, right, bottom float64) float64 {
	b, n, all := picture.Bounds(), 0, 0
	for y := int(top * float64(b.Dy())); y < int(bottom*float64(b.Dy())); y++ {
		for x := int(left * float64(b.Dx())); x < int(right*float64(b.Dx())); x++ {
			all++
			if color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y > 130 {
				n++
			}
		}
	}
	return float64(n) / float64(all)
}

func TestDrawShowsTheSpeech(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1280, 720}, {480, 270}, {405, 720}, {64, 64}} {
		p := draw(t, speech(3000, halves(3000)), size[0], size[1])
		loud, pause, soft := bright(p, 0.22, 0.25, 0.35, 0.45), bright(p, 0.4, 0.25, 0.6, 0.45), bright(p, 0.68, 0.25, 0.78, 0.45)
		if loud < 0.25 || pause > 0 || soft > 0.7*loud {
			t.Errorf("%v: loud %.2f, pause %.2f, soft %.2f of the upper half are bars", size, loud, pause, soft)
		}
		if up, down := loud, bright(p, 0.22, 0.55, 0.35, 0.75); math.Abs(up-down) > 0.05 {
			t.Errorf("%v: %.2f above, %.2f below the middle", size, up, down)
		}
		if middle := bright(p, 0.4, 0.47, 0.6, 0.53); size[0] > 64 && middle == 0 {
			t.Errorf("%v: the pause is not drawn at all", size)
		}
	}
}

// The mark is there, and nothing else where no bars are.
func TestDrawWithoutSound(t *testing.T) {
	t.Parallel()
	p := draw(t, nil, 1280, 720)
	if mark := bright(p, 0.04, 0.07, 0.1, 0.18); mark < 0.05 {
		t.Errorf("the mark covers %.2f of its corner", mark)
	}
	if top, bottom := bright(p, 0.1, 0, 1, 0.48), bright(p, 0, 0.52, 1, 1); top != 0 || bottom != 0 {
		t.Errorf("%.3f above, %.3f below the middle are drawn upon", top, bottom)
	}
}

func TestDrawIsTheSameAgain(t *testing.T) {
	t.Parallel()
	peaks := speech(500, func(i int) float64 { return math.Abs(math.Sin(float64(i) / 9)) })
	first, err := Draw(peaks, 480, 270)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Draw(peaks, 480, 270); err != nil || !bytes.Equal(again, first) {
		t.Errorf("differs from the first, %v", err)
	}
	if len(first) > 40<<10 {
		t.Errorf("%d bytes", len(first))
	}
	if other, err := Draw(peaks[:600], 480, 270); err != nil || bytes.Equal(other, first) {
		t.Errorf("another speech looks the same, %v", err)
	}
}

func TestDrawRefusesSizes(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{0, 0}, {-1, 270}, {480, 63}, {5000, 270}} {
		if data, err := Draw(nil, size[0], size[1]); err == nil || data != nil {
			t.Errorf("%v: %d bytes, %v", size, len(data), err)
		}
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	knock := speech(1000, func(i int) float64 {
		if i == 500 {
			return 1
		}
		return 0.2 + 0.1*float64(i%2)
	})
	for name, c := range map[string]struct {
		peaks     []int8
		low, high float64 // of the bar in the middle of the first half
	}{
		"nothing":            {nil, 0, 0},
		"half a pair":        {[]int8{-128}, 0, 0},
		"one pair":           {[]int8{-128, 127}, 1, 1},
		"silence":            {make([]int8, 400), 0, 0},
		"faint noise":        {speech(1000, func(int) float64 { return 0.016 }), 0, 0.3},
		"loud":               {speech(1000, func(i int) float64 { return 0.9 }), 0.9, 1},
		"soft":               {speech(1000, func(i int) float64 { return 0.15 }), 0.9, 1},
		"a knock":            {knock, 0.8, 1},
		"fewer pairs than n": {speech(20, func(i int) float64 { return 0.5 }), 0.9, 1},
	} {
		got := levels(c.peaks, 76)
		if len(got) != 76 || got[19] < c.low || got[19] > c.high || slices.Min(got) < 0 || slices.Max(got) > 1 {
			t.Errorf("%s: %.2f", name, got)
		}
	}
}
