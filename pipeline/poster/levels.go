package poster

import (
	"math"
	"slices"
)

// faint is the level below which a speech is not drawn any larger: it is noise then, not speech.
const faint = 8.0

// levels gives the heights of n bars, from 0 to 1, each over its part of the speech. A loud and a soft speech look alike, and one
// knock on the microphone does not press all else down.
func levels(peaks []int8, n int) []float64 {
	heights := make([]float64, n)
	pairs := len(peaks) / 2
	if pairs == 0 {
		return heights
	}
	for i := range heights {
		from := i * pairs / n
		to := max((i+1)*pairs/n, from+1)
		sum, most := 0.0, 0.0
		for k := from; k < to; k++ {
			v := max(math.Abs(float64(peaks[2*k])), math.Abs(float64(peaks[2*k+1])))
			sum, most = sum+v*v, max(most, v)
		}
		// Over minutes, the loudest moment of every bar is much the same; the mean power alone would be a flat line too.
		heights[i] = 0.7*math.Sqrt(sum/float64(to-from)) + 0.3*most
	}
	sorted := slices.Sorted(slices.Values(heights))
	full := max(sorted[(n-1)*95/100], faint)
	low := min(sorted[n/10], full/2) // what is there in the pauses as well
	for i, v := range heights {
		heights[i] = math.Pow(min(1, max(0, v-0.6*low)/(full-0.6*low)), 1.25)
	}
	return heights
}
