"""Kinds of street ("straat", "laan", "weg") as Dutch writes them and as foreign ears, keyboards and recognisers do."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

# Kind → how its sound classes read, and the ends of a heard name that may be it.
_HEARD = {
    "straat": (
        "STRAT",
        r"[eiy]?s[zjh]?t+[eiy]?r+(?:aa?|ae|ea|ee|oa?|i|u|e|ah|ei)(?:[thd]+|ss+)e?|straa|str|strasse|street",
    ),
    "laan": ("LAN", r"l(?:aa?|ae|e|o|ah|or)h?n+e?"),
    "weg": ("FEX", r"[wvf](?:ee?|ei|ey|ie?|ai|a)(?:gg?h?e?|c?h|cht|k|cj?|j|y|q)|wood|way|road|wake"),
    "plein": ("PLYN", r"pl(?:ei|ai|ij|ey|ay|aj|ej|y|i|aa?|ee?|ie|ein|ain)n+e?|square|place|plaza|plac|platz"),
    "kade": ("KATE", r"[kcg]h?(?:aa?|ah|ae)d+(?:e|a|eh|ah|er|i|ey)?|quay|kai"),
    "dijk": ("TYK", r"d(?:ij|y|i|ay|ei|ai|aj|ej|ey|a|ie|ee)(?:k+|c|ck|q)e?"),
    "singel": ("SINXEL", r"[sz](?:i|e|y|ie)n+(?:g|k|ch|kh)?g?(?:el+|le|al+|il+|l)"),
    "gracht": ("XRAXT", r"[gkhcx]+[er]?r(?:aa?|o|e)(?:ch|gh|kh|g|h|j|r|x|k|f|c|s)?(?:t+|d)e?|canal"),
    "hof": ("XOF", r"[hgx]+(?:oo?|au)(?:f+|v)e?"),
    "haven": ("XAFEN", r"h?(?:aa?|e)[vfw](?:e|a|i)n+|harbour|harbor"),
    "pad": ("PAT", r"[pb](?:aa?|e)(?:d+|t+|th|dt)e?|path"),
    "steeg": ("STEX", r"[eiy]?sh?t(?:ee?|ei|ie?|ay|ai)(?:g+|gh|c?h|k|x|j)e?"),
    "markt": ("MARKT", r"m[ae]r[kcq]+t?e?|market"),
    "park": ("PARK", r"[pb][ae]r[kcq]+e?|parque"),
    "burg": ("PURX", r"[bp](?:u|oe|e|o|ou)r(?:g|gh|c?h|k)"),
    "poort": ("PORT", r"[pb](?:oo?|oa|ou)r(?:t+|d)e?"),
    "wal": ("FAL", r"[wvf](?:aa?|o)l+e?"),
    "oord": ("ORT", r"(?:oo?|oa)r(?:t+|d)e?"),
    "veld": ("FELT", r"[vfw][ea]l+(?:d+|t+)e?|field"),
    "plaats": ("PLATS", r"pl(?:aa?|ae)t[sz]e?"),
    "plantsoen": ("PLANTSON", r"plan(?:t|d)?[sz](?:oe?|oo|u|ou)n+e?"),
    "dreef": ("TREF", r"dr(?:ee?|ei|ie?|ey|ai|ay)(?:f+|v)e?"),
    "baan": ("PAN", r"b(?:aa?|o|ah)n+e?"),
    "brug": ("PRUX", r"br(?:u|e|oe|o|eu)(?:g+|gh|c?h|k|j)|bridge"),
    "vliet": ("FLIT", r"[vfw]l(?:ie?|ee|ea)(?:t+|d)e?"),
    "hoek": ("XOK", r"h(?:oe?|oo|u|ou)(?:k+|c|ck)e?"),
    "akker": ("AKER", r"a[kc]+(?:er|ar|ir)"),
    "tuin": ("TUN", r"t(?:ui|eu|ou|au|ai|ei|oy|ow|ue)n+e?"),
    "berg": ("PERX", r"b[ea]r(?:g|gh|c?h|k)"),
    "dal": ("TAL", r"d(?:aa?|o)l+e?"),
    "sluis": ("SLUS", r"sl(?:ui|eu|ou|au|ai|ei|oy|ow)[sz]+e?"),
    "vaart": ("FART", r"[vfw](?:aa?|o)r(?:t+|d)e?"),
    "dam": ("TAM", r"d(?:aa?|o)m+e?"),
    "zoom": ("SOM", r"[sz](?:oo?|oa|ou)m+e?"),
    "kamp": ("KAMP", r"[kc]am[pb]e?"),
    "ring": ("RINX", r"r(?:i|e|y)n(?:g|k)+"),
    "erf": ("ERF", r"[ea]r[fv]e?"),
}  # fmt: skip
SOUNDS = {kind: sound for kind, (sound, _) in _HEARD.items()}
"""Kinds of street with their sound classes."""

_NAMED = re.compile(rf"(?<=..)(?:{'|'.join(sorted(_HEARD, key=len, reverse=True))})$")
_ENDS = tuple((kind, re.compile(rf"(?:{pattern})$")) for kind, (_, pattern) in _HEARD.items())
_FEWEST = 2
_TRANSLATED = dict.fromkeys(
    ("street", "strasse", "lane", "road", "square", "place", "plaza", "canal", "harbour", "harbor", "bridge", "path"),
    0.8,
)
BEFORE = {
    "place": "plein", "plaza": "plein", "plac": "plein", "placu": "plein", "square": "plein", "platz": "plein",
    "площа": "plein", "площі": "plein", "ساحه": "plein", "ميدان": "plein", "parque": "park", "parc": "park",
    "quai": "kade", "canal": "gracht", "avenue": "laan", "avenida": "laan", "aleja": "laan", "alei": "laan",
}  # fmt: skip
"""Words of other languages that stand before a name and say what kind of street it is."""


def kind_of(name: str) -> str:
    """The kind of street that a folded Dutch name ends in, "" where it ends in none or is nothing else."""
    found = _NAMED.search(name)
    return found[0] if found else ""


@lru_cache(maxsize=32768)
def heard_kinds(latin: str) -> tuple[tuple[str, str, float], ...]:
    """The ways to take a heard name apart: what comes before the kind of street, the kind, how clearly it was said."""
    ways = []
    for kind, pattern in _ENDS:
        found = pattern.search(latin)
        if found and found.start() >= _FEWEST:
            clear = max(OSA.normalized_similarity(found[0], kind), _TRANSLATED.get(found[0], 0.0))
            ways.append((latin[: found.start()], kind, clear))
    return tuple(ways)
