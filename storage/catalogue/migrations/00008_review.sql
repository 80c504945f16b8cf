-- +goose Up
CREATE TABLE review_links (
	id TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, intervention TEXT NOT NULL REFERENCES interventions (id) ON DELETE CASCADE,
	for_whom TEXT NOT NULL, by_whom TEXT NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL, revoked BIGINT NOT NULL, opened BIGINT NOT NULL
);
CREATE TABLE comments (
	id TEXT PRIMARY KEY, intervention TEXT NOT NULL REFERENCES interventions (id) ON DELETE CASCADE, link TEXT NOT NULL, who TEXT NOT NULL,
	kind TEXT NOT NULL, frame BIGINT NOT NULL, wish_in BIGINT NOT NULL, wish_out BIGINT NOT NULL, words TEXT NOT NULL, revision BIGINT NOT NULL,
	at BIGINT NOT NULL, resolved BIGINT NOT NULL, resolved_by TEXT NOT NULL
);
CREATE INDEX comments_intervention ON comments (intervention, at);

-- +goose Down
DROP TABLE comments; DROP TABLE review_links;
