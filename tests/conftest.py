"""Fixtures that every test may ask for."""

import pytest

from tests.servers import postgresql_server, postgresql_url, redis_url

__all__ = ["postgresql_server", "postgresql_url", "redis_url"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-record", action="store_true", help="write the golden conversations anew")
