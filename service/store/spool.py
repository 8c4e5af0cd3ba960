"""The spool: inbound messages that came while the database was down, on disk until they are dealt with.

One encrypted file for each message, written under another name first, so that a name ending in ``.message`` always
holds a whole one. What cannot be read is set aside as ``.broken`` for a person to look at, never removed.
"""

import json
import os
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from ivr.messages import Inbound
from service.settings import Settings
from service.store.files import file_lock, private_folder, sync_folder
from service.store.keys import Keys, KeysError, Sealed
from service.store.unit import StoreUnavailable

_log = structlog.get_logger(__name__)
_INBOUND: TypeAdapter[Inbound] = TypeAdapter(Inbound)
_CONTEXT = b"spool"


class Spool:
    """The spool of an install. Safe for any number of threads and processes at once."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._folder = settings.spool
        self._keys = keys
        self._newest = 0

    def append(self, inbound: Inbound) -> None:
        """Keep a message: on disk for good when this returns. Raises OSError."""
        sealed = self._keys.seal(_INBOUND.dump_json(inbound).decode(), _CONTEXT)
        with self._locked("append", shared=True):  # on a slow disk, many write at once as fast as one does
            self._newest = max(time.time_ns(), self._newest + 1)  # in order also when the clock is put back
            name = f"{self._newest:020}-{secrets.token_hex(4)}"
            draft = self._folder / f"{name}.draft"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w", encoding="ascii") as file:
                    json.dump({"key_id": sealed.key_id, "data": sealed.data.hex()}, file)
                    file.flush()
                    os.fsync(file.fileno())
                draft.rename(self._folder / f"{name}.message")
            except OSError:
                draft.unlink(missing_ok=True)  # a full disk leaves an empty file, with nothing in it to look at
                raise
            sync_folder(self._folder)

    def waiting(self) -> int:
        """How many messages wait."""
        return len(self._names("message"))

    def broken(self) -> int:
        """How many files were set aside because they could not be read."""
        return len(self._names("broken"))

    def replay(self, handler: Callable[[Inbound], object]) -> int:
        """Hand each waiting message over, the oldest first, exactly as it came; gives how many were dealt with.

        A message goes only after its handler returned, so a crash in between hands it over again: the inbox knows
        it then. Ends when the handler raises StoreUnavailable. What else handlers raise leaves their message waiting
        and is raised as an ExceptionGroup once the others were tried. Gives 0 while somebody else replays.
        """
        self._set_drafts_aside()
        done = 0
        errors = []
        with self._locked("replay", wait=False) as alone:
            for path in self._names("message") if alone else ():
                inbound = self._read(path)
                if inbound is None:
                    continue
                try:
                    handler(inbound)
                except StoreUnavailable:
                    break
                except Exception as error:  # noqa: BLE001 - raised together below
                    errors.append(error)
                    continue
                path.unlink()
                sync_folder(self._folder)
                done += 1
        if errors:
            raise ExceptionGroup("spooled messages could not be dealt with", errors)
        return done

    def _read(self, path: Path) -> Inbound | None:
        """The message of a file; None, and the file set aside, when it cannot be read."""
        try:
            document = json.loads(path.read_bytes())
            sealed = Sealed(document["key_id"], bytes.fromhex(document["data"]))
            return _INBOUND.validate_json(self._keys.open(sealed, _CONTEXT))
        except (ValueError, KeyError, TypeError, KeysError, ValidationError):
            self._set_aside(path)
            return None

    def _set_drafts_aside(self) -> None:
        """Keep what a crash left half written. Waits for nobody: while somebody writes, that is for the next time."""
        if not self._names("draft"):
            return
        with self._locked("append", wait=False) as alone:
            for path in self._names("draft") if alone else ():
                self._set_aside(path)

    def _set_aside(self, path: Path) -> None:
        path.rename(path.with_suffix(".broken"))
        sync_folder(self._folder)
        _log.error("spooled message set aside", file=path.name)

    def _names(self, suffix: str) -> list[Path]:
        return sorted(self._folder.glob(f"*.{suffix}"))

    def _locked(self, name: str, *, wait: bool = True, shared: bool = False) -> AbstractContextManager[bool]:
        """One of the spool's locks; False when it is somebody else's and we don't wait."""
        private_folder(self._folder)
        return file_lock(self._folder / f"{name}.lock", wait=wait, shared=shared)
