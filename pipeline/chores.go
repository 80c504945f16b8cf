package pipeline

import (
	"context"
	"time"
)

// chore is something that comes due by the clock. Every process that works does all of them: each may be done twice.
type chore struct {
	name  string
	every time.Duration
	do    func(context.Context) error
}

// counted is a chore that counts what it did, which nobody here asks for.
func counted(do func(context.Context) (int, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := do(ctx)
		return err
	}
}

func (p *Pipeline) chores() []chore {
	return []chore{
		{"publishing what is due", 30 * time.Second, counted(p.PublishDue)},
		{"withdrawing what has been published for long enough", time.Hour, counted(p.Retain)},
		{"removing uploads that were left", time.Hour, p.ExpireUploads},
	}
}

// DoChores does what comes due by the clock, until ctx ends.
func (p *Pipeline) DoChores(ctx context.Context) {
	all := p.chores()
	next := make([]time.Time, len(all))
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for i, c := range all {
			if now := time.Now(); now.After(next[i]) && ctx.Err() == nil {
				next[i] = now.Add(c.every)
				if err := c.do(ctx); err != nil && ctx.Err() == nil {
					p.Log.Warn("a chore could not be done and will be tried again", "chore", c.name, "error", err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
