from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from ivr.rendering.page import Awaited, AwaitKeys, AwaitTranscript, AwaitUtterance, HangUp, Spoken, VoicePage
from ivr.rendering.reply import SmsReply
from ivr.rendering.twiml import CallUrls, no_answer, rejected_call, sms_twiml, voice_twiml

URLS = CallUrls("https://line.example", step=3)
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
ASK = (Spoken("Welke straat?", "nl"),)


def xml(awaited: Awaited, *, prompts: tuple[Spoken, ...] = ASK, barge_in: bool = True) -> str:
    body = voice_twiml(VoicePage(prompts, awaited, barge_in), URLS)
    assert body.media_type == "text/xml; charset=utf-8"
    assert body.content.startswith(DECLARATION)
    return body.content.removeprefix(DECLARATION)


def test_one_key_interrupts_the_prompt() -> None:
    assert xml(AwaitKeys(digits=1, timeout=8)) == (
        '<Response><Gather action="https://line.example/twilio/voice/turn?step=4" actionOnEmptyResult="true" '
        'finishOnKey="" input="dtmf" method="POST" numDigits="1" timeout="8">'
        '<Say language="nl-NL">Welke straat?</Say></Gather></Response>'
    )


def test_many_keys_end_with_the_hash_key() -> None:
    assert xml(AwaitKeys(digits=0, timeout=10)) == (
        '<Response><Gather action="https://line.example/twilio/voice/turn?step=4" actionOnEmptyResult="true" '
        'finishOnKey="#" input="dtmf" method="POST" timeout="10">'
        '<Say language="nl-NL">Welke straat?</Say></Gather></Response>'
    )


def test_a_prompt_that_must_be_heard_stands_before_the_gather() -> None:
    assert xml(AwaitKeys(), barge_in=False) == (
        '<Response><Say language="nl-NL">Welke straat?</Say>'
        '<Gather action="https://line.example/twilio/voice/turn?step=4" actionOnEmptyResult="true" '
        'finishOnKey="" input="dtmf" method="POST" numDigits="1" timeout="8" /></Response>'
    )


def test_an_utterance_is_recorded_and_an_empty_recording_goes_on() -> None:
    assert xml(AwaitUtterance(silence=3, longest=60)) == (
        '<Response><Say language="nl-NL">Welke straat?</Say>'
        '<Record action="https://line.example/twilio/voice/turn?step=4" finishOnKey="0123456789*#" maxLength="60" '
        'method="POST" playBeep="true" recordingStatusCallback="https://line.example/twilio/voice/recording" '
        'recordingStatusCallbackEvent="completed" recordingStatusCallbackMethod="POST" timeout="3" '
        'trim="do-not-trim" />'
        '<Redirect method="POST">https://line.example/twilio/voice/turn?step=4</Redirect></Response>'
    )


def test_a_transcript_is_awaited_in_pauses() -> None:
    assert xml(AwaitTranscript(pause=2), prompts=()) == (
        '<Response><Pause length="2" />'
        '<Redirect method="POST">https://line.example/twilio/voice/wait?step=4</Redirect></Response>'
    )


def test_the_call_ends_after_the_last_prompt() -> None:
    assert xml(HangUp(), prompts=(Spoken("Dziękujemy.", "pl"), Spoken("وداعا", "ar"))) == (
        '<Response><Say language="pl-PL">Dziękujemy.</Say><Say language="arb">وداعا</Say><Hangup /></Response>'
    )


def test_a_persons_recording_is_played_instead() -> None:
    assert xml(HangUp(), prompts=(Spoken("Dag.", "nl", "nl/prompts/good bye.wav"),)) == (
        "<Response><Play>https://line.example/prompts/nl/prompts/good%20bye.wav</Play><Hangup /></Response>"
    )


def test_an_sms_is_a_message() -> None:
    assert sms_twiml(SmsReply("Bel 112 & wacht <buiten>.", "nl")).content == (
        DECLARATION + "<Response><Message>Bel 112 &amp; wacht &lt;buiten&gt;.</Message></Response>"
    )


def test_silence_and_refusals_are_documents_too() -> None:
    assert sms_twiml(SmsReply("", "nl")) == no_answer()
    assert no_answer().content == DECLARATION + "<Response />"
    assert rejected_call().content == DECLARATION + "<Response><Reject /></Response>"


def test_control_characters_are_dropped_and_letters_of_any_script_kept() -> None:
    reply = SmsReply("a\x00b\x0bc\x1fd\x7fe\x85f\ud800g\ufffeh\r\n\té مرحبا 🙂", "ar")
    (message,) = ElementTree.fromstring(sms_twiml(reply).content.encode())
    assert message.text == "abcdefgh\n\té مرحبا 🙂"


def test_markup_in_a_text_stays_text() -> None:
    hostile = "</Message><Redirect>https://evil.example</Redirect>]]><!-- &lt; \"'"
    (message,) = ElementTree.fromstring(sms_twiml(SmsReply(hostile, "nl")).content.encode())
    assert (message.tag, message.text, list(message)) == ("Message", hostile, [])


@given(st.text(alphabet=st.characters(), max_size=60), st.sampled_from(["nl", "ar", "uk"]))
def test_any_text_gives_valid_xml(text: str, locale: str) -> None:
    sms = ElementTree.fromstring(sms_twiml(SmsReply(text, locale)).content.encode())
    assert len(sms) <= 1
    page = VoicePage((Spoken(text, locale),), AwaitKeys())
    voice = ElementTree.fromstring(voice_twiml(page, URLS).content.encode())
    assert [verb.tag for verb in voice.iter()] == ["Response", "Gather", "Say"]
