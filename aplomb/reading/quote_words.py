"""The words by which mail programs head what they quote, in some thirty languages.

All are compared folded (small letters, no accents), so that 'ha escrito', 'ESCRIBIÓ' and 'escribio' need one entry.
"""

import re
from typing import Final

from aplomb.reading.folding import folded


def any_of(words: str) -> str:
    """The alternatives of a list ``a | b``, folded and escaped, the longest first."""
    each = {" ".join(folded(word).split()) for word in words.split("|")}
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(each, key=len, reverse=True)) + ")"


# 'wrote' as the last word before the colon
_LAST: Final = (
    "wrote | writes | writes the following | sent the following | escribió | ha escrito | escribe | va escriure"
    " | ha escrit | escrigué | ha scritto | scrive | scriveva | ha inviato il seguente messaggio"
    " | a scris | au scris"
    " | scrie | a écrit | écrivait | a écrit ce qui suit | escreveu | napisał | napisała | napisał(a) | pisze"
    " | napsal | napsala | napsal(a) | napísal | napísala | napísal(a) | píše | napisao je"
    " | napisala je | je napisao"
    " | je napisala | napisao | napisala | je napisao/la | napisao/la je | je napisal | je napisala"
    " | написал | написала"
    " | написал(а) | пишет | написа | пише | написав | написала | написав(ла) | је написао"
    " | је написала | је написао/ла"
    " | έγραψε | έγραψε τα εξής | έγραψαν | γράφει | schrieb | schrieb folgendes | folgendes geschrieben"
    " | hat geschrieben | geschreven | het volgende geschreven | schreef | schreef het volgende"
    " | skrev | skrev følgende"
    " | skrev följande | kirjoitti | kirjoitti seuraavasti | ezt írta | írta | şunu yazdı | şunları yazdı | yazdı"
    " | kirjutas | rakstīja | rašė | parašė | đã viết | menulis | написао/ла | كتب | كتبت | כתב | כתבה"
)
# 'wrote' before the name or the date
_FIRST: Final = (
    "schrieb | hat | schreef | heeft | skrev | skrev følgende | kirjutas | kirjoitti | ezt írta"
    " | írta | şunları yazdı"
    " | şunu yazdı | escreveu | je napisao | je napisala | napisao je | napisala je | je oseba"
    " | napísal(a) | a scris"
    " | missatge de | quoting | zitat von | citando a | citando | quoting from"
    " | تمت كتابة ما يلي بواسطة | كتب | מאת | כתב"
)
# scripts without blanks between words
_UNSPACED: Final = (
    "写道 | 寫道 | 写到 | のメール | のメッセージ | は書きました | さんは書きました | 작성 | 님이 작성 | 님의 말 | เขียน"
)

WROTE: Final = re.compile(rf"(?:(?<!\w){any_of(_LAST + '|' + _FIRST)}(?!\w)|{any_of(_UNSPACED)})")
WROTE_LAST: Final = re.compile(
    rf"(?:(?<!\w){any_of(_LAST)}|{any_of(_UNSPACED)})"
    r"(?:\((?:-?\w{1,3})\)|/\w{1,3})?[\s\"'»”*]{0,4}[:：][\s*]{0,4}$"
)
WROTE_FIRST: Final = re.compile(rf"(?<!\w){any_of(_FIRST)}(?!\w)")
# 'Anna wrote on 3/11/2026 10:11:' and 'Anna escreveu (3/11/2026 10:11):'
WROTE_THEN_WHEN: Final = re.compile(
    rf"(?:(?<!\w){any_of(_LAST)}|{any_of(_UNSPACED)})\s{{0,2}}"
    r"(?:\(|(?:on|at|am|el|il|le|op|den|dne|στισ|pe|la|u)\s)[^@]{0,80}[:：][\s*]{0,4}$"
)

