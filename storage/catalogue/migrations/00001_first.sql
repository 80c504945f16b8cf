-- +goose Up
-- One dialect for SQLite and PostgreSQL: TEXT, BIGINT and DOUBLE PRECISION only. Instants are Unix milliseconds, 0 = never; days are
-- YYYY-MM-DD; texts in several languages, lists and manifests are JSON. No absolute address is stored.
CREATE TABLE series (slug TEXT PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE study_periods (name TEXT PRIMARY KEY, starts TEXT NOT NULL, ends TEXT NOT NULL);
CREATE TABLE meetings (
	id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, series TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, intro TEXT NOT NULL,
	place TEXT NOT NULL, country TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL, time_zone TEXT NOT NULL
);
CREATE TABLE agenda_items (
	meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE, number TEXT NOT NULL, position BIGINT NOT NULL, title TEXT NOT NULL,
	PRIMARY KEY (meeting, number)
);
CREATE TABLE topics (slug TEXT PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE topic_aliases (topic TEXT NOT NULL REFERENCES topics (slug) ON DELETE CASCADE, alias TEXT NOT NULL, PRIMARY KEY (topic, alias));
CREATE TABLE organisations (slug TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL, website TEXT NOT NULL);
CREATE TABLE organisation_regions (
	organisation TEXT NOT NULL REFERENCES organisations (slug) ON DELETE CASCADE, region TEXT NOT NULL, PRIMARY KEY (organisation, region)
);
CREATE TABLE persons (slug TEXT PRIMARY KEY, name TEXT NOT NULL, function TEXT NOT NULL, organisation TEXT NOT NULL);
CREATE TABLE partners (
	slug TEXT PRIMARY KEY, organisation TEXT NOT NULL, name TEXT NOT NULL, languages TEXT NOT NULL, origins TEXT NOT NULL, contact TEXT NOT NULL
);
CREATE TABLE recordings (
	id TEXT PRIMARY KEY, meeting TEXT NOT NULL REFERENCES meetings (id), name TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, bytes BIGINT NOT NULL,
	state TEXT NOT NULL, failure TEXT NOT NULL, rate TEXT NOT NULL, frames BIGINT NOT NULL, source TEXT NOT NULL, rungs TEXT NOT NULL,
	encoder TEXT NOT NULL, secret TEXT NOT NULL, notices TEXT NOT NULL, received BIGINT NOT NULL
);
CREATE INDEX recordings_meeting ON recordings (meeting);
-- A chunk's fence rises with each start of its task; only the newest runner may finish it.
CREATE TABLE chunks (
	recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE, number BIGINT NOT NULL, frame_in BIGINT NOT NULL, frame_out BIGINT NOT NULL,
	state TEXT NOT NULL, fence BIGINT NOT NULL, done BIGINT NOT NULL, segments TEXT NOT NULL, PRIMARY KEY (recording, number)
);
CREATE TABLE interventions (
	id TEXT PRIMARY KEY, meeting TEXT NOT NULL REFERENCES meetings (id), recording TEXT NOT NULL REFERENCES recordings (id), slug TEXT NOT NULL,
	position BIGINT NOT NULL, agenda_item TEXT NOT NULL, title TEXT NOT NULL, speaker TEXT NOT NULL, function TEXT NOT NULL,
	organisation TEXT NOT NULL, language TEXT NOT NULL, topics TEXT NOT NULL, frame_in BIGINT NOT NULL, frame_out BIGINT NOT NULL,
	state TEXT NOT NULL, failure TEXT NOT NULL, revision BIGINT NOT NULL, published_revision BIGINT NOT NULL, published BIGINT NOT NULL,
	withdrawn BIGINT NOT NULL, want_publish BIGINT NOT NULL, notices TEXT NOT NULL, UNIQUE (meeting, slug)
);
CREATE INDEX interventions_recording ON interventions (recording, frame_in);
CREATE TABLE revisions (
	intervention TEXT NOT NULL REFERENCES interventions (id) ON DELETE CASCADE, number BIGINT NOT NULL, frame_in BIGINT NOT NULL,
	frame_out BIGINT NOT NULL, state TEXT NOT NULL, failure TEXT NOT NULL, fence BIGINT NOT NULL, manifest TEXT NOT NULL,
	encoded_frames BIGINT NOT NULL, created BIGINT NOT NULL, PRIMARY KEY (intervention, number)
);
CREATE TABLE caption_tracks (
	recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE, language TEXT NOT NULL, name TEXT NOT NULL, object TEXT NOT NULL,
	cues BIGINT NOT NULL, notices TEXT NOT NULL, PRIMARY KEY (recording, language)
);
-- Consents are only ever added; the newest counts.
CREATE TABLE consents (
	intervention TEXT NOT NULL REFERENCES interventions (id) ON DELETE CASCADE, number BIGINT NOT NULL, kind TEXT NOT NULL, until BIGINT NOT NULL,
	by_whom TEXT NOT NULL, how TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (intervention, number)
);
CREATE TABLE shares (
	id TEXT PRIMARY KEY, partner TEXT NOT NULL REFERENCES partners (slug), intervention TEXT NOT NULL REFERENCES interventions (id) ON DELETE CASCADE,
	created BIGINT NOT NULL, expires BIGINT NOT NULL, revoked BIGINT NOT NULL
);
CREATE TABLE audit (
	id TEXT PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);

-- +goose Down
DROP TABLE audit; DROP TABLE shares; DROP TABLE consents; DROP TABLE caption_tracks; DROP TABLE revisions; DROP TABLE interventions; DROP TABLE chunks;
DROP TABLE recordings; DROP TABLE partners; DROP TABLE persons; DROP TABLE organisation_regions; DROP TABLE organisations; DROP TABLE topic_aliases;
DROP TABLE topics; DROP TABLE agenda_items; DROP TABLE meetings; DROP TABLE study_periods; DROP TABLE series;
