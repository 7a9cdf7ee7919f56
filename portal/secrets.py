"""Secrets at first start: random, in `.local/secrets.json`, readable by the owner only (design, decision 14).

The environment wins. With DEBUG off nothing is made up: a missing secret is an error.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from portal.embedded.errors import CannotRun

NAMES = ("SECRET_KEY", "LOOKUP_KEY", "NATIONAL_USERNAME", "NATIONAL_PASSWORD")
ROLES = ("citizen", "official", "leader", "engineer")


def load(local: Path, environ: Mapping[str, str], *, generate: bool) -> dict[str, str]:
    """Every secret by name: from the environment, else from `.local/`, else (with `generate`) made now."""
    given = {name: environ[name] for name in NAMES if environ.get(name)}
    missing = [name for name in NAMES if name not in given]
    if not missing:
        return given
    if not generate:
        raise CannotRun(f"{', '.join(missing)} not set: with DEBUG off every secret must come from the environment")
    return _stored(local) | given


def sign_ins(local: Path) -> dict[str, str]:
    """The password of the demo's account of each role."""
    stored = _stored(local)
    return {role: stored[f"password_{role}"] for role in ROLES}


def _stored(local: Path) -> dict[str, str]:
    """What `.local/secrets.json` holds, completed by what is missing; two processes never write different ones."""
    local.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (local / "secrets.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = local / "secrets.json"
        stored: dict[str, str] = _read(path)
        complete = _made_up() | stored
        if complete != stored:
            _write(path, complete)
        return complete


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise CannotRun(f"{path} is not readable JSON: remove it, and new secrets are made at the next start") from None


def _write(path: Path, values: dict[str, str]) -> None:
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
    draft.replace(path)


def _made_up() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LOOKUP_KEY": secrets.token_urlsafe(32),
        "NATIONAL_USERNAME": "000.00.00.H49",
        "NATIONAL_PASSWORD": secrets.token_urlsafe(18),
        **{f"password_{role}": secrets.token_urlsafe(9) for role in ROLES},
    }
