"""Whoever writes history marks the outbox: a statement-level trigger, so that a COPY of 100,000 rows pays once.

Rows are updated for ever and never deleted: room on each page keeps the updates there. They are locked in the order of
their keys, as a settlement does, so that a day written while deliveries run cannot deadlock with them.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE sync_delivery SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

CREATE FUNCTION sync_mark_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sync_delivery AS delivery (application_id, wanted, sent, known_nationally, next_attempt_at, attempts,
        last_error_class, last_error, reason)
    SELECT application_id, max(version), 0, false, now(), 0, '', '', '' FROM added
    GROUP BY application_id ORDER BY application_id
    ON CONFLICT (application_id) DO UPDATE SET
        wanted = GREATEST(delivery.wanted, EXCLUDED.wanted),
        next_attempt_at = CASE WHEN delivery.wanted = delivery.sent THEN now() ELSE delivery.next_attempt_at END;
    RETURN NULL;
END $$;

CREATE TRIGGER sync_mark AFTER INSERT ON procedures_statuschange
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION sync_mark_history();
"""

BACKWARD = """
DROP TRIGGER sync_mark ON procedures_statuschange;
DROP FUNCTION sync_mark_history();
ALTER TABLE sync_delivery RESET (fillfactor, autovacuum_vacuum_scale_factor);
"""


class Migration(migrations.Migration):
    dependencies = [("sync", "0001_initial"), ("procedures", "0003_history_by_moment")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
