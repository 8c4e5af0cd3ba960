from service.cli.keys import keys
from service.settings import Settings
from service.store.keys import Keys

from .conftest import Run


def test_a_generated_key_is_one_that_the_settings_take(run: Run) -> None:
    first, second = (run(keys, "generate").output for _ in range(2))
    assert first != second
    assert Keys.load(Settings(keys=f"{first.strip()},{second.strip()}")).key_id == first[:8]
