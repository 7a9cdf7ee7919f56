"""Damage done to the national side's own tables, as a disk, a person or a restored backup does it."""

import psycopg

National = psycopg.Connection[tuple[object, ...]]

_SOME = "(SELECT key FROM dossier ORDER BY key OFFSET {offset} LIMIT {dossiers})"
DAMAGES = {
    "missing": [
        "DELETE FROM progress WHERE dossier IN {some}",
        "DELETE FROM record WHERE dossier IN {some}",
        "DELETE FROM dossier WHERE key IN {some}",
    ],
    "stale": [
        "DELETE FROM progress p USING (SELECT dossier, max(identity) AS identity FROM progress GROUP BY dossier) last"
        " WHERE p.dossier = last.dossier AND p.identity = last.identity AND p.dossier IN {some}",
        "UPDATE dossier SET progress_rows = progress_rows - 1, leaf = leaf + 1 WHERE key IN {some}",
    ],
    "ahead": ["UPDATE dossier SET progress_rows = progress_rows + 1, leaf = leaf + 1 WHERE key IN {some}"],
    "different": [
        "UPDATE record SET body = '{{}}' WHERE dossier IN {some}",
        "UPDATE dossier SET leaf = leaf + 1, record_hash = record_hash + 1 WHERE key IN {some}",
    ],
}


def cause(national: National, kind: str, *, dossiers: int, offset: int = 0) -> None:
    """Damage so many dossiers, those from `offset` on in the order of their keys."""
    some = _SOME.format(offset=offset, dossiers=dossiers)
    for statement in DAMAGES[kind]:
        national.execute(statement.format(some=some).encode())
