"""A report as the group's own people see it, in the form of /schema/report.json."""

from datetime import datetime

from service.domain.group import Group
from service.domain.report import Report


def inside_view(report: Report, group: Group) -> dict[str, object]:
    """The report of that group as plain JSON values. Everything in it is private: it is for the inside only."""
    place, occurred, emergency = report.place, report.occurred, report.emergency
    return {
        "id": str(report.id),
        "code": report.code,
        "group": group.slug,
        "practice": report.practice,
        "channel": report.channel.value,
        "language": report.language,
        "category": report.category.value,
        "description": report.description,
        "original": report.original,
        "redacted": report.redacted,
        "place": {
            "street": place.street,
            "number": place.number,
            "suffix": place.suffix,
            "postcode": place.postcode,
            "landmark": place.landmark,
            "lat": place.lat,
            "lon": place.lon,
            "precision": place.precision.value,
            "gazetteer_id": place.gazetteer_id,
        },
        "occurred": {
            "when": occurred.label.value if occurred.label else "",
            "from": _moment(occurred.start),
            "until": _moment(occurred.end),
            "precision": occurred.precision.value,
        },
        "emergency": {
            "suspected": emergency.suspected,
            "advised_112_at": _moment(emergency.advised_112_at),
            "called_112": emergency.called_112,
        },
        "reporter": {
            "pseudonym": report.pseudonym,
            "anonymous": report.anonymous,
            "call_back": report.call_back,
        },
        "on_behalf": report.on_behalf,
        "confirmed": report.confirmed,
        "confidence": dict(report.confidence),
        "media": [str(media_id) for media_id in report.media_ids],
        "duplicate_of": str(report.duplicate_of) if report.duplicate_of else None,
        "status": report.status.value,
        "publication": report.publication.value,
        "publish_decisions": report.publish_decisions,
        "revision": report.revision,
        "created_at": _moment(report.created_at),
        "updated_at": _moment(report.updated_at),
        "decided_at": _moment(report.decided_at),
        "published_at": _moment(report.published_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
