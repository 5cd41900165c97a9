"""The words by which mail programs mark a mail that is forwarded, in its text and in its subject."""

import re
from typing import Final

from aplomb.reading.folding import folded, with_hyphens
from aplomb.reading.quote_words import any_of

# between rules: '---------- Forwarded message ---------'
_RULED: Final = (
    "forwarded message | forwarded mail | forwarded email | forwarded by | begin forwarded message"
    " | mensaje reenviado"
    " | correo reenviado | mensaje transferido | inicio del mensaje reenviado | messaggio inoltrato"
    " | mail inoltrata | inizio messaggio inoltrato"
    " | mesaj redirecționat | mesaj înaintat | mesaj transmis mai departe | mesaj retrimis | mesajul redirecționat"
    " | e-mail redirecționat | προωθημένο μήνυμα | μήνυμα που προωθήθηκε | προωθούμενο μήνυμα | προώθηση μηνύματος"
    " | message transféré | message réexpédié | message transmis | courriel transféré | weitergeleitete nachricht"
    " | weitergeleitete mail | weitergeleitete e-mail | weitergeleitet von | mensagem encaminhada"
    " | mensagem reencaminhada | mensagem reenviada"
    " | doorgestuurd bericht | doorgestuurde mail | doorgestuurde e-mail | przekazana wiadomość"
    " | wiadomość przekazana | treść przekazanej wiadomości"
    " | wiadomość przesłana dalej | přeposlaná zpráva | předaná zpráva | preposlaná správa | továbbított üzenet"
    " | továbbított levél | továbbított e-mail | vidarebefordrat meddelande | vidarebefordrat mejl"
    " | videresendt meddelelse"
    " | videresendt besked | videresendt melding | videresendt e-post | välitetty viesti"
    " | edelleenlähetetty viesti | iletilen ileti"
    " | iletilmiş mesaj | yönlendirilmiş ileti | yönlendirilen ileti | iletilmiş ileti | пересылаемое сообщение"
    " | перенаправленное сообщение | переадресованное сообщение | пересланное сообщение | пересылаемое письмо"
    " | переслане повідомлення | перенаправлене повідомлення | переслано повідомлення | препратено съобщение"
    " | препратено писмо | proslijeđena poruka | prosleđena poruka | прослеђена порука | posredovano sporočilo"
    " | missatge reenviat | edastatud kiri | edastatud sõnum | pārsūtītā vēstule | persiųstas laiškas"
    " | 转发的邮件 | 转发邮件 | 轉寄郵件 | 轉寄的郵件"
    " | 转发信息 | 轉寄訊息 | 已转发邮件 | 転送メッセージ | 転送されたメッセージ | 전달된 메시지 | 전달 메시지 | 전달된 메일"
    " | رسالة معاد توجيهها | رسالة مُعاد توجيهها | رسالة محولة | الرسالة المعاد توجيهها"
    " | הודעה שהועברה | הודעה מועברת"
    " | thư đã chuyển tiếp | pesan terusan | pesan yang diteruskan | forwarded message follows"
    " | fwd msg | välitetty viesti / fwd.msg"
)
# alone on a line, with a colon: 'Begin forwarded message:'
_HEADED: Final = (
    "begin forwarded message | forwarded message | inicio del mensaje reenviado | inizio messaggio inoltrato"
    " | inizio del messaggio inoltrato | începe mesajul redirecționat"
    " | începutul mesajului redirecționat | mesaj redirecționat"
    " | έναρξη προωθημένου μηνύματος | αρχή προωθημένου μηνύματος | έναρξη μηνύματος που προωθήθηκε"
    " | προωθημένο μήνυμα | αρχή του προωθημένου μηνύματος"
    " | début du message réexpédié | début du message transféré | anfang der weitergeleiteten nachricht"
    " | anfang der weitergeleiteten e-mail | weitergeleitete nachricht | início da mensagem reencaminhada"
    " | início da mensagem encaminhada | begin doorgestuurd bericht | doorgestuurd bericht"
    " | początek przekazywanej wiadomości | začátek přeposílané zprávy | začiatok preposlanej správy"
    " | továbbított levél kezdete | vidarebefordrat mejl | vidarebefordrat brev | start på videresendt besked"
    " | videresendt melding | start på videresendt melding | välitetty viesti alkaa"
    " | välitetty viesti | i̇leti başlangıcı"
    " | iletilen ileti başlangıcı | ileti başlangıcı | начало переадресованного сообщения"
    " | начало переадресованного письма"
    " | початок листа, що пересилається | начало на препратеното съобщение | započni proslijeđenu poruku"
    " | početak prosleđene poruke | inici del missatge reenviat | 下面是被转发的邮件 | 以下是被轉寄的郵件 | 以下是转发的邮件"
    " | 転送されたメッセージ | 전달된 메시지 | 전달된 메시지의 시작 | بداية الرسالة المعاد توجيهها | بداية الرسالة المُعاد توجيهها"
    " | הודעה שהועברה | bắt đầu thư chuyển tiếp | awal pesan terusan"
)
_RULES: Final = r"[-_=*.]{2,40}"
MARKER: Final = re.compile(
    rf"[\s*]{{0,6}}(?:{_RULES}\s{{0,3}}{any_of(_RULED)}(?:[^-_=]{{0,80}}|\s?-{{3}}\sforwarded message)\s{{0,3}}:?\s?"
    rf"{_RULES}[\s*]{{0,6}}|{any_of(_HEADED)}\s?[:：][\s*]{{0,6}})"
)
# the same with its header in the same line, as some programs turn their table into text
GLUED_MARKER: Final = re.compile(rf"[\s*]{{0,6}}-{{4,20}}\s{{0,3}}{any_of(_RULED)}\s{{0,3}}-{{4,20}}[\s*]{{0,3}}(?=\S)")
MAX_MARKER: Final = 160

