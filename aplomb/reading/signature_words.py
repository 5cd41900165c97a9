"""What programs, not people, write below a mail: the line of a phone, of a virus scanner, of a legal department.

All are compared folded (small letters, no accents).
"""

import re
from typing import Final

from aplomb.reading.quote_words import any_of

_SENT: Final = (
    "sent from | sent from my | sent with | sent via | sent using | envoyé de | envoyé depuis"
    " | envoyé à partir de | envoyé à partir d' | envoyé via | envoyé avec | enviado desde | enviado con"
    " | enviado do | enviado da | enviado a partir de | enviado a partir do | enviado pelo | enviado via"
    " | enviado através do | enviada desde | inviato da | inviato dal | inviato con | inviato tramite"
    " | inviata da | trimis de pe | trimis din | trimis de la | trimis prin | trimis cu | trimis folosind"
    " | trimisă de pe | στάλθηκε από | στάλθηκε με | στάλθηκε μέσω | εστάλη από | εστάλη με | απεστάλη από"
    " | αποστολή από | εστάλη μέσω | gesendet von | gesendet mit | gesendet aus | gesendet über"
    " | diese nachricht wurde von | verzonden vanaf | verzonden met | verzonden via | verstuurd vanaf"
    " | verstuurd met | verstuurd via | wysłano z | wysłane z | wysłano ze | wysłano za pomocą"
    " | wysłano przy użyciu | odesláno z | odesláno ze | odesláno pomocí | odesláno přes | odoslané z"
    " | odoslané zo | odoslané pomocou | elküldve | küldve | a következő helyről küldve | skickat från"
    " | skickat med | skickat via | sendt fra | sendt med | sendt via | lähetetty | poslano s | poslano sa"
    " | poslano iz | poslano preko | poslano z | poslano mog | poslato sa | poslato iz | послато са"
    " | отправлено с | отправлено из | отправлено через | отправлено при помощи | отправлено | надіслано з"
    " | надіслано із | надіслано через | відправлено з | изпратено от | изпратено с | изпратено чрез"
    " | enviat des de | enviat des del | enviat amb | saadetud | nosūtīts no | išsiųsta iš | أرسلت من"
    " | أُرسلت من | تم الإرسال من | أرسل من | مرسل من | נשלח מ | נשלח מה | נשלחה מ | נשלח באמצעות"
    " | được gửi từ | đã gửi từ | gửi từ | dikirim dari | dihantar daripada | von meinem | von meinen"
    " | von unterwegs | 发自 | 發自 | 发送自 | 從我的 | 从我的 | verzonden vanuit | verstuurd vanuit | inviato dalla"
    " | inviato dallo"
)
# 'Get Outlook for iOS'
_GET: Final = (
    "get | get the | obtenir | télécharger | téléchargez | obtener | obtén | descargar | consigue | obter o"
    " | obter | obtenha o | baixar o | scarica | ottieni | obțineți | obține | descărcați | descarcă"
    " | αποκτήστε | απόκτηση | λήψη | κάντε λήψη | κατεβάστε | holen sie sich | laden sie | hol dir"
    " | download | pobierz | uzyskaj | získejte | stáhnout | získajte | hämta | skaffa | hent | få | last ned"
    " | hanki | preuzmi | preuzmite | pridobite | nabavite | скачать | получить | завантажити | отримати"
    " | вземете | изтеглете | الحصول على | קבל את | 获取 | 取得 | 下载 | skaff deg | skaff | descoperiți | prova"
    " | découvrez | hae"
)
_BRAND: Final = (
    "ios | iphone | iphon | ipad | ipod | android | samsung | galaxy | huawei | xiaomi | redmi | poco | oppo"
    " | oneplus | realme | motorola | moto g | sony xperia | xperia | htc | blackberry | windows phone"
    " | nokia | pixel | outlook | yahoo | yahoo mail | gmail | mail app | proton mail | protonmail | tuta"
    " | tutanota | gmx | web.de | k-9 mail | k-9 | spark | bluemail | blue mail | aqua mail | edison"
    " | zoho mail | fairphone | thunderbird | airmail | superhuman | canary | macbook | яндекс | яндекс.почты"
    " | яндекс почты | mail.ru | почты mail.ru | рамблер | qq邮箱 | 网易邮箱 | seznam | libero mail | tiscali"
    " | virgilio mail"
)
_GENERIC: Final = (
    "smartphone | mobile | mobile phone | mobile device | phone | cell phone | tablet | móvil | teléfono"
    " | celular | cellulare | telefono | telefonino | dispositivo mobile | dispositivo móvil | telefon"
    " | telefonul | telefonului | telefonu | tabletă | tableta | dispozitivul mobil | κινητό | κινητού"
    " | τηλέφωνο | τάμπλετ | portable | téléphone | handy | mobiltelefon | smartphones | telemóvel | telefoon"
    " | mobiel | mobieltje | táblagép | mobilen | mobil | puhelimesta | puhelimestani | смартфона | телефона"
    " | мобильного | мобільного | телефону | 手机 | 手機"
)
_LINK: Final = re.compile(r"\s{0,2}[<(\[](?:https?|mailto):[^<>()\[\]\s]{1,300}[>)\]]")
_ENDING: Final = r"(?:['’´-]?[^\W\d]{1,4})?(?!\w)"
_BETWEEN: Final = r"[\s:-]{0,3}(?:[^\s@]{1,20} ){0,5}(?:[^\W\d_]{1,3}[-' ])?"
# what is there to get: Outlook, for a kind of phone
_OUTLOOK: Final = (
    r"(?:[^\s@]{1,14} ){0,3}outlook(?: (?:mobile|app))?(?: [^\s@]{1,14}){1,2} ?(?:ios|android|mac|windows)"
)
_WINDOWS: Final = (
    r"(?:[^\s@]{1,12} ){0,2}(?:mail|correo|posta|courrier|mail-app|correio|poczt[ay]|mailen)"
    r"(?: [^\s@]{1,10}){1,2} windows(?: 1[01])?"
)
_MOBILE: Final = (
    rf"{any_of(_SENT)}{_BETWEEN}{any_of(_BRAND)}{_ENDING}[^@<>?]{{0,70}}",
    rf"{any_of(_SENT)}{_BETWEEN}{any_of(_GENERIC)}{_ENDING}(?: [^\s@<>?]{{1,14}}){{0,2}}",
    rf"{any_of(_SENT)} {_WINDOWS}",
    rf"{any_of(_GET)} {_OUTLOOK}{_ENDING}(?: [^\s@]{{1,14}}){{0,2}}",
    # Finnish, Turkish, Japanese, Korean, Hungarian, German and Dutch say it after the device
    rf"(?:[^\s@]{{1,20}} ){{0,3}}{any_of(_BRAND)}[^@<>]{{0,40}}"
    r"(?:gonderildi|gonderilmistir|yollandi|kuldve|kuldtem|elkuldve|gesendet|geschickt|verschickt|verzonden|verstuurd"
    r"|送信|에서 보냄|에서 보낸 메일|보냄|发送|傳送|寄出)",
    r"(?:outlook (?:fur|voor|for|til|za|pre|pro) (?:ios|android) (?:beziehen|herunterladen|holen|downloaden|ophalen)"
    r"|(?:ios|android)['’]? ?icin outlook['’]?u? ?(?:edinin|indirin)"
    r"|az outlook (?:beszerzese|letoltese) (?:ios|android)[^\s]{0,6})",
    r"yahoo mail: [^@]{5,60}",
    r"发自我的.{1,40}",
    r".{1,30}から送信",
)
MOBILE: Final = re.compile(rf"[\s*_]{{0,4}}(?:{'|'.join(_MOBILE)})[\s*_.!]{{0,5}}")
MAX_MOBILE: Final = 180


