"""Sorts and reformats locales/*/messages.po, so that a change of text is a change of one line.

``python -m scripts.messages`` rewrites the files; with ``--check`` it only says which ones it would.
"""

import sys
from pathlib import Path

import polib

from ivr.locale import LOCALES_DIR, locales


def normal_form(path: Path, locale: str) -> str:
    """The catalogue at ``path`` sorted by key, one line a text, with a header that has no dates."""
    source = polib.pofile(str(path))
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for entry in sorted((entry for entry in source if not entry.obsolete), key=lambda entry: entry.msgid):
        entry.occurrences = []
        catalogue.append(entry)
    return f"{catalogue}".removeprefix("#\n").rstrip("\n") + "\n"


def main(arguments: list[str]) -> int:
    """Rewrite, or with ``--check`` compare, every catalogue. Returns the exit code."""
    changed = []
    for code in locales():
        path = LOCALES_DIR / code / "messages.po"
        text = normal_form(path, code)
        if text != path.read_text(encoding="utf-8"):
            changed.append(path)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    for path in changed:
        print(
            f"{path.relative_to(LOCALES_DIR.parent)}: {'run `make messages`' if '--check' in arguments else 'sorted'}"
        )
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
