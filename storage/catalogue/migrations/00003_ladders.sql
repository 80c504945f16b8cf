-- +goose Up
-- A recording may be encoded in a second codec, for slow lines: its chunks stand beside the first ones. codec '' is H.264.
CREATE TABLE chunks_of_codecs (
	recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE, codec TEXT NOT NULL, number BIGINT NOT NULL, frame_in BIGINT NOT NULL,
	frame_out BIGINT NOT NULL, state TEXT NOT NULL, fence BIGINT NOT NULL, done BIGINT NOT NULL, segments TEXT NOT NULL,
	PRIMARY KEY (recording, codec, number)
);
INSERT INTO chunks_of_codecs SELECT recording, '', number, frame_in, frame_out, state, fence, done, segments FROM chunks;
DROP TABLE chunks;
ALTER TABLE chunks_of_codecs RENAME TO chunks;
ALTER TABLE recordings ADD COLUMN encoder_av1 TEXT NOT NULL DEFAULT '';
-- The red findings that somebody accepted in writing, as check/channel.
ALTER TABLE interventions ADD COLUMN accepted TEXT NOT NULL DEFAULT '[]';

-- +goose Down
CREATE TABLE chunks_of_h264 (
	recording TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE, number BIGINT NOT NULL, frame_in BIGINT NOT NULL, frame_out BIGINT NOT NULL,
	state TEXT NOT NULL, fence BIGINT NOT NULL, done BIGINT NOT NULL, segments TEXT NOT NULL, PRIMARY KEY (recording, number)
);
INSERT INTO chunks_of_h264 SELECT recording, number, frame_in, frame_out, state, fence, done, segments FROM chunks WHERE codec = '';
DROP TABLE chunks;
ALTER TABLE chunks_of_h264 RENAME TO chunks;
ALTER TABLE recordings DROP COLUMN encoder_av1;
ALTER TABLE interventions DROP COLUMN accepted;
