package web

import (
	"container/list"
	"sync"
)

// recent keeps the values that were used last, at most a given number of them. It is only for what
// never changes under its key.
type recent[K comparable, V any] struct {
	mu     sync.Mutex
	most   int
	order  *list.List // of entry, the one used last in front
	places map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](most int) *recent[K, V] {
	return &recent[K, V]{most: most, order: list.New(), places: map[K]*list.Element{}}
}

func (c *recent[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.places[key]
	if e == nil {
		var none V
		return none, false
	}
	c.order.MoveToFront(e)
	return e.Value.(entry[K, V]).value, true
}

func (c *recent[K, V]) put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.places[key]; e != nil {
		e.Value = entry[K, V]{key, value}
		c.order.MoveToFront(e)
		return
	}
	c.places[key] = c.order.PushFront(entry[K, V]{key, value})
	if c.order.Len() > c.most {
		last := c.order.Back()
		delete(c.places, last.Value.(entry[K, V]).key)
		c.order.Remove(last)
	}
}
