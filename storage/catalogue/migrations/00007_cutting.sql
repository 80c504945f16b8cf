-- +goose Up
-- A draft keeps its rows and, to find changes made elsewhere, the spans of the interventions when it was stored; both as JSON.
CREATE TABLE drafts (
	recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE, number BIGINT NOT NULL, cuts TEXT NOT NULL, at BIGINT NOT NULL,
	who TEXT NOT NULL, what TEXT NOT NULL, cut TEXT NOT NULL, PRIMARY KEY (recording, number)
);
CREATE TABLE locks (
	subject TEXT PRIMARY KEY, holder TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, since BIGINT NOT NULL, seen BIGINT NOT NULL
);
CREATE TABLE marks (
	id TEXT PRIMARY KEY, meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE, intervention TEXT NOT NULL, speaker TEXT NOT NULL,
	is_end BIGINT NOT NULL, at BIGINT NOT NULL, unsure_ms BIGINT NOT NULL, who TEXT NOT NULL, deleted BIGINT NOT NULL
);
CREATE INDEX marks_meeting ON marks (meeting, at);

-- +goose Down
DROP TABLE marks; DROP TABLE locks; DROP TABLE drafts;