_PREFIXES: Final = (
    "fwd | fw | forward | forwarded | rv | renv | reenv | reenviado | i | inoltro | inoltra | tr | wg"
    " | weitergeleitet | enc | encaminhado"
    " | doorst | dst | vb | vl | vs | pd | przek | přep | předáno | πρθ | προώθ | προωθ | προώθηση"
    " | redir | redir. | redirec | redirecționat | înaintat"
    " | továbbítás | továbbítva | továbbítás: | tov | videresend | vid | i̇lt | ilt | İLT | ilet"
    " | пересл | пересылка | переслано"
    " | переад | препр | препратено | proslj | posr | рнп | пр | edasi | pārs | persiųsta | 转发 | 轉寄"
    " | 转寄 | 転送 | 전달 | إعادة توجيه | הועבר"
    " | chuyển tiếp | trs | reenviat | trasferito"
)
_PREFIX = re.compile(rf"\s{{0,5}}\[?{any_of(_PREFIXES)}\.?(?:\[\d{{1,3}}\]|\(\d{{1,3}}\))?\s?[:：]")
_TAG = re.compile(r"\s{0,5}(?:\[(?!fwd?:)[^\[\]]{1,40}\]|\*{1,5}[^*]{1,40}\*{1,5})\s{0,5}", re.IGNORECASE)
# Finnish and Danish write the same letters for an answer and for a forward
_UNSURE: Final = ("vs:", "vs :")


def is_forward_marker(line: str) -> bool:
    """Whether a line (plain, see folding) says that a forwarded mail begins below it."""
    if not line or len(line) > MAX_MARKER:
        return False
    flat = with_hyphens(line)
    if not (":" in flat[-6:] or "：" in flat[-6:] or "--" in flat or "==" in flat or "__" in flat or ".." in flat):
        return False
    return MARKER.fullmatch(folded(flat)) is not None


def forward_prefix(subject: str) -> str:
    """Return the folded prefix that says 'forwarded' at the head of a subject; empty if its first prefix says otherwise."""
    words = folded(_untagged(subject[:300]))
    found = _PREFIX.match(words)
    return found[0].strip() if found else ""


def without_forward_prefix(subject: str) -> str:
    """Return the subject without the first 'Fwd:' in its language; as it is if it has none."""
    bare = _untagged(subject)
    if _PREFIX.match(folded(bare[:300])) is None:
        return subject.strip()
    rest = re.split("[:：]", bare, maxsplit=1)[-1].strip()
    return rest.removesuffix("]") if bare.startswith("[") else rest


def _untagged(subject: str) -> str:
    """Without '[EXT]' and '***SPAM***' in front, which gateways add."""
    for _ in range(3):
        tag = _TAG.match(subject)
        if tag is None:
            break
        subject = subject[tag.end() :]
    return subject.lstrip()


def is_forward_subject(subject: str) -> bool:
    """Whether a subject says that the mail is forwarded: Fwd, WG, TR, RV, ΠΡΘ, Redirecționat … in some thirty languages."""
    return bool(forward_prefix(subject))


def may_be_answer(prefix: str) -> bool:
    """Whether a prefix stands for an answer in another language: the header below decides."""
    return prefix.startswith(_UNSURE)
