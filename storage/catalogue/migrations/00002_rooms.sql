-- +goose Up
-- A room's channel map is a JSON list of entries as people write them, such as fr=2.1.
CREATE TABLE rooms (name TEXT PRIMARY KEY, title TEXT NOT NULL, channels TEXT NOT NULL);

-- +goose Down
DROP TABLE rooms;
