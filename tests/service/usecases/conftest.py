from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.demo_line import DemoLine, demo_line


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[DemoLine]:
    with demo_line(tmp_path) as running:
        yield running
