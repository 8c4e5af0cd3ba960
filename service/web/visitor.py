"""Whom a request comes from, as far as limits tell visitors apart: an address, and never more than that."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from service.settings import Settings

_OF_ONE_VISITOR = 64
"""Bits of an IPv6 address that stay the same for one connection, which has all addresses that begin with them."""


def init_app(app: Flask, settings: Settings) -> None:
    """Believe what our own proxies say of where a request comes from, and nobody else; nobody when there are none."""
    proxies = settings.trusted_proxies
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]


def visitor() -> str:
    """The address of a request's visitor; of IPv6 the network, since one visitor has all of it."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"  # and not empty: nothing is limited by that
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, _OF_ONE_VISITOR), strict=False))
