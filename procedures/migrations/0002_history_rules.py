"""What a column cannot hold: the history is append-only, numbered without gaps, rising in time, and agrees with the application.

Statement-level triggers with transition tables: one check a statement, so a COPY of 100,000 rows pays for one join. It
goes through the keys whatever the statistics say: a plan made while the tables were empty would read all of the history
for each row, and be kept for the rest of the session.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION procedures_history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history is append-only: % of % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER history_is_kept BEFORE UPDATE OR DELETE ON procedures_statuschange
    FOR EACH STATEMENT EXECUTE FUNCTION procedures_history_is_kept();
CREATE TRIGGER ledger_is_kept BEFORE UPDATE OR DELETE ON procedures_deadlineentry
    FOR EACH STATEMENT EXECUTE FUNCTION procedures_history_is_kept();

CREATE FUNCTION procedures_history_is_whole() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    culprit record;
BEGIN
    SELECT added.application_id, added.version INTO culprit
    FROM added LEFT JOIN procedures_statuschange AS earlier
        ON earlier.application_id = added.application_id AND earlier.version = added.version - 1
    WHERE added.version > 1
        AND (earlier.version IS NULL OR earlier.to_status <> added.from_status OR earlier.at >= added.at)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'history of application % has a gap, a wrong beginning or an earlier moment at version %',
            culprit.application_id, culprit.version USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT latest.application_id, latest.version INTO culprit
    FROM (SELECT DISTINCT ON (application_id) application_id, version, to_status, at
          FROM added ORDER BY application_id, version DESC) AS latest
    JOIN procedures_application AS application ON application.id = latest.application_id
    WHERE (application.version, application.status, application.changed_at) <> (latest.version, latest.to_status, latest.at)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'application % does not stand where its history says at version %',
            culprit.application_id, culprit.version USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER history_is_whole AFTER INSERT ON procedures_statuschange
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION procedures_history_is_whole();

ALTER TABLE procedures_deadlineentry ADD CONSTRAINT ledger_line_belongs_to_a_change
    FOREIGN KEY (application_id, version) REFERENCES procedures_statuschange (application_id, version)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE procedures_statuschange ADD CONSTRAINT change_has_whole_seconds CHECK (extract(microseconds FROM at)::int % 1000000 = 0);
"""

BACKWARD = """
ALTER TABLE procedures_statuschange DROP CONSTRAINT change_has_whole_seconds;
ALTER TABLE procedures_deadlineentry DROP CONSTRAINT ledger_line_belongs_to_a_change;
DROP TRIGGER history_is_whole ON procedures_statuschange;
DROP FUNCTION procedures_history_is_whole();
DROP TRIGGER ledger_is_kept ON procedures_deadlineentry;
DROP TRIGGER history_is_kept ON procedures_statuschange;
DROP FUNCTION procedures_history_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
