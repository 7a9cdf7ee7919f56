-- The national side's own database. Applied at every start: each statement may run again without harm.
-- Keys are 64-bit hashes (digest.py) and bodies bytes, not jsonb: measured at two to three times the speed of wide text keys.

CREATE TABLE IF NOT EXISTS session (
    token text PRIMARY KEY,
    username text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS session_expires_at ON session (expires_at);

-- What the national side holds of a dossier, narrow because each progress row rewrites it; room on the page keeps that cheap.
CREATE TABLE IF NOT EXISTS dossier (
    key bigint PRIMARY KEY,
    record_hash bigint NOT NULL,
    leaf bigint NOT NULL,
    progress_rows integer NOT NULL DEFAULT 0 CHECK (progress_rows >= 0),
    received_on date,
    first_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    root text NOT NULL,
    code text NOT NULL,
    status text NOT NULL
) WITH (fillfactor = 70);

-- The record as it was sent last.
CREATE TABLE IF NOT EXISTS record (
    dossier bigint PRIMARY KEY,
    body bytea NOT NULL
);

-- The distinct progress rows of a dossier, as sent.
CREATE TABLE IF NOT EXISTS progress (
    dossier bigint NOT NULL,
    identity bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (dossier, identity)
);

-- Effect ledger: one row for each effect, never changed. No rule here forbids a second application of the same thing:
-- the apply step prevents that, and the ledger must be able to show when it did not.
CREATE TABLE IF NOT EXISTS ledger (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dossier bigint NOT NULL,
    record_hash bigint NOT NULL,     -- of the record or progress row, whole
    happened bigint,                 -- ThoiDiemXuLy as the number yyyyMMddHHmmss; with status and text_hash the row's identity
    text_hash bigint,                -- of NoiDungXuLy
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    position integer NOT NULL,       -- within its request
    kind text NOT NULL CHECK (kind IN ('record', 'progress', 'restored', 'forgot')),
    service text NOT NULL,
    root text NOT NULL,
    code text NOT NULL,
    status text NOT NULL
);
CREATE INDEX IF NOT EXISTS ledger_dossier ON ledger (dossier);
-- 'restored': a backup came back, record_hash is the last seq still true and the rows between are undone. 'forgot': the
-- identities of the progress rows before it were forgotten, so that they are applied again (faults/memory.py).
CREATE INDEX IF NOT EXISTS ledger_marks ON ledger (seq) WHERE kind IN ('restored', 'forgot');
-- What the ledger says without what a restoration has undone; none reaches back behind an earlier one.
CREATE OR REPLACE VIEW true_ledger AS
    SELECT * FROM ledger WHERE NOT EXISTS (
        SELECT FROM ledger AS mark
        WHERE mark.kind = 'restored' AND ledger.seq > mark.record_hash AND ledger.seq < mark.seq
    );
DO $$ BEGIN  -- a ledger of before these kinds; looked at first, because the new check reads the whole table
    IF NOT EXISTS (
        SELECT FROM pg_constraint WHERE conrelid = 'ledger'::regclass AND conname = 'ledger_kind_check'
        AND pg_get_constraintdef(oid) LIKE '%restored%'
    ) THEN
        ALTER TABLE ledger DROP CONSTRAINT IF EXISTS ledger_kind_check;
        ALTER TABLE ledger ADD CONSTRAINT ledger_kind_check
            CHECK (kind IN ('record', 'progress', 'restored', 'forgot'));
    END IF;
END $$;

-- Records that were replaced, kept only while a fault may ask for a former state; the trigger is switched on for that.
CREATE TABLE IF NOT EXISTS former_record (
    dossier bigint NOT NULL,
    body bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS former_record_dossier ON former_record (dossier);
CREATE OR REPLACE FUNCTION keep_former_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO former_record VALUES (OLD.dossier, OLD.body);
    RETURN NEW;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'record'::regclass AND tgname = 'keep_former') THEN
        CREATE TRIGGER keep_former BEFORE UPDATE ON record FOR EACH ROW EXECUTE FUNCTION keep_former_record();
        ALTER TABLE record DISABLE TRIGGER keep_former;
    END IF;
END $$;

-- What EMC, the other ministry's monitoring system, was told.
CREATE TABLE IF NOT EXISTS monitored (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    path text NOT NULL,
    code text NOT NULL,
    status text NOT NULL,
    content bytea NOT NULL
);

-- What provinces told besides dossiers and progress, as it was sent.
CREATE TABLE IF NOT EXISTS notice (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    root text NOT NULL,
    service text NOT NULL,
    code text NOT NULL,
    content bytea NOT NULL
);

-- Questions that citizens asked a province, or that an agency published, with their answers.
CREATE TABLE IF NOT EXISTS question (
    id text PRIMARY KEY,
    root text NOT NULL,
    kind text NOT NULL,
    content bytea NOT NULL,
    answers jsonb NOT NULL DEFAULT '[]'
);

-- How many dossiers of each day of receipt the provinces say there are (received.py).
CREATE TABLE IF NOT EXISTS must_sync (
    root text NOT NULL,
    day date NOT NULL,
    dossiers bigint NOT NULL CHECK (dossiers >= 0),
    told_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (root, day)
);

-- Which dossiers of a day they are, where a province names them.
CREATE TABLE IF NOT EXISTS must_code (
    root text NOT NULL,
    day date NOT NULL,
    key bigint NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (root, day, key)
);

-- What was found odd (warnings.py): one row for each dossier and sort, and how far the ledger has been looked through.
CREATE TABLE IF NOT EXISTS warning (
    dossier bigint NOT NULL,
    kind text NOT NULL,
    root text NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dossier, kind)
);
CREATE INDEX IF NOT EXISTS warning_kind ON warning (kind, root);
CREATE TABLE IF NOT EXISTS looked_through (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    seq bigint NOT NULL
);
INSERT INTO looked_through (seq) SELECT 0 ON CONFLICT DO NOTHING;
