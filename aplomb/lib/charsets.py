"""Which charset bytes are written in when their label is missing or wrong, told by the letters that come out.

Each candidate is decoded and weighed against how often its languages use their letters: the mean logarithm of
their shares (maximum likelihood), less what no language does, such as a capital within a word, a sign between
two letters or letters of two scripts in one word. Only the words with bytes beyond ASCII are looked at, and
of a long text only some, so that the work is bounded.
"""

import math
import re
from collections import Counter
from functools import lru_cache
from typing import Final, NamedTuple

from aplomb.lib.charset_letters import COMMON_HAN, COMMON_HANGUL, LATIN, OTHERS

MAX_SAMPLE: Final = 20_000
MAX_LETTERS: Final = 160

# What a letter weighs that the language does not use, and one that stands where no letter stands.
_STRANGER: Final = math.log2(0.0004)
_OUT_OF_PLACE: Final = -12.0
_GOOD_MANY_BYTES: Final = -3.5
_HOPELESS: Final = -9.0

_WORD = re.compile(rb"[A-Za-z\x80-\xff]{0,40}[\x80-\xff][A-Za-z\x80-\xff]{0,40}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_ORDINAL = re.compile(rb"(?<=[\dNn.])[\xba\xaa]|[\xa0-\xbf](?=[\s\d.,;:!?)]|\Z)|(?<=\d)[\xa0-\xbf]")
_NEUTRAL: Final = frozenset("“”‘’‚„…–—«»€£·•°´¡¿№™®©§¶×±½¼¾²³\xa0\xad")
_GREEK_LETTERS: Final = dict(zip("άέήίόύώΐΰϊϋς", "αεηιουωιυιυσ", strict=True))
_NOT_AT_HEAD: Final = frozenset("²³½¼¾±×©®¶§°£¥")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_HIGH: Final = bytes(range(128, 256))
_TWO: Final = -1.5
_THREE: Final = -7.0
_PAIRS: Final = frozenset({"çã", "çõ", "čí", "ří", "ží", "ší", "ňů", "ťá", "žá", "şı", "ğı", "şü", "çö", "ță", "ţă"})
_APOSTROPHES: Final = frozenset("’´·\xad")
# Where a language does not put a letter that it has.
_UNLIKE: Final = {
    "pt": re.compile(r"(?<![hmlç])ã(?![oes])", re.I),
    "ro": re.compile(r"ă[oe]|nhă|ç", re.I),
    "el": re.compile(r"[ΐΰ]|[άέήίόύώ](?=[^ ]*[άέήίόύώ])", re.I),
}
# Few write it, and its letters are those of others in other places.
_PRIORS: Final = {"is": -1.5}


class Verdict(NamedTuple):
    """The best codec, the language whose letters it gave, and its weight: -2 to -5 is good, below -8 hopeless."""

    codec: str
    language: str
    weight: float
    letters: int


def judge(raw: bytes) -> Verdict | None:
    """Return the likeliest charset of text that is not ASCII and not UTF-8; None if there is nothing to judge."""
    words = _words(raw)
    if not words:
        return None
    found = [each for each in (*_one_byte(words), *_many_bytes(raw[:MAX_SAMPLE])) if each is not None]
    best = max(found, key=lambda verdict: verdict.weight, default=None)
    return best if best is not None and best.weight > _HOPELESS else None


def weight_as(raw: bytes, codec: str) -> float:
    """Return how likely ``raw`` is text in ``codec``, as the weight of a Verdict; 0 where it is not judged."""
    rows = [row for row in (*LATIN, *OTHERS) if codec in row[0]]
    if not rows:
        return 0.0
    letters = _letters(_words(raw), codec)
    if letters is None:
        return _OUT_OF_PLACE
    return max((weight for row in rows if (weight := _weight(letters, row[1], row[2])) is not None), default=0.0)


def _words(raw: bytes) -> bytes:
    """Words with bytes beyond ASCII, each once, between blanks: as many as have MAX_LETTERS of them."""
    sample = _ORDINAL.sub(b" ", raw[:MAX_SAMPLE])
    kept: list[bytes] = []
    letters = 0
    for word in dict.fromkeys(_WORD.findall(sample)):
        kept.append(word)
        letters += len(word) - len(word.translate(None, _HIGH))
        if letters >= MAX_LETTERS:
            break
    return b" ".join(kept)


def _one_byte(words: bytes) -> list[Verdict]:
    verdicts: list[Verdict] = []
    high = len(words) - len(words.translate(None, _HIGH))
    read: dict[str, _Letters | None] = {}
    for codecs, language, shares in (*LATIN, *OTHERS):
        for codec in codecs:
            if codec not in read:
                read[codec] = _letters(words, codec)
            letters = read[codec]
            if letters is not None and (weight := _weight(letters, language, shares)) is not None:
                # The first of a row wins where both give the same letters.
                verdicts.append(Verdict(codec, language, weight, high))
    return verdicts


class _Letters(NamedTuple):
    """A text, and how often each of its letters beyond ASCII stands in it, and in which place."""

    text: str
    counts: Counter[tuple[str, int]]


