-- +goose Up
-- An intervention may stand on the speakers' list before there is a recording. SQLite can't take NOT NULL from a column, so it gets
-- another one.
ALTER TABLE interventions ADD COLUMN recording_of TEXT REFERENCES recordings (id);
UPDATE interventions SET recording_of = recording;
DROP INDEX interventions_recording;
ALTER TABLE interventions DROP COLUMN recording;
ALTER TABLE interventions RENAME COLUMN recording_of TO recording;
CREATE INDEX interventions_recording ON interventions (recording, frame_in);
-- The key is what the programme that it came from calls it; booths are consents of interpreters by channel, as JSON.
ALTER TABLE interventions ADD COLUMN source_key TEXT NOT NULL DEFAULT '';
ALTER TABLE interventions ADD COLUMN titles TEXT NOT NULL DEFAULT '{}';
ALTER TABLE interventions ADD COLUMN functions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE interventions ADD COLUMN abstract TEXT NOT NULL DEFAULT '{}';
ALTER TABLE interventions ADD COLUMN starts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE interventions ADD COLUMN length_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE interventions ADD COLUMN unattributable BIGINT NOT NULL DEFAULT 0;
ALTER TABLE interventions ADD COLUMN remarks TEXT NOT NULL DEFAULT '';
ALTER TABLE interventions ADD COLUMN publish_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE interventions ADD COLUMN approved BIGINT NOT NULL DEFAULT 0;
ALTER TABLE interventions ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';
-- 'null' marks what was there before interpreters were asked: it is heard as it was.
ALTER TABLE interventions ADD COLUMN booths TEXT NOT NULL DEFAULT 'null';
-- Consents of interpreters stand beside the speaker's; channel '' is the speaker. A document is JSON, '' without one.
ALTER TABLE consents ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN document TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN taken_back BIGINT NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN second_person BIGINT NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN retention_days BIGINT NOT NULL DEFAULT 0;
-- What was taken off a speakers' list, to be put back as it was; and what there was before a programme was imported. Both as JSON.
CREATE TABLE removed_interventions (
	id TEXT PRIMARY KEY, meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE, at BIGINT NOT NULL, content TEXT NOT NULL
);
CREATE TABLE imports (id TEXT PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL, name TEXT NOT NULL, was TEXT NOT NULL, undone BIGINT NOT NULL);

-- +goose Down
DROP TABLE imports; DROP TABLE removed_interventions;
ALTER TABLE series DROP COLUMN retention_days;
ALTER TABLE series DROP COLUMN second_person;
ALTER TABLE consents DROP COLUMN taken_back;
ALTER TABLE consents DROP COLUMN document;
DELETE FROM consents WHERE channel <> '';
ALTER TABLE consents DROP COLUMN channel;
ALTER TABLE interventions DROP COLUMN booths;
ALTER TABLE interventions DROP COLUMN approved_by;
ALTER TABLE interventions DROP COLUMN approved;
ALTER TABLE interventions DROP COLUMN publish_at;
ALTER TABLE interventions DROP COLUMN remarks;
ALTER TABLE interventions DROP COLUMN unattributable;
ALTER TABLE interventions DROP COLUMN length_ms;
ALTER TABLE interventions DROP COLUMN starts;
ALTER TABLE interventions DROP COLUMN abstract;
ALTER TABLE interventions DROP COLUMN functions;
ALTER TABLE interventions DROP COLUMN titles;
ALTER TABLE interventions DROP COLUMN source_key;
DELETE FROM interventions WHERE recording IS NULL;