_WEEKDAYS: Final = (
    "mon tue wed thu fri sat sun lun mar mie mer mier jue jeu gio joi vie ven sab sam sb dom dim dum seg ter qua qui sex"
    " dl dt dc dj dv ds dg di mi do fr sa so die don ma wo vr za zo maa woe zat zon pon wt sr czw pt pia piat sob nd nie"
    " po ut st ct pa so ne ned uto cet pet sre tor man tir tirs tis ons tors fre lor lord son ke to pe la su ti pzt sal"
    " car per cum cmt paz h k sz cs p v hetf kedd szer csut pent szom vas δευ τρι τετ πεμ παρ σαβ κυρ пн вт ср чт пт сб вс"
    " нд пон вто сря чет пет съб нед уто сре суб понед вторник вів сер пят вос воскр lu ma mi jo vi sa du sest е e t n r l th"
)
_LONG: Final = sorted({each for each in _WEEKDAYS.split() if len(each) > 1}, key=len, reverse=True)
_SHORT: Final = sorted({each for each in _WEEKDAYS.split() if len(each) == 1})
_WEEKDAY: Final = f"(?:(?:{'|'.join(_LONG)})[^\\W\\d]{{0,12}}|(?:{'|'.join(_SHORT)}))"
_OPENINGS: Final = (
    "on | in a message dated | at | el | el dia | en | en data | il | il giorno | in data"
    " | in data di | nel giorno | in | in ziua"
    " | la data de | pe | la | la data | στις | την | τη | το | le | am | em | a | no dia | op"
    " | w dniu | dnia | dne | den"
    " | dana | u | v | v dnu | на | в | во | kuupäev | vào | pada | pada tanggal | în | în data de"
    " | ในวันที่ | ในวันที่"
    " | في | في يوم | ב | בתאריך | ביום | 在 | 于 | 於 | d. | missatge de | dňa | quoting | vào lúc | от | дана"
)
OPENING: Final = re.compile(
    rf"(?:{any_of(_OPENINGS)}(?!\w)|[在于於]\s?\d|ב-?\d|{_WEEKDAY}[.,)]{{0,2}}\s{{1,3}}(?:(?:de[nr]?|le|the)\s)?\d)"
)
DATE_FIRST: Final = re.compile(
    r"(?:\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}|\d{4}\s?[年년]|\d{4}\. ?[^\W\d]{2,12}|\d{1,2}\.?\s(?:de\s)?[^\W\d]{2,12})"
)
DAY: Final = re.compile(
    r"(?<!\d)\d{1,4}\.?[./-]\s?\d{1,2}\.?[./-]\s?\d{2,4}(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)|\d\s?[年년]"
)
TIME: Final = re.compile(
    r"(?<![\d.])\d{1,2}[:h]\d{2}(?!\d)|(?<![\d.])\d{1,2}\.\d{2}(?![.\d])(?!\.\d)|\d{1,2}\s?[时時点點시]|\d\s?[ap]\.?m\b"
)
# who says this quotes nothing: it is talk
PRONOUN: Final = re.compile(
    r"(?<!\w)(?:i|you|we|he|she|they|someone|nobody|yo|usted|ella|ellos|io|lei|noi|eu|voi|el|ea|ich|wir|sie|er|je|nous"
    r"|vous|elle|ils|ik|wij|u|εγω|εμεισ|αυτοσ|αυτη|εσεισ)\s{1,2}(?:have |has |had )?$"
)

_ORIGINAL: Final = (
    "original message | original appointment | original e-mail | original email | original mail | reply message"
    " | mensaje original | mensaje anterior | correo original | messaggio originale | messaggio originario"
    " | messaggio precedente | mesaj original | mesajul original | mesaj inițial | mesajul inițial | αρχικό μήνυμα"
    " | πρωτότυπο μήνυμα | αυθεντικό μήνυμα | message d'origine | message original | message initial"
    " | ursprüngliche nachricht | ursprüngliche mail | originalnachricht | original-nachricht | originalmail"
    " | mensagem original | mensagem anterior | oorspronkelijk bericht | origineel bericht"
    " | oorspronkelijke bericht"
    " | wiadomość oryginalna | oryginalna wiadomość | wiadomość pierwotna | původní zpráva | původní e-mail"
    " | pôvodná správa | originalna poruka | izvorna poruka | originalno sporočilo | izvirno sporočilo"
    " | eredeti üzenet | eredeti levél | originalmeddelande | ursprungligt meddelande | oprindelig meddelelse"
    " | original meddelelse | original melding | opprinnelig melding | alkuperäinen viesti | orijinal ileti"
    " | orijinal mesaj | özgün ileti | исходное сообщение | исходное письмо | оригинальное сообщение"
    " | оригинал сообщения | вихідне повідомлення | початкове повідомлення | оригінальне повідомлення"
    " | оригинално съобщение | оригинално писмо | изходно съобщение | оригинална порука | изворна порука"
    " | missatge original | algne kiri | originaalkiri | sākotnējais ziņojums | originalus laiškas | 原始邮件 | 原始郵件"
    " | 邮件原件 | 原邮件 | 原信件 | 元のメッセージ | 원본 메시지 | 원본 메일 | الرسالة الأصلية | رسالة أصلية | הודעה מקורית"
    " | thư gốc | pesan asli | antwort | odpowiedź | mensaje de respuesta"
)
ORIGINAL_MESSAGE: Final = re.compile(
    rf"[\s*]{{0,6}}[-_=]{{2,40}}\s{{0,3}}{any_of(_ORIGINAL)}\s{{0,3}}:?\s?[-_=]{{2,40}}[\s*]{{0,6}}"
)
