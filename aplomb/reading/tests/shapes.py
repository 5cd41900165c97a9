"""How mail programs of thirty languages head and sign what they send: shapes for the tests of this folder."""

from typing import Final

ATTRIBUTIONS: Final = [
    "On Tue, 3 Nov 2026 at 10:11, Support <help@desk.example> wrote:",
    "On Tue, Nov 3, 2026 at 10:11 AM Support <help@desk.example> wrote:",
    "El mar, 3 nov 2026 a las 10:11, Soporte (<help@desk.example>) escribió:",
    "El mar., 3 nov. 2026 10:11 a. m., Soporte <help@desk.example> escribió:",
    "Il giorno mar 3 nov 2026 alle ore 10:11 Assistenza <help@desk.example> ha scritto:",
    "În mar., 3 nov. 2026 la 10:11, Suport <help@desk.example> a scris:",
    "Στις Τρί 3 Νοε 2026 στις 10:11 π.μ., ο χρήστης Υποστήριξη <help@desk.example> έγραψε:",
    "Στις Τρί, 3 Νοε 2026, 10:11 ο χρήστης Υποστήριξη <help@desk.example> έγραψε:",
    "Le mar. 3 nov. 2026 à 10:11, Assistance <help@desk.example> a écrit :",
    "Am Di., 3. Nov. 2026 um 10:11 Uhr schrieb Support <help@desk.example>:",
    "Em ter., 3 de nov. de 2026 às 10:11, Suporte <help@desk.example> escreveu:",
    "Support <help@desk.example> escreveu (terça, 3/11/2026 à(s) 10:11):",
    "Op di 3 nov 2026 om 10:11 schreef Support <help@desk.example>:",
    "wt., 3 lis 2026 o 10:11 Wsparcie <help@desk.example> napisał(a):",
    "út 3. 11. 2026 v 10:11 odesílatel Podpora <help@desk.example> napsal:",
    "ut 3. 11. 2026 o 10:11 Podpora <help@desk.example> napísal(a):",
    "Support <help@desk.example> ezt írta (időpont: 2026. nov. 3., K, 10:11):",
    "Den tis 3 nov. 2026 kl 10:11 skrev Support <help@desk.example>:",
    "Den tirs. 3. nov. 2026 kl. 10.11 skrev Support <help@desk.example>:",
    "tir. 3. nov. 2026 kl. 10:11 skrev Support <help@desk.example>:",
    "ti 3.11.2026 klo 10.11 Tuki (help@desk.example) kirjoitti:",
    "Support <help@desk.example>, 3 Kas 2026 Sal, 10:11 tarihinde şunu yazdı:",
    "вт, 3 нояб. 2026 г. в 10:11, Поддержка <help@desk.example>:",
    "вт, 3 лист. 2026 р. о 10:11 Support <help@desk.example> пише:",
    "На вт, 3.11.2026 г. в 10:11 Support <help@desk.example> написа:",
    "uto, 3. stu 2026. u 10:11 Support <help@desk.example> napisao je:",
    "V V tor., 3. nov. 2026 ob 10:11 je oseba Support <help@desk.example> napisala:",
    "Missatge de Support <help@desk.example> del dia dt., 3 de nov. 2026 a les 10:11:",
    "2026年11月3日(火) 10:11 Support <help@desk.example>:",
    "2026年11月3日(火) 10:11、Support <help@desk.example>のメール:",
    "Support <help@desk.example> 于2026年11月3日周二 10:11写道：",
    "Support <help@desk.example> 於 2026年11月3日 週二 上午10:11寫道：",
    "在 2026年11月3日，10:11，Support <help@desk.example> 写道：",
    "2026년 11월 3일 (화) 오전 10:11, Support <help@desk.example>님이 작성:",
    "في الثلاثاء، 3 نوفمبر 2026 في 10:11 ص تمت كتابة ما يلي بواسطة Support <help@desk.example>:",
    "בתאריך יום ג׳, 3 בנוב׳ 2026 ב-10:11 מאת Support <help@desk.example>:",
    "Vào Th 3, 3 thg 11, 2026 vào lúc 10:11 Support <help@desk.example> đã viết:",
    "Kuupäev T, 3. november 2026 kell 10:11 kirjutas Support <help@desk.example>:",
    "Support <help@desk.example> kirjoitti 3.11.2026 kello 10.11:",
    "2026. nov. 3. dátummal, 10:11 időpontban Support <help@desk.example> írta:",
    "3. 11. 2026 v 10:11, Podpora <help@desk.example>:",
    "Support <help@desk.example> şunları yazdı (3 Kas 2026 10:11):",
    "3 нояб. 2026 г., в 10:11, Support <help@desk.example> написал(а):",
    "Support <help@desk.example> je napisao 03.11.2026. u 10:11:",
    "2026. 11. 3. 오전 10:11, Support <help@desk.example> 작성:",
    "Am Dienstag, 3. November 2026 um 10:11:12 MEZ hat Support <help@desk.example> Folgendes geschrieben:",
    "Op 3 nov. 2026 om 10:11 heeft Support <help@desk.example> het volgende geschreven:",
    "Την Τρίτη, 3 Νοεμβρίου 2026 στις 10:11:12 π.μ. EET, ο χρήστης X <help@desk.example> έγραψε:",
    "In a message dated 11/3/2026 10:11:12 AM Eastern Standard Time, help@desk.example writes:",
    "On Tuesday, November 3rd, 2026 at 10:11 AM, Support <help@desk.example> wrote:",
    "On 3 Nov 2026, 10:11, Support < help@desk.example> wrote:",
    "On 03/11/2026 10:11, Support Desk wrote:",
    "W dniu 3.11.2026 o 10:11, Support pisze:",
    "Pe 03.11.2026 10:11, Suport a scris:",
    "La 3 noiembrie 2026 10:11:12 EET, Suport <help@desk.example> a scris:",
    "Pe marți, 3 noiembrie 2026, 10:11:12 EET, Suport <help@desk.example> a scris:",
    "Στις 3/11/26 10:11, ο/η Υποστήριξη έγραψε:",
    "Στις 3 Νοε 2026, στις 10:11 π.μ., ο χρήστης Υποστήριξη <help@desk.example> έγραψε:",
    "Il 03/11/26 10:11, Assistenza ha scritto:",
    "El 3/11/26 a las 10:11, Soporte escribió:",
    "Dana 03. 11. 2026. u 10:11, Support je napisao/la:",
    "Support <help@desk.example> schrieb am Di., 3. Nov. 2026, 10:11:",
    "El dt., 3 de nov. 2026, 10:11, Suport <help@desk.example> va escriure:",
]

