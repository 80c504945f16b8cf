package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// TextsChange is what is to be different about the words of an intervention. What is nil stays as it is.
type TextsChange struct {
	Title, Speaker, Function, Organisation, AgendaItem, Remarks *string
	// Titles, Functions and Abstract change the languages that they name; "" takes a language away.
	Titles, Functions, Abstract rostrum.Texts
	Language                    *rostrum.Language // "" for unknown
	Topics                      *[]string
	Unattributable              *bool
	Starts                      *time.Time     // zero for unknown
	Length                      *time.Duration // 0 for unknown
}

// The most characters that texts may have.
const (
	longestLine  = 300
	longestProse = 10_000
)

// ChangeTexts changes the words of an intervention. What is published shows them at once; its address stays. An intervention that is
// now under the Chatham House Rule is withdrawn if it was published.
func (p *Pipeline) ChangeTexts(ctx context.Context, id rostrum.InterventionID, c TextsChange, who string) (x *rostrum.Intervention, err error) {
	err = p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if x, err = tx.LockIntervention(ctx, id); err != nil {
			return err
		}
		changed, err := c.apply(x)
		if err != nil || len(changed) == 0 {
			return err
		}
		if err := tx.PutIntervention(ctx, x); err != nil {
			return err
		}
		if err := tx.Log(ctx, catalogue.Entry{At: p.Now(), Who: who, Action: "edit", Subject: string(id), Detail: strings.Join(changed, "; ")}); err != nil {
			return err
		}
		if x.Unattributable && x.State == rostrum.Published {
			return p.withdraw(ctx, tx, x, who, "it was given under the Chatham House Rule")
		}
		return nil
	})
	return x, err
}

// apply makes the change, and says what is different now.
func (c TextsChange) apply(x *rostrum.Intervention) (changed []string, err error) {
	line := func(what string, to *string, said *string, most int) {
		if said == nil || err != nil {
			return
		}
		s := strings.TrimSpace(*said)
		if most == longestLine {
			s = strings.Join(strings.Fields(s), " ")
		}
		switch {
		case len([]rune(s)) > most:
			err = rostrum.Errorf(rostrum.TooLarge, "The %s is longer than %d characters; shorten it.", what, most)
		case what == "title" && s == "":
			err = rostrum.Errorf(rostrum.Invalid, "The title is empty; an intervention needs one.")
		case s != *to:
			changed = append(changed, fmt.Sprintf("%s: %s -> %s", what, shortened(*to), shortened(s)))
			*to = s
		}
	}
	texts := func(what string, to *rostrum.Texts, said rostrum.Texts, most int) {
		for _, tag := range slices.Sorted(maps.Keys(said)) {
			l, e := rostrum.ParseLanguage(string(tag))
			if e != nil {
				err = e
				return
			}
			s, text := (*to)[l], said[tag]
			before := len(changed)
			line(what+" ("+string(l)+")", &s, &text, most)
			if len(changed) == before {
				continue
			}
			next := maps.Clone(*to)
			if next == nil {
				next = rostrum.Texts{}
			}
			if next[l] = s; s == "" {
				delete(next, l)
			}
			*to = next
		}
	}
	line("title", &x.Title, c.Title, longestLine)
	line("speaker", &x.Speaker, c.Speaker, longestLine)
	line("function", &x.Function, c.Function, longestLine)
	line("organisation", &x.Organisation, c.Organisation, longestLine)
	line("agenda item", &x.AgendaItem, c.AgendaItem, 40)
	line("remarks", &x.Remarks, c.Remarks, longestProse)
	texts("title", &x.Titles, c.Titles, longestLine)
	texts("function", &x.Functions, c.Functions, longestLine)
	texts("abstract", &x.Abstract, c.Abstract, longestProse)
	if err != nil {
		return nil, err
	}
	if c.Language != nil && *c.Language != x.Language {
		l := *c.Language
		if l != "" {
			if l, err = rostrum.ParseLanguage(string(l)); err != nil {
				return nil, err
			}
		}
		if l != x.Language {
			changed = append(changed, fmt.Sprintf("language: %s -> %s", x.Language, l))
			x.Language = l
		}
	}
	if c.Topics != nil {
		topics, err := topicList(*c.Topics)
		if err != nil {
			return nil, err
		}
		if !slices.Equal(topics, x.Topics) {
			changed = append(changed, fmt.Sprintf("topics: %s -> %s", strings.Join(x.Topics, ", "), strings.Join(topics, ", ")))
			x.Topics = topics
		}
	}
	if c.Unattributable != nil && *c.Unattributable != x.Unattributable {
		x.Unattributable = *c.Unattributable
		changed = append(changed, fmt.Sprintf("Chatham House Rule: %t", x.Unattributable))
		if x.Unattributable {
			x.WantPublish, x.PublishAt = false, time.Time{}
		}
	}
	if c.Starts != nil && !c.Starts.Equal(x.Starts) {
		x.Starts = c.Starts.UTC()
		changed = append(changed, "starts: "+x.Starts.Format("2006-01-02 15:04 UTC"))
	}
	if c.Length != nil && *c.Length != x.Length {
		if *c.Length < 0 || *c.Length > 24*time.Hour {
			return nil, rostrum.Errorf(rostrum.Invalid, "A length of %s can't be right; it lasts from 0 to 24 hours.", *c.Length)
		}
		x.Length = *c.Length
		changed = append(changed, "length: "+rostrum.Elapsed(x.Length))
	}
	return changed, nil
}

func topicList(said []string) ([]string, error) {
	var topics []string
	for _, t := range said {
		t = strings.Join(strings.Fields(t), " ")
		if len([]rune(t)) > 100 {
			return nil, rostrum.Errorf(rostrum.TooLarge, "The topic %q is longer than 100 characters; shorten it.", shortened(t))
		}
		if t != "" && !slices.Contains(topics, t) {
			topics = append(topics, t)
		}
	}
	if len(topics) > 30 {
		return nil, rostrum.Errorf(rostrum.TooLarge, "An intervention can have 30 topics; name fewer.")
	}
	return topics, nil
}

// shortened is a text as the audit log needs it.
func shortened(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}
