"""What browsers are told about every answer: to run no foreign code, to show it in nobody's frame, to tell nobody."""

from flask import Flask, Response

from service.web.access import line

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it, browsers send forms with "Origin: null" and no Referer, which look like forgeries.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Add the headers to every response that has none of its own by these names."""
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if line().settings.web_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_A_YEAR}")
    return response