MOBILE_LINES: Final = [
    "Sent from my iPhone",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android",
    "Sent from Yahoo Mail on Android",
    "Sent from Outlook for Android<https://aka.ms/AAb9ysg>",
    "Sent with Proton Mail secure email.",
    "Sent from Proton Mail Android",
    "Sent from my Galaxy",
    "Sent from Mail for Windows",
    "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows 10",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    "Sent via BlackBerry from T-Mobile",
    "Enviado desde mi iPhone",
    "Enviado desde mi Samsung Galaxy",
    "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
    "Enviado desde Outlook para Android",
    "Enviado desde Yahoo Mail para iPhone",
    "Enviado desde Correo para Windows",
    "Inviato da iPhone",
    "Inviato dal mio iPhone",
    "Inviato da Outlook per iOS",
    "Ottieni Outlook per Android",
    "Scarica Outlook per iOS<https://x.example>",
    "Inviato da Yahoo Mail su Android",
    "Inviato da Posta per Windows",
    "Inviato dal mio smartphone Samsung Galaxy.",
    "Trimis de pe iPhone-ul meu",
    "Trimis de pe iPhone",
    "Trimis de pe telefonul meu Samsung",
    "Obțineți Outlook pentru Android",
    "Trimis din Yahoo Mail pe Android",
    "Trimis de la Outlook pentru iOS",
    "Στάλθηκε από το iPhone μου",
    "Εστάλη από το iPhone μου",
    "Στάλθηκε από το Outlook για Android",
    "Αποκτήστε το Outlook για iOS",
    "Λήψη του Outlook για Android",
    "Στάλθηκε από το Yahoo Mail στο Android",
    "Στάλθηκε από τη συσκευή μου Samsung Galaxy",
    "Αποστολή από το iPad μου",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "Outlook für iOS beziehen",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Holen Sie sich Outlook für Android",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon smartphone Samsung Galaxy.",
    "Obtenir Outlook pour Android",
    "Télécharger Outlook pour iOS",
    "Envoyé à partir d’Outlook pour iOS",
    "Enviado do meu iPhone",
    "Obter o Outlook para iOS",
    "Enviado do Yahoo Mail no Android",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden vanuit Outlook voor Android",
    "Outlook voor Android downloaden",
    "Wysłane z iPhone'a",
    "Wysłane z iPhone’a",
    "Pobierz program Outlook dla systemu Android",
    "Odesláno z iPhonu",
    "Odoslané z iPhonu",
    "Elküldve az iPhone-omról",
    "Az Outlook beszerzése iOS-hez",
    "Skickat från min iPhone",
    "Hämta Outlook för iOS",
    "Sendt fra min iPhone",
    "Hent Outlook til iOS",
    "Skaff deg Outlook for iOS",
    "Lähetetty iPhonesta",
    "Hanki Outlook for iOS",
    "iPhone'umdan gönderildi",
    "Android için Outlook'u edinin",
    "Отправлено с iPhone",
    "Отправлено из мобильной Яндекс Почты",
    "Отправлено из Outlook для Android",
    "Надіслано з iPhone",
    "Изпратено от моя iPhone",
    "Poslano s mog iPhonea",
    "Poslano iz mojega iPhona",
    "Poslato sa mog iPhone-a",
    "Enviat des del meu iPhone",
    "发自我的 iPhone",
    "發自我的 iPhone",
    "从我的iPhone发送",
    "iPhoneから送信",
    "나의 iPhone에서 보냄",
    "أُرسلت من الـ iPhone",
    "تم الإرسال من الـ iPhone الخاص بي",
    "נשלח מה-iPhone שלי",
    "获取 Outlook for iOS",
    "Yahoo Mail: Search, Organize, Conquer<https://x.example/y>",
    "Sent from my mobile",
    "Enviado desde mi móvil",
    "Inviato dal mio telefono Android",
    "Στάλθηκε από το κινητό μου",
    "Sent from my mobile device",
    "Sent from Gmail Mobile",
]

