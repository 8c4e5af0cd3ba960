"""Who may do what: one table of roles and verbs."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is to a group."""

    RESIDENT = "resident"  # rings or texts the line; has no account
    MEMBER = "member"  # reads the group's feed
    MODERATOR = "moderator"
    TRAINER = "trainer"  # moderates practice reports only
    POLICE = "police"  # the community police officer (wijkagent)
    MUNICIPALITY = "municipality"
    OPERATOR = "operator"  # runs the install; does not moderate


class Verb(StrEnum):
    """What can be done in the console, the feed and by phone."""

    READ_FEED = "read_feed"
    FILE_REPORT = "file_report"
    READ_OWN_REPORTS = "read_own_reports"
    WITHDRAW_OWN_REPORT = "withdraw_own_report"
    READ_REPORTS = "read_reports"  # every real report of the group
    READ_FORWARDED = "read_forwarded"  # reports handed over to the own desk
    READ_PRACTICE = "read_practice"
    READ_ORIGINAL = "read_original"  # the resident's own words, unredacted
    READ_LANGUAGE = "read_language"  # which language the resident spoke
    LISTEN = "listen"  # recordings
    CALL_BACK = "call_back"  # learn and use the resident's number
    CORRECT_REPORT = "correct_report"
    CHANGE_STATUS = "change_status"
    PUBLISH = "publish"  # and reject, retract
    FORWARD = "forward"
    MERGE = "merge"
    MANAGE_GROUP = "manage_group"
    MANAGE_STREETS = "manage_streets"
    MANAGE_USERS = "manage_users"
    MANAGE_JOBS = "manage_jobs"
    EXPORT = "export"
    ERASE = "erase"
    READ_AUDIT = "read_audit"


PERMISSIONS: Mapping[Role, frozenset[Verb]] = {
    Role.RESIDENT: frozenset({Verb.FILE_REPORT, Verb.READ_OWN_REPORTS, Verb.WITHDRAW_OWN_REPORT}),
    Role.MEMBER: frozenset({Verb.READ_FEED}),
    Role.MODERATOR: frozenset(
        {
            Verb.READ_FEED,
            Verb.READ_REPORTS,
            Verb.READ_PRACTICE,
            Verb.READ_ORIGINAL,
            Verb.READ_LANGUAGE,
            Verb.LISTEN,
            Verb.CALL_BACK,
            Verb.CORRECT_REPORT,
            Verb.CHANGE_STATUS,
            Verb.PUBLISH,
            Verb.FORWARD,
            Verb.MERGE,
        }
    ),
    Role.TRAINER: frozenset(
        {
            Verb.READ_FEED,
            Verb.READ_PRACTICE,
            Verb.READ_ORIGINAL,
            Verb.READ_LANGUAGE,
            Verb.LISTEN,
            Verb.CORRECT_REPORT,
            Verb.CHANGE_STATUS,
            Verb.PUBLISH,
            Verb.MERGE,
        }
    ),
    Role.POLICE: frozenset({Verb.READ_FEED, Verb.READ_FORWARDED, Verb.READ_ORIGINAL, Verb.CHANGE_STATUS}),
    Role.MUNICIPALITY: frozenset({Verb.READ_FEED, Verb.READ_FORWARDED, Verb.CHANGE_STATUS}),
    Role.OPERATOR: frozenset(
        {
            Verb.READ_FEED,
            Verb.MANAGE_GROUP,
            Verb.MANAGE_STREETS,
            Verb.MANAGE_USERS,
            Verb.MANAGE_JOBS,
            Verb.EXPORT,
            Verb.ERASE,
            Verb.READ_AUDIT,
        }
    ),
}
"""The verbs of each role. A trainer's verbs hold for practice reports only; see ``may``."""


def may(role: Role, verb: Verb, *, practice: bool = False) -> bool:
    """Whether a role may do something; ``practice``: to a practice report.

    A trainer touches practice reports only (the feed, which has none, may be read); the desks never see one.
    """
    if verb not in PERMISSIONS[role]:
        return False
    if role is Role.TRAINER:
        return practice or verb in {Verb.READ_FEED, Verb.READ_PRACTICE}
    return not (practice and role in {Role.POLICE, Role.MUNICIPALITY})
