"""Reads what a batch sends, in two queries of plain rows: no model instances on the way of 10,000 records a day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sync import records, wire
from sync.database import rows
from sync.outbox import Claimed
from sync.records import ChangeRow, DossierRow

_DOSSIERS = """
SELECT a.id, a.code, a.status, date_part('epoch', a.submitted_at)::bigint, date_part('epoch', a.due_at)::bigint,
    date_part('epoch', a.completed_at)::bigint, date_part('epoch', a.ended_at)::bigint, a.result_by_post,
    p.code, p.name, s.code, s.name, g.name, c.kind, c.name, c.phone, c.email
FROM procedures_application a
JOIN procedures_procedure p ON p.id = a.procedure_id
JOIN procedures_sector s ON s.id = p.sector_id
JOIN procedures_agency g ON g.id = a.agency_id
JOIN procedures_citizen c ON c.id = a.citizen_id
WHERE a.id = ANY(%(applications)s)
"""
_CHANGES = """
SELECT h.application_id, h.version, h.to_status, date_part('epoch', h.at)::bigint, h.note, o.name,
    h.by_citizen_id IS NOT NULL
FROM unnest(%(applications)s::bigint[], %(sent)s::bigint[], %(wanted)s::bigint[]) AS span (application, sent, wanted)
JOIN procedures_statuschange h ON h.application_id = span.application
    AND h.version > span.sent AND h.version <= span.wanted
LEFT JOIN procedures_official o ON o.id = h.by_official_id
ORDER BY h.application_id, h.version
"""


class Parcel(NamedTuple):
    """What one application has to send: its record as it stands, and its changes in order."""

    claimed: Claimed
    record: wire.DossierRecord
    progress: list[wire.ProgressRecord]


def parcels(claimed: Sequence[Claimed]) -> list[Parcel]:
    """The parcels of a claim, in its order."""
    if not claimed:
        return []
    dossiers = {row.application: row for row in read_dossiers([one.application for one in claimed])}
    changes = _changes(claimed)
    found = []
    for one in claimed:
        dossier = dossiers[one.application]
        rows = [records.progress(dossier.code, change) for change in changes[one.application]]
        found.append(Parcel(one, records.dossier(dossier), rows))
    return found


def read_dossiers(applications: Sequence[int]) -> Iterator[DossierRow]:
    """The rows records are made of, in no order."""
    return map(DossierRow._make, rows(_DOSSIERS, applications=applications))


def _changes(claimed: Sequence[Claimed]) -> dict[int, list[ChangeRow]]:
    found: defaultdict[int, list[ChangeRow]] = defaultdict(list)
    applications, sent, wanted = ([one[place] for one in claimed] for place in range(3))
    for change in map(ChangeRow._make, rows(_CHANGES, applications=applications, sent=sent, wanted=wanted)):
        found[change.application].append(change)
    return found