# From, Sent, To, Cc, Subject
HEADERS: Final = {
    "en": ("From", "Sent", "To", "Cc", "Subject"),
    "es": ("De", "Enviado el", "Para", "CC", "Asunto"),
    "es2": ("De", "Enviado", "Para", "Cc", "Asunto"),
    "it": ("Da", "Inviato", "A", "Cc", "Oggetto"),
    "ro": ("De la", "Trimis", "Către", "Cc", "Subiect"),
    "ro2": ("Expeditor", "Data", "Destinatar", "Cc", "Subiect"),
    "el": ("Από", "Στάλθηκε", "Προς", "Κοιν.", "Θέμα"),
    "el2": ("Από", "Εστάλη", "Προς", "Κοινοποίηση", "Θέμα"),
    "fr": ("De", "Envoyé", "À", "Cc", "Objet"),
    "de": ("Von", "Gesendet", "An", "Cc", "Betreff"),
    "pt": ("De", "Enviado", "Para", "Cc", "Assunto"),
    "ptbr": ("De", "Enviada em", "Para", "Cc", "Assunto"),
    "nl": ("Van", "Verzonden", "Aan", "CC", "Onderwerp"),
    "pl": ("Od", "Wysłano", "Do", "DW", "Temat"),
    "cs": ("Od", "Odesláno", "Komu", "Kopie", "Předmět"),
    "sk": ("Od", "Odoslané", "Komu", "Kópia", "Predmet"),
    "hu": ("Feladó", "Elküldve", "Címzett", "Másolatot kap", "Tárgy"),
    "sv": ("Från", "Skickat", "Till", "Kopia", "Ämne"),
    "da": ("Fra", "Sendt", "Til", "Cc", "Emne"),
    "nb": ("Fra", "Sendt", "Til", "Kopi", "Emne"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Kopio", "Aihe"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Bilgi", "Konu"),
    "tr2": ("Gönderen", "Gönderilme Tarihi", "Kime", "Cc", "Konu"),
    "ru": ("От", "Отправлено", "Кому", "Копия", "Тема"),
    "uk": ("Від", "Надіслано", "Кому", "Копія", "Тема"),
    "bg": ("От", "Изпратено", "До", "Копие", "Относно"),
    "hr": ("Šalje", "Poslano", "Prima", "Kopija", "Predmet"),
    "hr2": ("Od", "Poslano", "Za", "Cc", "Predmet"),
    "sr": ("Od", "Poslato", "Za", "Cc", "Tema"),
    "sl": ("Od", "Poslano", "Za", "Kp", "Zadeva"),
    "ca": ("De", "Enviat", "Per a", "A/c", "Assumpte"),
    "ja": ("差出人", "送信日時", "宛先", "CC", "件名"),
    "zh": ("发件人", "发送时间", "收件人", "抄送", "主题"),
    "zht": ("寄件者", "寄件日期", "收件者", "副本", "主旨"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "참조", "제목"),
    "ar": ("من", "تم الإرسال", "إلى", "نسخة", "الموضوع"),
    "he": ("מאת", "נשלח", "אל", "עותק", "נושא"),
}

