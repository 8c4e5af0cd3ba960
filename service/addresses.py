"""What the addresses among the settings look like. They are only looked at: nothing is opened, and none is repeated."""

import re

_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
_PORT = r"(?::(?P<port>[0-9]{1,5}))?"
_PATH = r"(?:/[\w.~%!$&'()*+,;=:@-]+)*"
_USER = r"(?:[^:/@]*(?::[^@/#?\[\]]*)?@)?"

_SITE = re.compile(rf"(?P<scheme>[a-z]+)://{_HOST}{_PORT}(?P<path>{_PATH})/?", re.ASCII)
_HOST_AND_PORT = re.compile(_HOST + _PORT, re.ASCII)
_SQLITE = re.compile(r"sqlite(?:\+pysqlite)?:///(?!:memory:)[^?]+(?:\?.*)?")
_POSTGRESQL = re.compile(
    rf"postgresql(?:\+\w+)?://(?:[^:/]*(?::[^@]*)?@)?{_HOST}?(?::(?P<port>[0-9]{{1,5}}))?(?:/[^?]*)?(?:\?.*)?"
)
_REDIS = re.compile(rf"rediss?://{_USER}{_HOST}{_PORT}(?:/[0-9]*)?(?:\?.*)?")

_ENCODE = "in names and passwords, write special characters as % and their two hex digits (@ is %40)"


def site(text: str, *schemes: str, path: bool = False) -> str:
    """The address of a web service: a scheme and a host, and nothing behind them but a path where that may be.

    Raises ValueError, saying what is wanted.
    """
    found = _SITE.fullmatch(text)
    if found is None or found["scheme"] not in schemes or not _possible(found) or (found["path"] and not path):
        wanted = " or ".join(f"{scheme}://" for scheme in schemes)
        rest = "perhaps a path" if path else "nothing behind it"
        raise ValueError(f"give an address that begins with {wanted}, then a host, perhaps a port, and {rest}")
    return text


def host(text: str) -> str:
    """A host's name, and perhaps a port. Raises ValueError, saying what is wanted."""
    found = _HOST_AND_PORT.fullmatch(text)
    if found is None or not _possible(found):
        raise ValueError("give names of hosts such as media.example.org or media.example.org:8443, without https://")
    return text


def database(text: str) -> str:
    """The address of a database of a kind that we can use. Raises ValueError, saying what is wanted."""
    if _SQLITE.fullmatch(text):
        return text
    found = _POSTGRESQL.fullmatch(text)
    if found is None or not _possible(found):
        raise ValueError(
            "give postgresql://user:password@host/name, or sqlite:////folder/file.db (four slashes before a whole "
            f"path), or leave it empty; {_ENCODE}"
        )
    return text


def queue(text: str) -> str:
    """The address of a transport of a kind that we can use. Raises ValueError, saying what is wanted."""
    if _SQLITE.fullmatch(text):
        return text
    found = _REDIS.fullmatch(text)
    if found is None or not _possible(found):
        raise ValueError(
            "give redis://host:6379/0 (rediss:// with TLS), or sqlite:////folder/file.db (four slashes before a whole "
            f"path), or leave it empty; {_ENCODE}"
        )
    return text


def _possible(found: re.Match[str]) -> bool:
    return found["port"] is None or 0 < int(found["port"]) < 65536
