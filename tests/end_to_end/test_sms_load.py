"""A small form of the benchmark: under load every message is answered, and none is lost."""

import pytest

from bench.sms_load import measure


@pytest.mark.server
@pytest.mark.model
def test_every_message_is_answered_and_none_is_lost_while_recordings_are_transcribed() -> None:
    result = measure(messages=40, rate=20.0, callers=1)
    assert (result.answered, result.lost) == (40, 0)
