"""Mu-law, the sound of telephones (ITU-T G.711): 8 bits a sample, as two tables."""

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
SILENCE = 0xFF


def _decoding() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    samples: NDArray[np.int16] = np.where(code & 0x80, 0x84 - magnitude, magnitude - 0x84).astype(np.int16)
    return samples


def _encoding() -> NDArray[np.uint8]:
    sample = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32) >> 2  # the standard takes 14 bits
    magnitude = np.minimum(np.abs(sample), 8_158) + 33
    segment = np.log2(magnitude).astype(np.int32) - 5
    code = ((sample < 0) << 7) | (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F)
    codes: NDArray[np.uint8] = (~code & 0xFF).astype(np.uint8)
    return codes


_SAMPLES = _decoding()
_CODES = _encoding()


def encode(samples: NDArray[np.int16]) -> bytes:
    """16-bit samples as mu-law, one byte each."""
    return _CODES[samples.view(np.uint16)].tobytes()


def decode(codes: bytes) -> NDArray[np.int16]:
    """Mu-law bytes as 16-bit samples."""
    return _SAMPLES[np.frombuffer(codes, np.uint8)]
