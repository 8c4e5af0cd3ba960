"""Measure recognition of a list of recordings as they sound by telephone (8 kHz mu-law): ``python -m bench.speech``."""

import argparse
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from ivr.extraction.assembly import assemble
from ivr.locale import locales
from ivr.speech import mulaw
from ivr.speech.audio import Pcm, decode, to_wav
from ivr.speech.choice import load_recogniser
from service.settings import Settings
from service.usecases.evaluate_speech import Clip, evaluate_speech, read_manifest


def by_telephone(clip: Clip, folder: Path) -> Clip:
    """The clip as a telephone carries it."""
    codes = mulaw.encode(decode(clip.file.read_bytes(), rate=mulaw.RATE).samples)
    file = folder / f"{clip.file.stem}.wav"
    file.write_bytes(to_wav(Pcm(mulaw.decode(codes), mulaw.RATE)))
    return replace(clip, file=file)


def main(manifest: Path, models: Path) -> None:
    """Print the rates of each language, then of all together."""
    with tempfile.TemporaryDirectory() as folder:
        clips = [by_telephone(clip, Path(folder)) for clip in read_manifest(manifest)]
        recogniser = load_recogniser(models, "auto")
        recogniser.transcribe(decode(clips[0].file.read_bytes()), clips[0].language)  # loading is not recognising
        found = evaluate_speech(clips, recogniser, assemble(tuple(locales())), [], datetime.now(UTC))
    languages = cast(dict[str, dict[str, float]], found["by_language"])
    print("| Language | Clips | WER | CER |")
    print("|---|---|---|---|")
    for name, rates in [*languages.items(), ("all", cast(dict[str, float], found))]:
        print(f"| {name} | {rates['n']} | {rates['wer']:.1%} | {rates['cer']:.1%} |")
    print(f"\nReal-time factor: {found['real_time_factor']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.speech", description=__doc__)
    parser.add_argument("manifest", type=Path, help="tab-separated: file, lang, text; the files beside it")
    parser.add_argument("--models", type=Path, help="folder of speech models (default: the settings')")
    asked = parser.parse_args()
    main(asked.manifest, asked.models or Settings().models)