# of rarer programs, known above quote marks
RARER_ATTRIBUTIONS: Final = [
    "W dniu 2026-11-03 10:11, Support napisał(a):",
    "Il 2026-11-03 10:11 Assistenza ha scritto:",
    "El 2026-11-03 10:11, Soporte escribió:",
    "Στις 2026-11-03 10:11, Υποστήριξη έγραψε:",
    "On 2026-11-03 10:11, Support wrote:",
    "Am 2026-11-03 10:11, schrieb Support:",
    "În 2026-11-03 10:11, Suport a scris:",
    "On Tue, 2026-11-03 at 10:11 +0200, Support wrote:",
    "Am Dienstag, dem 03.11.2026 um 10:11 +0100 schrieb Support:",
    "El mar, 03-11-2026 a las 10:11 +0100, Soporte escribió:",
    "Il giorno mar, 03/11/2026 alle 10.11 +0100, Assistenza ha scritto:",
    "Le mardi 03 novembre 2026 à 10:11 +0100, Support a écrit :",
    "On Tuesday 03 November 2026 10:11:12 Support wrote:",
    "On Tuesday, 3 November 2026 10:11:12 EET Support wrote:",
    "Op dinsdag 3 november 2026 10:11:12 CET schreef Support:",
    "Am Dienstag, 3. November 2026, 10:11:12 CET schrieb Support:",
    "Le mar. 3 nov. 2026, 10 h 11, Assistance <help@desk.example> a écrit :",
    "On Tue, Nov 3 at 10:11 AM Support <help@desk.example> wrote:",
    "Support wrote on 3/11/2026 10:11:",
    "On Tue, 3 Nov 2026 10:11:12 +0200, Support <help@desk.example> wrote:",
    "On 11/3/26 10:11 AM, Support wrote:",
    "Στις Τρίτη 3 Νοεμβρίου 2026 στις 10:11 π.μ., ο χρήστης Υποστήριξη <help@desk.example> έγραψε:",
    "Στις Τρίτη, 3 Νοεμβρίου 2026, 10:11 π.μ., Υποστήριξη <help@desk.example> έγραψε:",
    "Την Τρίτη, 3 Νοεμβρίου 2026 στις 10:11:12 π.μ. EET, ο χρήστης «Υποστήριξη» έγραψε:",
    "La mar., 3 nov. 2026 la 10:11, Suport <help@desk.example> a scris:",
    "Pe data de mar., 3 nov. 2026 la 10:11 Suport <help@desk.example> a scris:",
    "În ziua de marți, 3 noiembrie 2026, 10:11:12 EET, Suport <help@desk.example> a scris:",
    "Il giorno 3 novembre 2026 10:11 Assistenza <help@desk.example> ha scritto:",
    "In data martedì 3 novembre 2026 10:11:12 CET, Assistenza ha scritto:",
    "Il mar 3 nov 2026, 10:11 Assistenza <help@desk.example> ha scritto:",
    "El mar, 3 de nov de 2026 a la(s) 10:11, Soporte (help@desk.example) escribió:",
    "El martes 3 de noviembre de 2026 10:11:12 a. m. GMT-5, Soporte <help@desk.example> escribió:",
    "2026-11-03 10:11 GMT+02:00 Soporte <help@desk.example>:",
    "mar. 3 nov. 2026 10:11, Assistance <help@desk.example>:",
    "Support <help@desk.example> schrieb:",
    "Support <help@desk.example> escribió:",
    "Support <help@desk.example> ha scritto:",
    "Dňa ut 3. 11. 2026 o 10:11 Podpora <help@desk.example> napísal(a):",
    "Dne 3. 11. 2026 v 10:11 Podpora napsal(a):",
    "tor. 3. nov. 2026 kl. 10.11 skrev Support <help@desk.example>:",
    "Den 3.11.2026 kl. 10.11, skrev Support:",
    "Support <help@desk.example> skrev den 3 november 2026 10:11:",
    "Tuki <help@desk.example> kirjoitti ti 3.11.2026 klo 10.11:",
    "3 Kasım 2026 Salı tarihinde Support <help@desk.example> yazdı:",
    "3.11.2026 10:11, Support пишет:",
    "03.11.2026 10:11, Поддержка пишет:",
    "Вторник, 3 ноября 2026, 10:11 +03:00 от Поддержка <help@desk.example>:",
    "3 ноября 2026 г. 10:11:12 GMT+03:00, Поддержка <help@desk.example> пишет:",
    "вівторок, 3 листопада 2026 р. 10:11 Support <help@desk.example> пише:",
    "El 3 de novembre de 2026 10:11, Suport va escriure:",
    "Em terça-feira, 3 de novembro de 2026 10:11:12 BRT, Suporte <help@desk.example> escreveu:",
    "Em 03/11/2026 10:11, Suporte escreveu:",
    "A 03/11/2026 10:11, Suporte escreveu:",
    "2026. 11. 03. 10:11 keltezéssel, Support írta:",
    "Support <help@desk.example> írta (2026. november 3., kedd):",
    "---- On Tue, 03 Nov 2026 10:11:12 +0200 Support <help@desk.example> wrote ----",
    "Support Desk wrote:",
    "Support <help@desk.example> wrote:",
    "Quoting Support <help@desk.example>:",
    "* Support <help@desk.example> [2026-11-03 10:11]:",
    "--- On Tue, 3/11/26, Support <help@desk.example> wrote:",
]

