"""A group's feed as a page, as JSON Feed 1.1 and as Atom. Nothing reaches it but through ``public_report``."""

import json
from datetime import UTC, datetime
from http import HTTPStatus

import phonenumbers
from feedgen.feed import FeedGenerator
from flask import Blueprint, Response, abort, request, url_for

from service.domain.group import Group, GroupNumber
from service.domain.permissions import Verb
from service.domain.public_report import as_json
from service.store.unit import Missing
from service.usecases.show_feed import Feed, show_feed
from service.web.access import line
from service.web.auth import allowed, signed_in_user
from service.web.feed_text import Card, Reader
from service.web.pages import chosen_language, render_page, texts, visitor_locale

JSON_FEED = "https://jsonfeed.org/version/1.1"
DEMO = "demo"

blueprint = Blueprint("feed", __name__, url_prefix="/g/<slug>", template_folder="templates")


@blueprint.get("/")
def page(slug: str) -> Response:
    """The page. Its categories, places, times and statuses are in the visitor's language, the words as they were."""
    feed = _feed(slug)
    reader = _reader(feed.group)
    response = render_page(
        "feed.html",
        group=feed.group,
        cards=[reader.card(report) for report in feed.reports],
        numbers=[(number.number, _readable(number)) for number in feed.group.numbers if not number.practice],
        older=feed.older and url_for("feed.page", slug=slug, before=feed.older.isoformat(), lang=chosen_language()),
        first="before" not in request.args,
        web_phone=line().settings.demo and slug == DEMO,
    )
    return _conditional(response, feed)


@blueprint.get("/feed.json")
def json_feed(slug: str) -> Response:
    """The feed as JSON Feed 1.1; each item has its report, as /schema/public-report.json describes it, as _report."""
    feed = _feed(slug)
    reader = _reader(feed.group)
    document = {
        "version": JSON_FEED,
        "title": reader.t("feed.heading", group=feed.group.name),
        "home_page_url": _address("feed.page", slug),
        "feed_url": _address("feed.json_feed", slug),
        "description": reader.t("feed.intro"),
        "language": reader.locale.code,
        "authors": [{"name": feed.group.name}],
        "items": [_item(slug, card) for card in map(reader.card, feed.reports)],
    }
    if feed.older:
        document["next_url"] = _address("feed.json_feed", slug, before=feed.older)
    body = json.dumps(document, ensure_ascii=False)
    return _conditional(Response(body, content_type="application/feed+json; charset=utf-8"), feed)


@blueprint.get("/feed.atom")
def atom_feed(slug: str) -> Response:
    """The feed as Atom."""
    feed = _feed(slug)
    reader = _reader(feed.group)
    atom = FeedGenerator()
    atom.generator("Buurtlijn")
    atom.id(_address("feed.page", slug))
    atom.title(reader.t("feed.heading", group=feed.group.name))
    atom.subtitle(reader.t("feed.intro"))
    atom.author(name=feed.group.name)
    atom.updated(feed.changed or datetime.fromtimestamp(0, UTC))
    atom.link(href=_address("feed.page", slug), rel="alternate", type="text/html")
    atom.link(href=_address("feed.atom_feed", slug), rel="self", type="application/atom+xml")
    if feed.older:
        atom.link(href=_address("feed.atom_feed", slug, before=feed.older), rel="next", type="application/atom+xml")
    for card in map(reader.card, feed.reports):
        entry = atom.add_entry(order="append")
        entry.id(_item_address(slug, card))
        entry.link(href=_item_address(slug, card), rel="alternate", type="text/html")
        entry.title(card.title)
        entry.summary(_summary(card))
        entry.content(card.report.text or card.title, type="text")
        entry.category(term=card.report.category.value, label=card.category)
        entry.published(card.report.published_at)
        entry.updated(card.report.updated_at)
    return _conditional(Response(atom.atom_str(), content_type="application/atom+xml; charset=utf-8"), feed)


def _feed(slug: str) -> Feed:
    try:
        return show_feed(line(), slug, _may_read, _before())
    except Missing:
        signed_in_user()  # asked in either case, so that nothing in the answer tells a closed feed from a missing one
        abort(HTTPStatus.NOT_FOUND)


def _may_read(group: Group) -> bool:
    return group.open_feed or allowed(group, Verb.READ_FEED)


def _before() -> datetime | None:
    text = request.args.get("before")
    if text is None:
        return None
    try:
        before = datetime.fromisoformat(text)
        if before.tzinfo is None:
            abort(HTTPStatus.BAD_REQUEST)
        return before.astimezone(UTC)
    except (ValueError, OverflowError):
        abort(HTTPStatus.BAD_REQUEST)


def _reader(group: Group) -> Reader:
    locale = visitor_locale(group)
    return Reader(locale, texts(locale), line().clock.now())


def _item(slug: str, card: Card) -> dict[str, object]:
    published = as_json(card.report)
    return {
        "id": _item_address(slug, card),
        "url": _item_address(slug, card),
        "title": card.title,
        "content_text": card.report.text or card.title,
        "summary": _summary(card),
        "date_published": published["published_at"],
        "date_modified": published["updated_at"],
        "tags": [card.category],
        "_report": published,
    }


def _summary(card: Card) -> str:
    return " · ".join(part for part in (card.status, card.occurred or card.reported) if part)


def _address(endpoint: str, slug: str, *, before: datetime | None = None) -> str:
    """The public address of this feed in one of its forms, in the language that was chosen."""
    moment = before and before.isoformat()
    return line().settings.web_url + url_for(endpoint, slug=slug, before=moment, lang=chosen_language())


def _item_address(slug: str, card: Card) -> str:
    """Names a report for good, whatever the language; leads to it while it is on the first page."""
    return f"{line().settings.web_url}{url_for('feed.page', slug=slug)}#{card.report.code}"


def _readable(number: GroupNumber) -> str:
    parsed = phonenumbers.parse(number.number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _conditional(response: Response, feed: Feed) -> Response:
    """The response, or 304 where the reader has it already. Readers ask again each time: a report may be retracted."""
    response.add_etag()
    if feed.changed and int(feed.changed.timestamp()) < int(line().clock.now().timestamp()):
        response.last_modified = feed.changed  # in whole seconds: not told while this second may bring another change
    response.vary.add("Accept-Language")
    response.cache_control.no_cache = True
    if feed.group.open_feed:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.cache_control.private = True
        response.vary.add("Cookie")
    response.make_conditional(request)
    return response
