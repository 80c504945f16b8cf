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
ALTER TABLE interventions ADD COLUMN booths TEXT NOT NULL DEFAULT '{}';
-- Consents of interpreters stand beside the speaker's; channel '' is the speaker. A document is JSON, '' without one.
ALTER TABLE consents ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN document TEXT NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN second_person BIGINT NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN retention_days BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE series DROP COLUMN retention_days;
ALTER TABLE series DROP COLUMN second_person;
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
