package captions

import (
	"context"
	"testing"
	"time"

	"rostrum"
)

func TestWithinTurnsPanicAndHangIntoSentences(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	for name, f := range map[string]func(context.Context) (int, error){
		"panic":     func(context.Context) (int, error) { panic("index out of range") },
		"hang":      func(context.Context) (int, error) { <-hang; return 0, nil },
		"slow loop": func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := within(time.Millisecond, f)
			if rostrum.ErrorCode(err) != rostrum.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
	if v, err := within(time.Minute, func(context.Context) (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
}
