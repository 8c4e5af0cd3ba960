"""`simulate sms` and `simulate call`: the line without a telephone, on the real road."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import click

from ivr.gateways.simulator import PAGE, SMS
from ivr.messages import Channel, Inbound, TurnKind
from ivr.rendering.page import AwaitTranscript, AwaitUtterance, HangUp, VoicePage
from ivr.speech.audio import AudioError, decode, to_wav
from service.domain.number import BadNumber, e164
from service.usecases.keep_recording import keep_recording
from service.usecases.line import Line
from service.usecases.take_turn import UnknownNumber, take_turn
from service.web.access import line

PROVIDER = "simulator"
DEMO_NUMBER = "+31850000001"


class _Number(click.ParamType[str]):
    """A phone number with its country code, or a Dutch one without."""

    name = "number"

    def __init__(self, *, withheld: bool = False) -> None:
        self._withheld = withheld

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The number in E.164 form."""
        if self._withheld and not value:
            return ""
        try:
            return e164(value, "NL")
        except BadNumber as error:
            self.fail(str(error), param, ctx)


@click.group()
def simulate() -> None:
    """Text or ring the line from this terminal."""


@simulate.command()
@click.option("--from", "sender", type=_Number(), required=True, help="The resident's, such as +31610000001.")
@click.option("--to", "recipient", type=_Number(), default=DEMO_NUMBER, show_default=True, help="The line's number.")
@click.argument("texts", nargs=-1, required=True)
def sms(sender: str, recipient: str, texts: tuple[str, ...]) -> None:
    """Send each TEXT as an SMS and print each reply."""
    running = line()
    for text in texts:
        inbound = _inbound(running, Channel.SMS, TurnKind.TEXT, sender, recipient, "")
        reply = SMS.validate_json(_take(running, replace(inbound, text=text)))
        click.echo(reply.text)


@simulate.command()
@click.option(
    "--from",
    "sender",
    type=_Number(withheld=True),
    default="+31610000001",
    show_default=True,
    help="The caller's number; '' withholds it.",
)
@click.option("--to", "recipient", type=_Number(), default=DEMO_NUMBER, show_default=True, help="The line's number.")
@click.argument("script", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def call(sender: str, recipient: str, script: Path) -> None:
    """Ring the line and act on each line of SCRIPT in turn, printing what the caller hears.

    `keys 12#` presses keys, `say FILE` speaks a recording and waits until a running speech worker has transcribed
    it, `silence` says nothing, `hangup` ends the call. Empty lines and lines that begin with # are ignored.
    """
    running = line()
    conversation_id = str(uuid4())
    start = _inbound(running, Channel.VOICE, TurnKind.START, sender, recipient, conversation_id)
    page = _hear(running, start)
    for number, words in enumerate(script.read_text(encoding="utf-8").splitlines(), start=1):
        what, _, rest = words.strip().partition(" ")
        if not what or what.startswith("#"):
            continue
        if isinstance(page.then, HangUp):
            break
        inbound = replace(start, provider_id=str(uuid4()), received_at=running.clock.now())
        page = _hear(running, _step(running, inbound, what, rest, f"{script}:{number}"))
        while isinstance(page.then, AwaitTranscript):
            time.sleep(page.then.pause)
            waiting = replace(inbound, provider_id=str(uuid4()), kind=TurnKind.WAITING)
            page = _hear(running, waiting)
    if not isinstance(page.then, HangUp):
        _hear(running, replace(start, provider_id=str(uuid4()), kind=TurnKind.HANG_UP))


def _step(running: Line, inbound: Inbound, what: str, rest: str, where: str) -> Inbound:
    """The turn that a line of the script stands for."""
    match what:
        case "keys":
            return replace(inbound, kind=TurnKind.KEYS, keys=rest.removesuffix("#") or rest)
        case "say":
            try:
                audio = to_wav(decode(Path(rest).read_bytes()))
            except (OSError, AudioError) as error:
                raise click.UsageError(f"{where}: {error}") from error
            recording = keep_recording(running, audio)
            return replace(inbound, kind=TurnKind.RECORDING, recording_id=str(recording))
        case "silence":
            return replace(inbound, kind=TurnKind.NO_INPUT)
        case "hangup":
            return replace(inbound, kind=TurnKind.HANG_UP)
    raise click.UsageError(f"{where}: not one of keys, say, silence, hangup: {what}")


def _inbound(
    running: Line, channel: Channel, kind: TurnKind, sender: str, recipient: str, conversation_id: str
) -> Inbound:
    return Inbound(
        provider=PROVIDER,
        provider_id=str(uuid4()),
        channel=channel,
        kind=kind,
        sender=sender,
        recipient=recipient,
        received_at=running.clock.now(),
        conversation_id=conversation_id,
    )


def _take(running: Line, inbound: Inbound) -> str:
    try:
        return take_turn(running, inbound, running.gateways[PROVIDER]).content
    except UnknownNumber:
        sys.exit(f"No group has the number {inbound.recipient}. `group list` shows the numbers there are.")


def _hear(running: Line, inbound: Inbound) -> VoicePage:
    page = PAGE.validate_json(_take(running, inbound))
    for prompt in page.prompts:
        click.echo(prompt.text)
    match page.then:
        case AwaitUtterance():
            click.echo("[recording]")
        case AwaitTranscript():
            click.echo("[listening]")
        case HangUp():
            click.echo("[the call ends]")
        case _:
            click.echo("[keys]")
    return page


commands = (simulate,)
