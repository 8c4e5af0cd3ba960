"""From which pages a browser may use the web phone: our own."""

from urllib.parse import urlsplit

from service.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost")


def our_origins(settings: Settings) -> frozenset[str]:
    """The origins of our pages. A demo on this machine is reached by both of its names."""
    parts = urlsplit(settings.web_url)
    origins = {f"{parts.scheme}://{parts.netloc}".lower()}
    if settings.demo and parts.hostname in _LOOPBACK:
        port = f":{parts.port}" if parts.port else ""
        origins.update(f"{parts.scheme}://{host}{port}" for host in _LOOPBACK)
    return frozenset(origins)
