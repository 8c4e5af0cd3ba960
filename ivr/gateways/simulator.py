"""The border to the web phone and the simulator: no carrier at all."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from typing_extensions import override

from ivr.gateways.gateway import Accepted, Gateway, RecordingMissing
from ivr.messages import Outbound
from ivr.rendering.page import VoicePage
from ivr.rendering.reply import Body, Reply, SmsReply

SMS: TypeAdapter[SmsReply] = TypeAdapter(SmsReply)
PAGE: TypeAdapter[VoicePage] = TypeAdapter(VoicePage)


@dataclass(frozen=True, slots=True)
class SimulatorGateway(Gateway):
    """Answers as JSON. Messages that we start stay in the outbox, where the phone asks for them."""

    name: str = "simulator"

    @override
    def render(self, reply: Reply) -> Body:
        """The answer as JSON; ``SMS`` or ``PAGE`` reads it back."""
        content = SMS.dump_json(reply) if isinstance(reply, SmsReply) else PAGE.dump_json(reply)
        return Body(content.decode(), "application/json")

    @override
    def send(self, message: Outbound) -> Accepted:
        """Take a message; nothing leaves this machine."""
        return Accepted(message.id)

    @override
    def sent_since(self, message: Outbound, since: datetime) -> tuple[str, ...]:
        """Nothing: sending again does no harm, since nothing leaves this machine."""
        return ()

    @override
    def fetch_recording(self, url: str) -> bytes:
        """Raises RecordingMissing: recordings are here already."""
        raise RecordingMissing("the simulator keeps no recordings elsewhere")

    @override
    def delete_recording(self, url: str) -> None:
        """Nothing to delete elsewhere."""
