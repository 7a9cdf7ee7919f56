"""The API is asked about the same province in small as the pages."""

from tests.portal.conftest import world

__all__ = ["world"]