def without_links(line: str) -> str:
    """The line without the addresses that stand in brackets behind its words."""
    return _LINK.sub("", line) if "://" in line or "mailto:" in line else line


# a virus scanner's advertisement
_SCANNED: Final = (
    r"virus-free|libre de virus|senza virus|privo di virus|exento de virus|garantido sem virus|virenfrei|sans virus|virusvrij"
    r"|fara virusi|χωρισ ιουσ|this e-?mail has been (?:checked|scanned) for viruses|este correo electronico ha sido comprobado"
    r"|questa e-?mail e stata controllata|l'absence de virus dans ce courrier|diese e-?mail wurde (?:von|auf viren)"
    r"|acest e-?mail a fost scanat|αυτο το e-?mail εχει ελεγχθει"
)
SCANNED: Final = re.compile(
    rf"[\s*\[]{{0,4}}(?:{_SCANNED}).{{0,120}}(?:avast|avg|eset|norton|kaspersky|bitdefender|avira|mcafee|malwarebytes).{{0,200}}"
)

# the first words of a legal notice
_NOTICE_HEAD: Final = (
    r"confidentiality (?:notice|note|statement)|disclaimer|legal (?:notice|disclaimer)|privileged (?:and|&) confidential"
    r"|aviso (?:legal|de confidencialidad|de confidencialidade)|clausula de confidencialidad|nota (?:di|de) riservatezza"
    r"|avviso di riservatezza|informativa sulla riservatezza|clauza de confidentialitate|nota de confidentialitate"
    r"|ρητρα εμπιστευτικοτητασ|δηλωση εμπιστευτικοτητασ|αποποιηση ευθυνησ|vertraulichkeitshinweis|avis de confidentialite"
)
_NOTICE_START: Final = (
    r"(?:the (?:information|contents?)(?: contained)? (?:in|of) )?this (?:e-?mail|message|communication|transmission)s?\b"
    r"|este (?:mensaje|correo|e-?mail)|esta (?:mensagem|comunicacion)|la informacion contenida en este"
    r"|le informazioni contenute (?:in|nella)|(?:il|questo) (?:presente )?(?:messaggio|e-?mail)|questa e-?mail"
    r"|ai sensi del|(?:acest|prezentul) (?:mesaj|e-?mail)|informatiile (?:continute|cuprinse) in acest"
    r"|(?:το|αυτο το|οι πληροφοριεσ)[^.]{0,30}(?:μηνυμα|e-?mail|ηλεκτρονικο)"
    r"|diese (?:e-?mail|nachricht)|ce (?:message|courriel|courrier)"
    r"|dit (?:e-?mail|bericht)|deze e-?mail|niniejsza wiadomosc|tato zprava"
)
_SECRET: Final = re.compile(
    r"confidential|privileged|intended (?:only|solely)|intended recipient|confidencial|destinatari|riservat|confidential"
    r"|confidentiale|εμπιστευτικ|απορρητ|αποδεκτη|παραληπτη|vertraulich|empfanger|confidentiel|vertrouwelijk|poufn|duvern"
)
NOTICE_HEAD: Final = re.compile(rf"[\s*_=#-]{{0,6}}(?:{_NOTICE_HEAD})[\s*:.]{{0,6}}")
NOTICE_START: Final = re.compile(rf"[\s*_]{{0,4}}(?:{_NOTICE_START})")
# what to do with it, as only lawyers say
_LEGAL: Final = re.compile(
    r"intended|addressee|recipient|disclos|dissemin|unauthori[sz]ed|destinatari|divulg|diffusione|cancellar|eliminar|difuz"
    r"|stergeti|αποδεκτ|παραληπτ|διαγραψ|empfanger|loschen|destinataire|supprim|ontvanger|geadresseerde|adresat|prijemc"
)
PAPER: Final = re.compile(
    r"[\s*_\W]{0,6}(?:please (?:consider|think)|before printing|antes de imprimir|por favor,? antes|prima di stampare"
    r"|pensi all'ambiente|rispetta l'ambiente|inainte de a (?:printa|tipari)|protejati mediul|σκεφτειτε το περιβαλλον"
    r"|παρακαλω σκεφτειτε|bitte (?:denken|prufen) sie|pensez a l'environnement|think before you print).{0,250}"
)
_GREEN: Final = re.compile(
    r"environment|ambient|medio ?ambiente|mediu|περιβαλλον|umwelt|environnement|planet|arbol|before you print"
)
_LONGEST_PLEA: Final = 300
_SHORTEST_NOTICE: Final = 120


def is_plea(paragraph: str) -> bool:
    """Whether a folded paragraph asks not to be printed, for the environment's sake."""
    return len(paragraph) <= _LONGEST_PLEA and PAPER.fullmatch(paragraph) is not None and bool(_GREEN.search(paragraph))


def is_notice(paragraph: str) -> bool:
    """Whether a folded paragraph is a legal notice: it begins as one, is long, and speaks of secrecy as lawyers do."""
    begins = NOTICE_HEAD.match(paragraph) is not None or NOTICE_START.match(paragraph) is not None
    if not begins or len(paragraph) < _SHORTEST_NOTICE:
        return False
    return _SECRET.search(paragraph) is not None and _LEGAL.search(paragraph) is not None
