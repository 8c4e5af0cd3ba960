from collections.abc import Iterator

import pytest

from ivr.gateways.twilio import TwilioGateway
from tests.carrier import Carrier, running_carrier


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with running_carrier() as carrier:
        yield carrier


@pytest.fixture
def gateway(carrier: Carrier) -> TwilioGateway:
    return TwilioGateway("AC" + "0" * 32, "secret", "https://line.example", api_base=carrier.url)
