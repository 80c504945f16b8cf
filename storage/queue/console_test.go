package queue

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestConsole(t *testing.T) {
	onBoth(t, func(t *testing.T, b *base) {
		q := b.worker(t, map[Lane]int{Render: 1})
		done := make(chan struct{}, 10)
		q.Handle("work", func(context.Context, Job) error { return Never(errors.New("no film")) })
		q.HandleFailure(func(context.Context, Job, error) error { done <- struct{}{}; return nil })
		b.add(t, q, Task{Kind: "work", Key: "r1/7", Lane: Render})
		start(t, q)
		receive(t, done, bound)
		stop(t, q)
		b.add(t, q, Task{Kind: "work", Key: "waits", Lane: Render})

		const prefix = "/video/studio/queue"
		console, err := q.Console(prefix)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(console)
		defer server.Close()
		ask := func(method, path, body string) (int, string) {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL+prefix+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			data, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			return answer.StatusCode, string(data)
		}

		status, page := ask("GET", "/", "")
		script := regexp.MustCompile(`src="` + prefix + `(/assets/[^"]+\.js)"`).FindStringSubmatch(page)
		if status != 200 || script == nil {
			t.Fatalf("the page: %d %.500s", status, page)
		}
		if status, _ := ask("GET", script[1], ""); status != 200 {
			t.Errorf("its script: %d", status)
		}
		// The policy allows no inline script; data is not one.
		if inline := regexp.MustCompile(`<script(?: type="module")?>|<style| style=| on[a-z]+=`).FindString(page); inline != "" {
			t.Errorf("the page has %s, which its policy forbids", inline)
		}
		for path, want := range map[string]string{"/api/jobs?state=cancelled&limit=20": `r1/7`, "/api/states": `"cancelled"`, "/api/queues?limit=20": `"render"`, "/api/jobs/1": "no film"} {
			if status, got := ask("GET", path, ""); status != 200 || !strings.Contains(got, want) {
				t.Errorf("%s: %d %.500s", path, status, got)
			}
		}
		for path, method := range map[string]string{"/api/jobs/cancel": "POST", "/api/jobs/delete": "POST"} {
			if status, got := ask(method, path, `{"ids": ["2"]}`); status != 409 || !strings.Contains(got, "can't be cancelled") {
				t.Errorf("%s: %d %s", path, status, got)
			}
		}
		if s := stands(t, q, "waits"); s.State != Waiting {
			t.Errorf("what waits is %+v", s)
		}
		if status, got := ask("POST", "/api/jobs/retry", `{"ids": ["1"]}`); status != 200 {
			t.Errorf("retry: %d %s", status, got)
		}
		if s := stands(t, q, "r1/7"); s.State != Waiting {
			t.Errorf("what was tried again is %+v", s)
		}
		if status, got := ask("PUT", "/api/queues/render/pause", `{}`); status != 200 {
			t.Errorf("pause: %d %s", status, got)
		}
		if paused, err := q.Paused(t.Context()); err != nil || len(paused) != 1 || paused[0] != Render {
			t.Errorf("paused: %v, %v", paused, err)
		}
		if status, got := ask("PUT", "/api/queues/render/resume", `{}`); status != 200 {
			t.Errorf("resume: %d %s", status, got)
		}
	})
}
