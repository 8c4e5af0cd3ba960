"""What all pages share: the visitor's language, the texts in it, and the frame around a page (templates/base.html).

The blueprint serves what stands in static/ below /assets.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from ivr.catalogue import catalogue
from ivr.locale import Locale, locales
from service.domain.group import Group

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/assets")


def visitor_locale(group: Group | None = None) -> Locale:
    """The language of ``?lang``, else of the browser, else the first of the group, else of the line."""
    wanted = (request.args.get("lang", ""), *(tag for tag, quality in request.accept_languages if quality > 0))
    codes = (*(tag.split("-")[0].lower() for tag in wanted), *(group.locales if group else ()), *locales())
    return locales()[next(code for code in codes if code in locales())]


def texts(locale: Locale) -> Callable[..., str]:
    """``t(key, **values)``: a text of the catalogue in that language.

    In languages written from right to left, values are kept together as Unicode's bidirectional algorithm asks.
    """
    text = catalogue(locale.code).text
    if locale.direction == "ltr":
        return text

    def isolating(key: str, **values: str) -> str:
        return text(key, **{name: f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}" for name, value in values.items()})

    return isolating


def link(endpoint: str, **values: Any) -> str:
    """The address of a page of ours, in the language that the visitor chose by ``?lang``."""
    return url_for(endpoint, lang=chosen_language(), **values)


def chosen_language() -> str | None:
    """The language that the visitor chose by ``?lang``; None when none, or one that we don't speak."""
    code = request.args.get("lang", "")
    return code if code in locales() else None


def render_page(template: str, *, group: Group | None = None, **values: object) -> Response:
    """A page in the visitor's language.

    The template gets ``t(key, **values)``, ``locale``, ``languages`` (pairs of a locale and the address of this same
    page in it), ``link(endpoint, **values)``, ``group`` and ``values``.
    """
    locale = visitor_locale(group)
    response = Response(
        render_template(
            template, t=texts(locale), locale=locale, languages=_languages(), link=link, group=group, **values
        )
    )
    response.vary.add("Accept-Language")
    response.content_language.add(locale.code)
    return response


def _languages() -> list[tuple[Locale, str]]:
    """Every language with the address of this page in it; none where a link would not lead to this page."""
    if request.method not in ("GET", "HEAD"):
        return []
    asked = request.args.to_dict()
    return [(locale, "?" + urlencode({**asked, "lang": locale.code})) for locale in locales().values()]
