"""The install's secret keys: made once, kept outside the data folder, never in the database or in logs.

A key is ``<id>.<32 bytes in URL-safe base64>``; several stand separated by commas or white space. The first one
encrypts and signs, any one decrypts and is matched: put a new one in front to rotate.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.settings import Settings
from service.store.files import sync_folder

_NONCE = 12  # bytes: 96 bits, random for each text
_FORM = re.compile(r"([0-9a-f]{8})\.([A-Za-z0-9_-]{43})")


class KeysError(Exception):
    """The keys are missing, malformed, readable by others, or not those that a text was encrypted with."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted text and the id of the key that opens it."""

    key_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """One secret, from which each purpose gets a sub-key of its own."""

    id: str
    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """A sub-key of 32 bytes."""
        return HKDF(SHA256(), 32, salt=None, info=f"buurtlijn {purpose}".encode()).derive(self.secret)


def _parse(text: str) -> tuple[Key, ...]:
    keys = []
    for word in re.split(r"[,\s]+", text.strip()):
        form = _FORM.fullmatch(word)
        if form is None:
            raise KeysError("the keys are malformed: each is <8 hex digits>.<43 characters>, as `keys generate` prints")
        keys.append(Key(form[1], base64.urlsafe_b64decode(form[2] + "=")))
    if len({key.id for key in keys}) != len(keys):
        raise KeysError("two keys have the same id")
    return tuple(keys)


def _create(path: Path, text: str) -> None:
    """Write a new file of mode 0600 that appears whole or not at all; keeps the one that another process made first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        draft.unlink()


def _read(path: Path) -> str:
    """The text of the keys file. Raises KeysError when others than its owner can read it."""
    descriptor = os.open(path, os.O_RDONLY)
    with os.fdopen(descriptor, encoding="ascii") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise KeysError(f"{path} can be read by others than its owner: run `chmod 600 {path}`")
        return file.read()


class Keys:
    """The keys in use. ``session_secrets`` sign cookies, newest first; ``internal_token`` joins our own processes."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self._first = keys[0]
        self._ciphers = {key.id: AESGCM(key.derive("phone_aes")) for key in keys}
        self._peppers = {key.id: key.derive("phone_hmac") for key in keys}
        self.session_secrets = tuple(key.derive("session_secret") for key in keys)
        self.internal_token = self._first.derive("internal_token").hex()

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """The keys of the settings, else of the keys file, which is made at the first start. Raises KeysError."""
        if settings.keys:
            return cls(_parse(settings.keys))
        if not settings.keyring.exists():
            _create(settings.keyring, cls.generate() + "\n")
        return cls(_parse(_read(settings.keyring)))

    @staticmethod
    def generate() -> str:
        """A new random key in the form that the settings and the keys file take."""
        secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        return f"{secrets.token_hex(4)}.{secret}"

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all keys."""
        return frozenset(self._ciphers)

    @property
    def key_id(self) -> str:
        """The id of the key that encrypts."""
        return self._first.id

    def phone_hmac(self, phone: str) -> str:
        """What a number is matched by, with the newest key: 64 hex digits."""
        return _hmac(self._peppers[self._first.id], phone)

    def phone_hmacs(self, phone: str) -> tuple[str, ...]:
        """What a number may be matched by: one for each key, the newest first."""
        return tuple(_hmac(pepper, phone) for pepper in self._peppers.values())

    def seal(self, text: str, context: bytes) -> Sealed:
        """Encrypt a text; it opens only with the same context (the id of what it belongs to)."""
        nonce = secrets.token_bytes(_NONCE)
        data = self._ciphers[self._first.id].encrypt(nonce, text.encode(), context)
        return Sealed(self._first.id, nonce + data)

    def open(self, sealed: Sealed, context: bytes) -> str:
        """Decrypt a text. Raises KeysError when its key is gone, or when text or context were changed."""
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise KeysError(f"key {sealed.key_id} is needed and not among the keys")
        try:
            return cipher.decrypt(sealed.data[:_NONCE], sealed.data[_NONCE:], context).decode()
        except (InvalidTag, ValueError) as error:
            raise KeysError(f"a text sealed with key {sealed.key_id} was changed or belongs elsewhere") from error


def _hmac(pepper: bytes, phone: str) -> str:
    return hmac.new(pepper, phone.encode(), hashlib.sha256).hexdigest()
