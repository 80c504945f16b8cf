-- +goose Up
-- Form and files are JSON. An upload's digest state is hexadecimal.
CREATE TABLE deliveries (
	id TEXT PRIMARY KEY, account TEXT NOT NULL, origin TEXT NOT NULL, form TEXT NOT NULL, files TEXT NOT NULL, state TEXT NOT NULL,
	failure TEXT NOT NULL, recording TEXT NOT NULL, created BIGINT NOT NULL, touched BIGINT NOT NULL
);
CREATE INDEX deliveries_account ON deliveries (account, state);
CREATE TABLE uploads (
	id TEXT PRIMARY KEY, account TEXT NOT NULL, delivery TEXT NOT NULL, name TEXT NOT NULL, bytes BIGINT NOT NULL, received BIGINT NOT NULL,
	fingerprint TEXT NOT NULL, digest_state TEXT NOT NULL, sha256 TEXT NOT NULL, created BIGINT NOT NULL, touched BIGINT NOT NULL,
	finished BIGINT NOT NULL
);
CREATE INDEX uploads_fingerprint ON uploads (account, fingerprint);
CREATE INDEX uploads_touched ON uploads (finished, touched);

-- +goose Down
DROP TABLE uploads; DROP TABLE deliveries;
