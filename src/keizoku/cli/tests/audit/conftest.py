"""The same quiet cluster, key and anchors of its own as the audit's own tests."""

from keizoku.audit.tests.conftest import committed_db, owner, state

__all__ = ["committed_db", "owner", "state"]