# Places: a letter of ASCII beside it; the second or third of such letters in a row; all that the word has;
# a capital after a small letter; a sign between letters or at the head of a word.
_BESIDE_ASCII, _SECOND, _THIRD, _ALL, _CAPITAL, _AMID = 1, 2, 4, 8, 16, 32


def _letters(words: bytes, codec: str) -> _Letters | None:
    try:
        text = words.decode(codec)
    except UnicodeDecodeError:
        return None
    return _Letters(text, Counter(_place(text, found.start()) for found in _BEYOND_ASCII.finditer(text)))


def _place(text: str, position: int) -> tuple[str, int]:
    character = text[position]
    before = text[position - 1] if position else " "
    after = text[position + 1 : position + 2] or " "
    if not character.isalpha():
        amid = before.isalpha() and after.isalpha() and character not in _APOSTROPHES
        return character, _AMID if amid or (character in _NOT_AT_HEAD and after.isalpha()) else 0
    place = _BESIDE_ASCII if ("@" < before < "\x80" or "@" < after < "\x80") else 0
    if character.isupper() and before.islower():
        place |= _CAPITAL
    if before > "\x7f" and f"{before}{character}".lower() not in _PAIRS:
        place |= _SECOND
        earlier = text[position - 2] if position > 1 else " "
        if earlier > "\x7f":
            place |= _THIRD
        elif earlier == " " and after == " ":
            place |= _ALL
    return character.lower(), place


@lru_cache(maxsize=64)
def _shares(letters: str) -> dict[str, float]:
    shares = {each[0]: math.log2(int(each[1:]) / 1000) for each in letters.split()}
    return {**shares, **{accented: shares[bare] for accented, bare in _GREEK_LETTERS.items() if bare in shares}}


def _weight(letters: _Letters, language: str, written: str) -> float | None:
    shares = _shares(written)
    is_latin = len(shares) < 20
    total = 0.0
    count = 0
    for (character, place), times in letters.counts.items():
        weight = _letter_weight(character, place, shares, is_latin=is_latin)
        if weight is not None:
            total += weight * times
            count += times
    if (unlike := _UNLIKE.get(language)) is not None:
        total += (_OUT_OF_PLACE if language == "el" else _STRANGER) * len(unlike.findall(letters.text))
    return total / count + _PRIORS.get(language, 0.0) if count else None


def _letter_weight(character: str, place: int, shares: dict[str, float], *, is_latin: bool) -> float | None:
    share = shares.get(character)
    if share is None:
        if character in _NEUTRAL:
            return _OUT_OF_PLACE if place & _AMID else None
        return _STRANGER if character.isalpha() and is_latin else _OUT_OF_PLACE
    if place & _CAPITAL:
        return _OUT_OF_PLACE
    if is_latin and place & _SECOND:
        # Hardly three accented letters stand in a row, and no word is made of them alone.
        return share + (_THREE if place & _THIRD else _TWO) - 5 * bool(place & _ALL)
    return _STRANGER if not is_latin and place & _BESIDE_ASCII and character.isalpha() else share


def _many_bytes(sample: bytes) -> list[Verdict | None]:
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs))
    alone = sum(1 for run in runs if len(run) == 1)
    verdicts: list[Verdict | None] = []
    if high and alone * 10 <= high * 4:
        verdicts += [_japanese(sample, "cp932"), _chinese(sample, "big5")]
    if high and alone * 20 <= high:
        verdicts += [_japanese(sample, "euc_jp"), _korean(sample), _chinese(sample, "gb18030")]
    return verdicts


def _beyond_ascii(sample: bytes, codec: str) -> str:
    # The sample may end within a character.
    for cut in range(4):
        try:
            text = sample[: len(sample) - cut].decode(codec)
        except UnicodeDecodeError:
            continue
        return "".join(each for each in text if each > "\x7f")
    return ""


def _share(text: str, wanted: frozenset[str]) -> float:
    return sum(1 for each in text if each in wanted) / len(text)


def _japanese(sample: bytes, codec: str) -> Verdict | None:
    text = _beyond_ascii(sample, codec)
    kana = sum(1 for each in text if "\u3041" <= each <= "\u30ff")
    odd = sum(1 for each in text if "\uff61" <= each <= "\uff9f" or "\ue000" <= each <= "\uf8ff")
    return (
        Verdict(codec, "ja", _GOOD_MANY_BYTES + 1, len(text))
        if text and kana * 4 >= len(text) and odd * 5 < kana
        else None
    )


def _chinese(sample: bytes, codec: str) -> Verdict | None:
    text = _beyond_ascii(sample, codec)
    if not text:
        return None
    share = _share(text, COMMON_HAN)
    return Verdict(codec, "zh", _GOOD_MANY_BYTES + share, len(text)) if share >= 0.2 else None


def _korean(sample: bytes) -> Verdict | None:
    text = _beyond_ascii(sample, "cp949")
    hangul = "".join(each for each in text if "\uac00" <= each <= "\ud7a3")
    if not hangul or len(hangul) * 10 < len(text) * 7:
        return None
    share = _share(hangul, COMMON_HANGUL)
    return Verdict("cp949", "ko", _GOOD_MANY_BYTES + share, len(text)) if share >= 0.2 else None
