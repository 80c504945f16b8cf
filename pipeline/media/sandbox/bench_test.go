package sandbox_test

import (
	"slices"
	"testing"
	"time"

	"rostrum/pipeline/media/sandbox"
)

// BenchmarkSandbox measures what holding a program costs: the median of a whole run, from the
// parent's call to its end, in milliseconds. The difference from off is the cost.
func BenchmarkSandbox(b *testing.B) {
	for _, program := range []struct {
		name string
		args []string
	}{{"true", nil}, {"ffprobe", []string{"-version"}}} {
		for _, mode := range append(held(), sandbox.Off) {
			b.Run(program.name+"/"+string(mode), func(b *testing.B) {
				box, path := find(b, mode), look(b, program.name)
				var took []time.Duration
				for b.Loop() {
					begin := time.Now()
					if _, err := run(b, box, sandbox.Spec{Program: path, Args: program.args}); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(begin))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
			})
		}
	}
}
