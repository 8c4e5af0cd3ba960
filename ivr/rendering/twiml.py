"""Replies as TwiML, the markup of Twilio and of carriers that speak it."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from ivr.locale import locales
from ivr.rendering.page import AwaitKeys, AwaitTranscript, AwaitUtterance, HangUp, Spoken, VoicePage
from ivr.rendering.reply import Body, SmsReply

MEDIA_TYPE = "text/xml; charset=utf-8"

ALL_KEYS = "0123456789*#"

# Control characters, lone surrogates and non-characters: XML 1.0 has no way to write most of them, not even escaped,
# and a carrier refuses the whole document for one. Tab and line feed stay.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CallUrls:
    """Where a carrier goes on with a call.

    ``base`` is our public address without a slash at its end. ``step`` counts the pages of the call: each page names
    the next one, so that each request of a call is told from a repetition of the one before.
    """

    base: str
    step: int

    @property
    def turn(self) -> str:
        """Takes what the caller did on this page."""
        return f"{self.base}/twilio/voice/turn?step={self.step + 1}"

    @property
    def wait(self) -> str:
        """Asks whether the transcript is there."""
        return f"{self.base}/twilio/voice/wait?step={self.step + 1}"

    @property
    def recording(self) -> str:
        """Is told when a recording's file is there."""
        return f"{self.base}/twilio/voice/recording"

    def prompt(self, path: str) -> str:
        """The recorded prompt at ``path`` below locales/."""
        return f"{self.base}/prompts/{quote(path)}"


def sms_twiml(reply: SmsReply) -> Body:
    """The reply as <Message>, or an empty <Response> when silence is the answer."""
    response = MessagingResponse()
    text = speakable(reply.text)
    if text:
        response.message(text)
    return _body(response)


def voice_twiml(page: VoicePage, urls: CallUrls) -> Body:
    """The page's prompts, then the verb that awaits the caller."""
    response = VoiceResponse()
    match page.then:
        case AwaitKeys() as keys:
            gather = _gather(keys, urls)
            _say(gather if page.barge_in else response, page.prompts, urls)
            response.append(gather)
        case AwaitUtterance() as utterance:
            _say(response, page.prompts, urls)
            _record(response, utterance, urls)
        case AwaitTranscript(pause):
            _say(response, page.prompts, urls)
            response.pause(length=pause)
            response.redirect(urls.wait, method="POST")
        case HangUp():
            _say(response, page.prompts, urls)
            response.hangup()
    return _body(response)


def no_answer() -> Body:
    """An empty <Response>: nothing is sent back."""
    return _body(MessagingResponse())


def rejected_call() -> Body:
    """Refuses a call before it is answered, so that it costs the caller nothing."""
    response = VoiceResponse()
    response.reject()
    return _body(response)


def speakable(text: str) -> str:
    """The text without what XML can't carry."""
    return _UNSPEAKABLE.sub("", text)


def _gather(keys: AwaitKeys, urls: CallUrls) -> Gather:
    # With a fixed number of keys, * and # are keys like any other; an empty finishOnKey says so.
    until = {"num_digits": keys.digits, "finish_on_key": ""} if keys.digits else {"finish_on_key": "#"}
    return Gather(
        input="dtmf", action=urls.turn, method="POST", timeout=keys.timeout, action_on_empty_result=True, **until
    )


def _record(response: VoiceResponse, utterance: AwaitUtterance, urls: CallUrls) -> None:
    response.record(
        action=urls.turn,
        method="POST",
        timeout=utterance.silence,
        max_length=utterance.longest,
        finish_on_key=ALL_KEYS,
        play_beep=True,
        trim="do-not-trim",
        recording_status_callback=urls.recording,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed",
    )
    # After an empty recording the carrier doesn't ask the action but goes on here; the call would end.
    response.redirect(urls.turn, method="POST")


def _say(parent: VoiceResponse | Gather, prompts: tuple[Spoken, ...], urls: CallUrls) -> None:
    for spoken in prompts:
        if spoken.audio:
            parent.play(urls.prompt(spoken.audio))
        else:
            parent.say(speakable(spoken.text), language=locales()[spoken.locale].say)


def _body(response: TwiML) -> Body:
    return Body(response.to_xml(), MEDIA_TYPE)