RARER_HEADERS: Final = [
    (
        "----- Mail original -----\n"
        'De: "Support" <help@desk.example>\n'
        'À: "Ana" <ana@firm.example>\n'
        "Envoyé: Mardi 3 Novembre 2026 10:11:12\n"
        "Objet: Re: x"
    ),
    (
        "Gesendet: Dienstag, 03. November 2026 um 10:11 Uhr\n"
        'Von: "Support" <help@desk.example>\n'
        "An: ana@firm.example\n"
        "Betreff: Re: x"
    ),
    ("To: ana@firm.example\nFrom: help@desk.example\nSubject: RE: x\nDate: Tue, 3 Nov 2026 10:11:12 +0000"),
    ("Date: Tue, 3 Nov 2026 10:11:12 +0000\nFrom: help@desk.example\nTo: ana@firm.example\nSubject: RE: x"),
    (
        "------------------ 原始邮件 ------------------\n"
        '发件人: "Support" <help@desk.example>;\n'
        "发送时间: 2026年11月3日(星期二) 上午10:11\n"
        '收件人: "Ana"<ana@firm.example>;\n'
        "主题: Re: x"
    ),
    (
        'Da: "Assistenza" help@desk.example\n'
        'A: "Marco" marco@officina.example\n'
        "Cc:\n"
        "Data: Tue, 3 Nov 2026 10:11:12 +0100\n"
        "Oggetto: Re: x"
    ),
    (
        "----Messaggio originale----\n"
        "Da: help@desk.example\n"
        "Data: 3-nov-2026 10.11\n"
        "A: <marco@officina.example>\n"
        "Ogg: Re: x"
    ),
    (
        "From: Support Desk via Helpdesk <help@desk.example>\n"
        "Sent: Tuesday 3 November 2026 10:11\n"
        "To: ana@firm.example\n"
        "Subject: [EXTERNAL] RE: x\n"
        "\n"
        "CAUTION: external"
    ),
    (
        "De : Support <help@desk.example>\n"
        "Date : mardi 3 novembre 2026 à 10:11\n"
        "À : Ana <ana@firm.example>\n"
        "Objet : RE: x"
    ),
    (
        "From: Support <help@desk.example>\n"
        "Date: Tuesday, 3 November 2026 at 10:11\n"
        "To: Ana <ana@firm.example>\n"
        "Subject: RE: x"
    ),
    (
        "------ Original Message ------\n"
        'From "Support" <help@desk.example>\n'
        'To "Ana" <ana@firm.example>\n'
        "Date 3/11/2026 10:11:12\n"
        "Subject Re: x"
    ),
    ("* * *\nFrom: S <help@desk.example>\nTo: Ana\nSubject: x"),
    ("*From: *Support <help@desk.example>\n*Date: *Tuesday\n*To: *Ana\n*Subject: *Re: x"),
    ("**From:** Support <help@desk.example>  \n**Sent:** Tuesday  \n**To:** Ana  \n**Subject:** Re: x"),
]
