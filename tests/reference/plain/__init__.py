from tests.reference.plain.old import Announcement, Scored, score  # noqa: F401
