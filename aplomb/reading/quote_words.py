"""The words by which mail programs head what they quote, in en es it ro el and fr de pt nl pl.

Written with and without diacritics, as programs and people do. All patterns ignore case.
"""

import re
from typing import Final


def _any_of(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


_FLAGS: Final = re.IGNORECASE

WROTE: Final = re.compile(
    r"(?:\b(?:wrote|writes|escribi[óo]|ha escrito|ha scritto|scrive|scriveva|a scris|scrie|a écrit"
    r"|a ecrit|escreveu"
    r"|schrieb|schreef|heeft geschreven|hat geschrieben|napisał(?:\(a\)|\(-a\)|a|/a)?|pisze)"
    r"|\b[έε]γραψε|\bέγραψαν)(?![\w])",
    _FLAGS,
)

_WEEKDAY: Final = _any_of(
    r"mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[ée]|jue|vie|s[áa]b|dom|mer|gio|ven|joi|s[âa]m|du[mn]|mie"
    r"|δευ|τρ[ίι]|τετ|π[έε]μ|παρ|σ[άα]β|κυρ|jeu|dim|mo|di|mi|do|fr|sa|so|seg|ter|qua|qui|sex"
    r"|ma|wo|vr|za|zo|pon|wt|śr|czw|pt|sob|niedz"
)
ATTRIBUTION_START: Final = re.compile(
    r"[>*\s]{0,6}(?:"
    r"on\b|el\b|en\b|il\b|in data\b|nel giorno|[îi]n (?:data|ziua)|[îi]n\b|pe\b|la\b|la data|[σΣ]τις\b"
    r"|[σΣ]την\b|την?\b|το\b"
    r"|le\b|am\b|em\b|a \d|no dia|op\b|w dniu|dnia\b"
    rf"|{_WEEKDAY}[\w.]{{0,8}},?\s+\d|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}"
    r")",
    _FLAGS,
)

ORIGINAL_MESSAGE: Final = re.compile(
    r"[\s>*]{0,6}[-_=]{2,30}\s{0,3}(?:original (?:message|appointment|e-?mail)|reply message"
    r"|mensaje original|mensaje anterior"
    r"|messaggio originale|messaggio originario|mesaj(?:ul)? (?:original|ini[țţt]ial)|(?:αρχικ[όο]"
    r"|πρωτ[όο]τυπο) μ[ήη]νυμα"
    r"|message (?:d['’]origine|original)|urspr[üu]ngliche (?:nachricht|mail)|original-?nachricht"
    r"|mensagem original"
    r"|oorspronkelijk bericht|wiadomo[śs][ćc] oryginalna"
    r"|oryginalna wiadomo[śs][ćc])\s{0,3}[-_=]{2,30}[\s*]{0,6}",
    _FLAGS,
)
FORWARDED: Final = re.compile(
    r"forwarded message|mensaje reenviado|messaggio inoltrato|mesaj redirec[țţt]ionat|mesaj [îi]naintat"
    r"|προωθημ[έε]νο μ[ήη]νυμα|message transf[ée]r[ée]|weitergeleitete nachricht|mensagem encaminhada"
    r"|doorgestuurd bericht|przekazana wiadomo[śs][ćc]|begin forwarded",
    _FLAGS,
)


def _label(*words: str) -> re.Pattern[str]:
    return re.compile(r"[\s>|]{0,6}\*{0,2}(?:" + "|".join(words) + r")\*{0,2}\s{0,2}[:：]\*{0,2}(?:\s|$|<|\*)", _FLAGS)


FROM_LABEL: Final = _label(
    "from|de|da|de la|expeditor|απ[όο]|αποστολ[έε]ας|remitente|mittente|exp[ée]diteur|von|van|od"
)
SENT_LABEL: Final = _label(
    "sent|date|enviado(?: el| em)?|enviada(?: em)?|fecha|inviato(?: il)?|data|trimis(?: la)?|dat[ăa]"
    "|[εσ]στ[άα]λη"
    "|στ[άα]λθηκε|ημερομην[ίι]α|αποστολ[ήη]|envoy[ée]|gesendet|datum|verzonden|wys[łl]an[oe]"
)
TO_LABEL: Final = _label("to|para|a|c[ăa]tre|la|προς|à|an|aan|do|destinatario|destinatar")
SUBJECT_LABEL: Final = _label("subject|asunto|assunto|oggetto|subiect|θ[έε]μα|objet|betreff|onderwerp|temat|tytu[łl]")
CC_LABEL: Final = _label("cc|copia|copie|κοιν\\.?|κοινοπο[ίι]ηση|kopie|dw|udw")

_DEVICE: Final = (
    r"(?:\S+ ){0,4}(?:ios|iphone|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|redmi|honor|oppo"
    r"|blackberry|windows(?: phone)?|nokia|pixel"
    r"|outlook|yahoo|gmail|mail|proton ?mail|smartphone|mobile|phone|móvil|movil|cellulare|telefono"
    r"|telefon(?:ul)?|tel[ée]fono|κιν[ηή]τ[όο]"
    r"|portable|handy|telem[óo]vel|celular|telefoon|mobiel|telefonu|tablet|tableta)\b.{0,60}"
)
MOBILE_SIGNATURE: Final = re.compile(
    r"\s*(?:sent (?:from|with|via|using)|get outlook for|enviado (?:desde|con|do|a partir d\w|pelo|via)"
    r"|obtener outlook para"
    r"|inviato (?:da|dal|con)|scarica outlook per|ottieni outlook per|trimis (?:de pe|de la|din|prin"
    r"|cu)|ob[țţt]ine[țţt]i outlook pentru"
    r"|[εσ]στ[άα]λη απ[όο]|[σΣ]τ[άα]λθηκε απ[όο]|αποστολ[ήη] απ[όο]|απ[όο]κτηση του outlook"
    r"|λ[ήη]ψη του outlook|αποκτ[ήη]στε το outlook"
    r"|envoy[ée] (?:de|depuis|à partir d\S+)|t[ée]l[ée]charger outlook|obtenir outlook|(?:von meinem"
    r"|gesendet (?:von|mit|aus))"
    r"|holen sie sich outlook|outlook f[üu]r|obter o? ?outlook|verzonden (?:vanaf|met|via)|outlook voor"
    r"|download outlook"
    r"|wys[łl]an[eo] z|pobierz outlook)\s+" + _DEVICE + r"(?:<[^<>\s]{1,200}>)?\s*",
    _FLAGS,
)
