/**
 * What a PostgreSQL store is made of, in a schema of its own.
 *
 * What is kept can be neither changed nor removed: a trigger refuses UPDATE, DELETE and TRUNCATE to everybody,
 * the table's owner too, and also where replication has switched triggers off (ENABLE ALWAYS). That holds
 * against mistakes, against a receiver that was taken over and against any role but two: the owner and a
 * superuser can drop the trigger or the table, and whoever owns the server's disk can do anything. So receivers are given
 * a role that owns nothing (`GRANT_RECEIVER`). What those two do is not prevented but shows: a changed package
 * has no valid signature, and one that is gone is missing while its machine has the signed receipt.
 */
import { MAX_RESULT_BYTES } from '#firmware/vault/result-package.ts';

export const SCHEMA_VERSION = 1;

/** Whoever makes the store holds this advisory lock: two that come at once make one. "URNA". */
export const MAKING_LOCK = 0x55_52_4e_41;

export const MAKE_SCHEMA = `
CREATE SCHEMA urna;
CREATE TABLE urna.about (version integer NOT NULL);
INSERT INTO urna.about VALUES (${SCHEMA_VERSION});
CREATE TABLE urna.package (
  precinct text COLLATE "C" NOT NULL CHECK (precinct ~ '^[0-9]{9}[.][0-9]{2}$'),
  digest text COLLATE "C" NOT NULL,
  first boolean NOT NULL,
  signature bytea NOT NULL CHECK (length(signature) = 64),
  bytes bytea NOT NULL CHECK (length(bytes) <= ${MAX_RESULT_BYTES}),
  PRIMARY KEY (precinct, digest),
  CONSTRAINT digest_of_bytes CHECK (digest = encode(sha256(bytes), 'hex'))
);
CREATE UNIQUE INDEX one_first ON urna.package (precinct) WHERE first;
-- Signed text hardly shrinks for what it costs to try.
ALTER TABLE urna.package ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE FUNCTION urna.refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the store is append-only'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON urna.package
  FOR EACH STATEMENT EXECUTE FUNCTION urna.refuse();
CREATE TRIGGER append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON urna.about
  FOR EACH STATEMENT EXECUTE FUNCTION urna.refuse();
ALTER TABLE urna.package ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE urna.about ENABLE ALWAYS TRIGGER append_only;
`;

/** All that a receiver's role needs, once its owner has made the store. */
export const GRANT_RECEIVER = (role: string): string => `
GRANT USAGE ON SCHEMA urna TO "${role.replaceAll('"', '""')}";
GRANT SELECT ON urna.about TO "${role.replaceAll('"', '""')}";
GRANT SELECT, INSERT ON urna.package TO "${role.replaceAll('"', '""')}";
`;

const COLUMNS = 'precinct, digest, first, signature, bytes';

/**
 * One statement, so one transaction. The unique indexes decide between receivers that come at once: who comes
 * second waits until the first one is durable or gone (postgresql.org/docs/15/sql-insert.html, ON CONFLICT).
 */
export const PUT = `
WITH one AS (
  INSERT INTO urna.package (${COLUMNS}) VALUES ($1, $2, true, $3, $4) ON CONFLICT DO NOTHING RETURNING 1
), other AS (
  INSERT INTO urna.package (${COLUMNS}) SELECT $1, $2, false, $3, $4 WHERE NOT EXISTS (SELECT FROM one)
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT CASE WHEN EXISTS (SELECT FROM one) THEN 'kept' WHEN EXISTS (SELECT FROM other) THEN 'different'
  ELSE 'same' END AS kept`;

/** From where the last one stood: nothing is held open while a reader takes its time. */
export const NEXT = `
SELECT ${COLUMNS} FROM urna.package WHERE (precinct, digest) > ($1, $2) ORDER BY precinct, digest LIMIT 1`;

export const OF_PRECINCT = `
SELECT ${COLUMNS} FROM urna.package WHERE precinct = $1 ORDER BY first DESC, digest`;

export const COUNTS = `
SELECT count(*) FILTER (WHERE first) AS precincts, count(DISTINCT precinct) FILTER (WHERE NOT first) AS conflicts,
  coalesce(sum(length(bytes)), 0) AS bytes
FROM urna.package`;

export const OF_EACH = `
SELECT precinct, count(*) AS packages FROM urna.package GROUP BY precinct`;

export const BYTES_ON_DISK = `SELECT pg_total_relation_size('urna.package') AS bytes`;

/** Without any of them a commit may be lost when the server's power is. */
export const DURABLE_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;
