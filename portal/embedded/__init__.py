"""PostgreSQL and Redis started from wheels, for a machine that has nothing but Python.

With no `DATABASE_URL` or `REDIS_URL` the portal starts real servers of its own, on unix sockets, their data beside
the checkout. Whoever uses them holds a shared lock; the last to leave stops them, and what a crash left behind is
recovered.
"""

from portal.embedded.databases import ensure_database, require_postgres
from portal.embedded.errors import CannotRun
from portal.embedded.places import Places, celery_broker, database_url, django_database, redis_url
from portal.embedded.redis import require_redis
from portal.embedded.users import running

__all__ = [
    "CannotRun",
    "Places",
    "celery_broker",
    "database_url",
    "django_database",
    "ensure_database",
    "redis_url",
    "require_postgres",
    "require_redis",
    "running",
]
