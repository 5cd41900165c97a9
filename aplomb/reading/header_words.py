"""The names of header fields as mail programs write them above what they quote or forward, in some thirty languages."""

from typing import Final

from aplomb.reading.folding import folded

FROM: Final = "from"
SENT: Final = "sent"
TO: Final = "to"
CC: Final = "cc"
SUBJECT: Final = "subject"
OTHER: Final = "other"

_WORDS: Final = {
    FROM: (
        "from | de | da | de la | expeditor | expeditorul | mittente | remitente | remetente | expéditeur"
        " | von | absender"
        " | van | afzender | od | nadawca | odesílatel | odosielateľ | feladó | küldő | från | avsändare"
        " | fra | afsender"
        " | avsender | lähettäjä | saatja | kimden | gönderen | от | от кого | отправитель | від"
        " | від кого | відправник"
        " | подател | изпращач | šalje | pošiljatelj | pošiljalac | пошиљалац | шаље | од | από"
        " | αποστολέας | de part de"
        " | 差出人 | 送信者 | 发件人 | 寄件者 | 寄件人 | 보낸 사람 | 보낸사람 | 발신자 | من | المرسل | מאת | từ | dari | nuo"
        " | remitent | sender"
    ),
    SENT: (
        "sent | date | sent on | sent at | date sent | enviado | enviado el | enviado em | enviada"
        " | enviada em | enviada el"
        " | enviados | fecha | fecha de envío | inviato | inviato il | inviata | data | data invio"
        " | trimis | trimis la"
        " | trimisă | dată | data trimiterii | στάλθηκε | εστάλη | απεστάλη | ημερομηνία | ημ/νία | αποστολή"
        " | ημερομηνία αποστολής | envoyé | envoyé le | envoyée | date d'envoi | gesendet | gesendet am"
        " | datum | verzonden"
        " | verstuurd | wysłano | wysłane | data wysłania | odesláno | odoslané | dátum | elküldve"
        " | küldve | időpont"
        " | skickat | sendt | dato | lähetetty | päivämäärä | päiväys | pvm | gönderilme tarihi"
        " | gönderildi | gönderilen"
        " | tarih | отправлено | дата | відправлено | надіслано | изпратено | poslano | poslato | послато"
        " | датум | enviat"
        " | enviat el | saadetud | kuupäev | nosūtīts | datums | išsiųsta | 送信日時 | 日付 | 日時 | 送信日 | 发送时间"
        " | 发送日期 | 日期 | 发件时间 | 时间 | 傳送時間 | 寄件日期 | 傳送日期 | 보낸 날짜 | 보낸날짜 | 보낸 시간 | 날짜"
        " | 일시 | تم الإرسال | تاريخ الإرسال | التاريخ | تاريخ | נשלח | תאריך | đã gửi | ngày | ngày gửi"
        " | dikirim | tanggal"
    ),
    TO: (
        "to | para | a | către | la | pentru | destinatar | destinatarul | destinatario | destinatari"
        " | προς | παραλήπτης"
        " | παραλήπτες | à | pour | destinataire | an | empfänger | aan | naar | do | adresat | odbiorca"
        " | komu | pre"
        " | címzett | címzettek | till | til | vastaanottaja | kime | alıcı | кому | получатель | получатели | до"
        " | одержувач | получател | prima | za | за | primatelj | primalac | прима | прималац | per"
        " | per a | kellele"
        " | saaja | kam | 宛先 | 收件人 | 收件者 | 받는 사람 | 받는사람 | 수신자 | إلى | الى | المستلم | אל | đến"
        " | kepada | ke | till vem | gavėjas"
    ),
    CC: (
        "cc | c.c. | bcc | cco | ccn | cci | cc: | copia | copia carbon | con copia a | copie | copie à"
        " | copie carbone"
        " | copie conforme | kopie | kopie (cc) | kopia | kopi | kopio | másolat | másolatot kap | dw"
        " | udw | do wiadomości"
        " | κοιν. | κοιν | κοινοποίηση | копия | копія | копие | kópia | skrytá kopie | bilgi | kopija"
        " | копија | koopia"
        " | 抄送 | 副本 | 参照 | 참조 | 写し | نسخة | نسخة إلى | עותק | còpia | tembusan"
    ),
    SUBJECT: (
        "subject | asunto | assunto | oggetto | subiect | subiectul | θέμα | objet | sujet | betreff"
        " | onderwerp | temat"
        " | tytuł | předmět | predmet | vec | tárgy | ämne | emne | aihe | konu | тема | относно | предмет | наслов"
        " | naslov | zadeva | assumpte | tema | teema | temats | 件名 | 主题 | 主題 | 主旨 | 标题 | 제목 | الموضوع | موضوع"
        " | נושא | chủ đề | tiêu đề | perihal | subjek"
    ),
    OTHER: (
        "reply-to | reply to | responder a | rispondi a | răspuns către | răspunde la | απάντηση σε | απάντηση προς"
        " | répondre à | antwort an | antwoord aan | odpowiedź-do | odpověď na | odpovedať-pre"
        " | odgovori na | svar til"
        " | svara till | vastaus | válaszcím | yanıt adresi | ответ-кому | кому відповісти | importance"
        " | importancia"
        " | importanza | importanță | σημασία | σπουδαιότητα | importancia | wichtigkeit | priorität"
        " | priority | prioridad"
        " | urgentie | attachments | attachment | adjuntos | datos adjuntos | allegati | allegato"
        " | atașamente | atașări"
        " | συνημμένα | anlagen | anhang | pièces jointes | bijlagen | załączniki | přílohy | organization"
        " | organisation | sensitivity | message-id | return-path | x-mailer | signed by | mailed-by | followup-to"
    ),
}


def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for kind, words in _WORDS.items():
        for word in words.split("|"):
            kinds.setdefault(" ".join(folded(word).split()), kind)
    return kinds


KINDS: Final = _kinds()
MAX_LABEL: Final = 32
