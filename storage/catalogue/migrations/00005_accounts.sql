-- +goose Up
-- Secrets are kept as SHA-256 only: of a session's cookie, a token, an invitation. A password is an argon2id hash, '' without one.
CREATE TABLE accounts (
	id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, roles TEXT NOT NULL, language TEXT NOT NULL, password TEXT NOT NULL,
	subject TEXT NOT NULL, created BIGINT NOT NULL, closed BIGINT NOT NULL
);
CREATE INDEX accounts_subject ON accounts (subject);
CREATE TABLE sessions (
	id TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES accounts (id), created BIGINT NOT NULL, seen BIGINT NOT NULL,
	expires BIGINT NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);
CREATE TABLE tokens (
	id TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES accounts (id), name TEXT NOT NULL, acts TEXT NOT NULL,
	created BIGINT NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL, revoked BIGINT NOT NULL
);
CREATE INDEX tokens_account ON tokens (account);
CREATE TABLE invitations (
	id TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, account TEXT NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL
);
-- How often signing in has failed, by account and by address of the network; what is older than a day counts no more.
CREATE TABLE failed_attempts (subject TEXT PRIMARY KEY, count BIGINT NOT NULL, last BIGINT NOT NULL);
-- What a person should hear at the next visit.
CREATE TABLE notifications (
	id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), at BIGINT NOT NULL, text TEXT NOT NULL, seen BIGINT NOT NULL
);
CREATE INDEX notifications_account ON notifications (account, seen);
CREATE INDEX audit_subject ON audit (subject);

-- The audit log is only ever added to. The two databases say this in different languages, so each statement is a comment to the other
-- one: comments nest in PostgreSQL, as the SQL standard has it, and do not in SQLite.
-- +goose StatementBegin
/* /* */ -- */ CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''The audit log is only ever added to.''; END'
-- +goose StatementEnd
-- +goose StatementBegin
/* /* */ -- */ CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()
-- +goose StatementEnd
-- +goose StatementBegin
/* /* */ CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit log is only ever added to.'); END; -- */
-- +goose StatementEnd
-- +goose StatementBegin
/* /* */ CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit log is only ever added to.'); END; -- */
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
/* /* */ -- */ DROP TRIGGER audit_kept ON audit; DROP FUNCTION audit_is_kept();
-- +goose StatementEnd
-- +goose StatementBegin
/* /* */ DROP TRIGGER audit_not_changed; DROP TRIGGER audit_not_deleted; -- */
-- +goose StatementEnd
DROP INDEX audit_subject; DROP TABLE notifications; DROP TABLE failed_attempts; DROP TABLE invitations; DROP TABLE tokens; DROP TABLE sessions;
DROP TABLE accounts;
