"""What a recogniser heard becomes part of the conversation, or of the report when that was filed meanwhile."""

from uuid import UUID

from ivr.conversation.form import fill, hear
from ivr.conversation.session import StepId, dump, load
from ivr.messages import Slot, Transcript
from service.store.store import Unit
from service.usecases.file_report import Filing, file_report
from service.usecases.line import Line


def transcribed(line: Line, unit: Unit, media_id: UUID, transcript: Transcript) -> None:
    """Keep a recording's transcript. A caller who still waits for it gets it with the next poll.

    Where the conversation went on or ended without it, its words are added to the draft, and to the report that was
    made of that: no word that was said is lost, and a field that nobody filled may be filled by it.
    """
    media = unit.media.get(media_id)
    if media.unwanted:  # the resident was erased meanwhile, and the words are not to come back
        return
    unit.media.set_transcript(media_id, transcript)
    if media.session_id is None:
        return
    stored = unit.sessions.get(media.session_id)
    session = load(stored.state)
    awaited = session.step is StepId.LISTENING and session.pending == str(media_id) and stored.finished_at is None
    if awaited or str(media_id) not in session.draft.recordings:
        return
    gazetteer = line.gazetteers.of(
        stored.group_id,
        unit.groups.streets_version(stored.group_id),
        lambda: unit.groups.places(stored.group_id),
    )
    understood = line.extractor.understand(
        transcript.text, gazetteer, line.clock.now(), session.locale or None, Slot.REPORT
    )
    session = fill(hear(session, transcript.text), understood)
    unit.sessions.save(stored.id, dump(session), session.step)
    if unit.reports.by_session(stored.id) is None:
        return
    resident = unit.residents.by_id(stored.resident_id) if stored.resident_id else None
    file_report(unit, line.clock, Filing(stored, session, resident), confirmed=False)


def transcription_failed(line: Line, unit: Unit, media_id: UUID) -> None:
    """Keep that no words could be recognised; the recording itself stays for a person to hear."""
    media = unit.media.get(media_id)
    silent = Transcript(text="", language="", confidence=0.0, engine="none", duration=media.seconds)
    transcribed(line, unit, media_id, silent)
