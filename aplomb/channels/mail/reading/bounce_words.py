"""What reports of delivery say in words, by language; found in texts that are folded alike.

Each is looked for as it stands, anywhere in a folded subject or notice. English is what most servers write whatever
the language of their customers; the others are those of Exchange, the large providers and hosting panels.
"""

from typing import Final

from aplomb.channels.mail.reading.folding import all_folded

# the subject of a report that a mail did not arrive
FAILED_SUBJECTS: Final = all_folded(
    # English
    "undeliverable", "undelivered", "undelivery", "delivery status notification", "delivery failure",
    "delivery failed", "delivery has failed", "delivery error", "delivery problem", "delivery report",
    "mail delivery system", "mail system error", "mail error", "returned mail", "returned to sender",
    "return to sender", "failure notice", "failure notification", "failure delivery", "message not delivered",
    "mail not delivered", "not delivered", "could not be delivered", "cannot be delivered", "couldn't be delivered",
    "can't be delivered", "could not deliver", "unable to deliver", "non-delivery", "nondeliverable", "nondelivery",
    "non delivery", "bounced", "bounce notification", "bounce notice", "rejected mail", "message rejected",
    "message blocked", "mail blocked", "message refused", "message undelivered", "user unknown", "unknown user",
    "address not found", "permanent error", "problem delivering", "mailbox full", "mailbox is full",
    "message status - undeliver", "unsolicited bulk email", "in mail from you", "message from you", "xmail bounce",
    "transient failure", "permanent delivery failure", "fatal errors",
    # Spanish
    "no se puede entregar", "no se pudo entregar", "no se ha podido entregar", "no entregado", "no entregable",
    "correo devuelto", "mensaje devuelto", "devuelto al remitente", "notificacion de estado de entrega",
    "error de entrega", "fallo de entrega", "error en la entrega", "entrega fallida", "no se ha entregado",
    "mensaje rechazado", "correo rechazado", "informe de no entrega", "imposible entregar",
    # Italian
    "mancato recapito", "mancata consegna", "non recapitabile", "impossibile recapitare", "messaggio non recapitato",
    "notifica di stato del recapito", "notifica sullo stato del recapito", "messaggio non consegnato",
    "impossibile consegnare", "errore di consegna", "consegna fallita", "messaggio respinto", "avviso di mancat",
    "mail non consegnata", "restituito al mittente", "mancata recapito",
    # Romanian
    "nelivrat", "nu a putut fi livrat", "nu a fost livrat", "nu poate fi livrat", "stare a livrarii",
    "starea livrarii", "eroare de livrare", "livrare esuata", "esec la livrare", "esec de livrare",
    "imposibil de livrat", "nu se poate livra", "mesaj respins", "mesaj returnat",
    # Greek
    "μη παραδοσιμ", "αποτυχια παραδοσης", "δεν παραδοθηκε", "δεν ηταν δυνατη η παραδοση", "αδυναμια παραδοσης",
    "ειδοποιηση καταστασης παραδοσης", "ανεπιδοτο", "δεν μπορει να παραδοθει", "απετυχε η παραδοση",
    "δεν ειναι δυνατη η παραδοση", "επιστροφη μηνυματος", "απορριψη μηνυματος", "αποτυχια αποστολης", "μη επιδοση",
    # German
    "unzustellbar", "nicht zugestellt", "nicht zustellbar", "zustellung fehlgeschlagen", "fehler bei der zustellung",
    "zustellstatus", "ubermittlungsstatus", "konnte nicht zugestellt", "zustellfehler",
    # French
    "non remis", "non distribu", "non delivre", "echec de la remise", "echec de remise", "echec de livraison",
    "echec de la distribution", "n'a pas pu etre remis", "n'a pas ete remis", "n'a pu etre distribue",
    "remise impossible", "notification d'etat de remise", "etat de la remise", "non-remise", "retour de courrier",
    # Portuguese
    "nao entregue", "nao foi possivel entregar", "falha na entrega", "falha de entrega",
    "notificacao de status de entrega", "mensagem devolvida", "impossivel de entregar", "nao e possivel entregar",
    "nao pode ser entregue",
    # Dutch, the Nordic languages
    "onbestelbaar", "niet bezorgd", "niet afgeleverd", "bezorging mislukt", "kan niet worden bezorgd",
    "gar inte att leverera", "kunde inte levereras", "olevererbart", "kan ikke leveres", "uleveret",
    "kunne ikke leveres", "leverings", "ei voitu toimittaa", "toimitus epaonnistui", "kunne ikke levere",
    # Polish, Czech, Slovak, Hungarian, Turkish, the Slavic languages in Cyrillic
    "niedostarcz", "nie dostarczono", "nie mozna dostarczyc", "nie mogla zostac dostarczona", "zwrot wiadomosci",
    "nedorucen", "nelze dorucit", "nedorucitel", "nemozno dorucit", "kezbesithetetlen", "nem kezbesitheto",
    "sikertelen kezbesites", "teslim edilemedi", "iletilemedi", "teslim edilemeyen", "не доставлен", "недоставлен",
    "не может быть доставлен", "ошибка доставки", "не удалось доставить", "невозможно доставить", "недоставка",
    "не може да бъде доставен", "не вдалося доставити",
    # Chinese and Japanese
    "系统退信", "退信", "无法送达", "未送达", "配信不能", "配信できません", "送信できません", "エラーメール", "전달되지",
)  # fmt: skip

# the subject of a report that a mail is late: the server goes on trying
DELAYED_SUBJECTS: Final = all_folded(
    "delivery status notification (delay", "message delayed", "mail delayed", "delivery delayed", "delivery delay",
    "delayed mail", "delayed:", "delivery incomplete", "still being retried", "warning: could not send",
    "warning: message", "message delivery is delayed", "delivery is delayed", "delay notification",
    "entrega retrasada", "mensaje retrasado", "retraso en la entrega", "entrega demorada", "se ha retrasado",
    "consegna ritardata", "recapito ritardato", "messaggio in ritardo", "ritardo nella consegna",
    "ritardo nel recapito", "livrare intarziata", "livrarea a fost intarziata", "mesaj intarziat",
    "intarziere la livrare", "καθυστερηση παραδοσης", "καθυστερηση στην παραδοση", "η παραδοση καθυστερει",
    "καθυστερει η παραδοση", "verzoger", "zustellung verzogert", "remise retardee", "remise differee",
    "retard de remise", "message retarde", "entrega atrasada", "atraso na entrega", "vertraagd", "opoznien",
    "задержка", "gecikti",
)  # fmt: skip

# what a notice says when the server has given up
FAILED_WORDS: Final = all_folded(
    # English
    "could not be delivered", "couldn't be delivered", "can not be delivered", "cannot be delivered",
    "can't be delivered", "could not deliver", "couldn't deliver", "cannot deliver", "can't deliver",
    "unable to deliver", "was not delivered", "wasn't delivered", "not been delivered", "were not delivered",
    "is undeliverable", "undeliverable", "undelivered", "delivery has failed", "delivery failed", "delivery failure",
    "failed to deliver", "delivery to the following", "failed permanently", "permanent error", "permanent failure",
    "permanent fatal errors", "permanent delivery", "fatal errors", "could not send", "not able to deliver",
    "been blocked", "message blocked", "was blocked", "has been rejected", "was rejected", "were rejected",
    "rejected by", "rejected your message", "refused by", "did not reach", "not reach the following",
    "returned to sender", "returned to you", "message is being returned", "being returned", "address not found",
    "does not exist", "doesn't exist", "user unknown", "unknown user", "no such user", "no mailbox here by that name",
    "mailbox unavailable", "mailbox not found", "recipient not found", "recipient address rejected",
    "recipient rejected", "address rejected", "not listed in", "mailbox is full", "mailbox full", "over quota",
    "quota exceeded", "exceeded storage", "giving up", "given up", "not be reached", "wasn't found at",
    "couldn't be found", "could not be found", "was undeliverable", "no longer exists", "is not known", "bounced",
    "nicht zustellbar", "message not delivered", "unrouteable address", "unroutable address", "host unknown",
    "relay access denied", "relaying denied", "could not be sent", "delivery error", "the following addresses failed",
    "the following address failed", "the following recipients", "the following address(es)", "errors occurred",
    "non-delivery", "was considered unsolicited", "was stopped", "error sending message", "unable to relay",
    "unable to send",
    # Spanish
    "no se pudo entregar", "no se ha podido entregar", "no se puede entregar", "no pudo ser entregado",
    "no ha podido ser entregado", "no se ha entregado", "no se entrego", "no ha sido entregado", "no fue entregado",
    "error al entregar", "error de entrega", "error en la entrega", "no se encontro la direccion", "no existe",
    "buzon lleno", "buzon de correo esta lleno", "esta lleno", "ha sido rechazado", "fue rechazado",
    "rechazo el mensaje", "rechazado por", "ha sido bloqueado", "imposible entregar", "no es posible entregar",
    "ha sido devuelto", "no se encuentra", "la entrega ha fallado", "fallo la entrega", "fallo permanente",
    "no ha llegado", "no hemos podido",
    # Italian
    "non e stato possibile recapitare", "non e stato recapitato", "impossibile recapitare", "non e stato consegnato",
    "non e stato possibile consegnare", "non puo essere recapitato", "non puo essere consegnato", "non consegnato",
    "non recapitato", "impossibile consegnare", "non ha potuto", "e stato rifiutato", "e stato respinto",
    "casella piena", "casella di posta piena", "e piena", "non esiste", "utente sconosciuto", "inesistente",
    "errore permanente", "destinatario sconosciuto", "recapito non riuscito", "consegna fallita", "e stato bloccato",
    "non trovato", "mancato recapito", "mancata consegna", "non abbiamo potuto", "impossibile trovare",
    # Romanian
    "nu a putut fi livrat", "nu a fost livrat", "nu poate fi livrat", "nu au putut fi livrat", "nu s-a putut livra",
    "livrarea a esuat", "livrare esuata", "nu a fost posibila livrarea", "a fost respins", "a fost refuzat",
    "nu exista", "este plina", "casuta postala este plina", "eroare permanenta", "adresa nu a fost gasita",
    "utilizator necunoscut", "destinatar necunoscut", "a fost blocat", "nu am putut livra", "nelivrat",
    "imposibil de livrat", "nu a fost gasit",
    # Greek
    "δεν ηταν δυνατη η παραδοση", "δεν παραδοθηκε", "δεν ειναι δυνατη η παραδοση", "δεν μπορεσε να παραδοθει",
    "δεν μπορει να παραδοθει", "αποτυχια παραδοσης", "η παραδοση απετυχε", "απετυχε η παραδοση", "δεν υπαρχει",
    "απορριφθηκε", "ειναι πληρες", "ειναι γεματο", "αγνωστος παραληπτης", "αγνωστος χρηστης", "δεν βρεθηκε",
    "αποκλειστηκε", "μονιμο σφαλμα", "αδυναμια παραδοσης", "δεν κατεστη δυνατη", "δεν μπορεσαμε να παραδωσουμε",
    "δεν ηταν δυνατον να παραδοθει", "δεν εφτασε", "ανεπιδοτο",
    # German
    "konnte nicht zugestellt werden", "nicht zugestellt werden", "konnte nicht ubermittelt", "nicht zugestellt",
    "nicht gefunden", "unzustellbar", "zustellung fehlgeschlagen", "existiert nicht", "fehler bei der zustellung",
    "postfach voll", "postfach ist voll", "abgelehnt", "zuruckgewiesen", "permanenter fehler",
    "unbekannter empfanger", "empfanger unbekannt", "fehler ist aufgetreten", "konnte nicht gesendet",
    "fehler beim senden",
    # French
    "n'a pas pu etre remis", "n'a pas pu etre distribue", "n'a pas pu etre delivre", "n'a pas ete remis",
    "n'a pas ete distribue", "impossible de remettre", "echec de la remise", "echec de la distribution",
    "echec de remise", "n'existe pas", "boite pleine", "boite aux lettres est pleine", "est pleine", "a ete rejete",
    "a ete refuse", "a ete bloque", "introuvable", "erreur permanente", "pas pu etre envoye", "utilisateur inconnu",
    "destinataire inconnu", "n'est pas parvenu", "n'a pu etre remis", "n'a pu etre delivre", "n'a pas abouti",
    # Portuguese
    "nao foi possivel entregar", "nao pode ser entregue", "nao foi entregue", "falha na entrega", "a entrega falhou",
    "nao existe", "caixa de correio cheia", "esta cheia", "foi rejeitad", "erro permanente", "nao encontrad",
    "foi bloquead",
    # Dutch, the Nordic languages
    "kon niet worden bezorgd", "kan niet worden bezorgd", "niet worden afgeleverd", "bezorging is mislukt",
    "bestaat niet", "is niet bezorgd", "is vol", "geweigerd", "kunde inte levereras", "gick inte att leverera",
    "kunne ikke leveres", "kan ikke leveres", "ei voitu toimittaa", "finns inte", "findes ikke", "finnes ikke",
    # Polish, Czech, Slovak, Hungarian, Turkish, Cyrillic
    "nie mogla zostac dostarczona", "nie dostarczono", "nie mozna dostarczyc", "nie udalo sie dostarczyc",
    "nie istnieje", "nie zostala dostarczona", "odrzucon", "nebylo mozne dorucit", "nelze dorucit", "nebyla dorucena",
    "neexistuje", "nemozno dorucit", "nem sikerult kezbesiteni", "nem kezbesitheto", "nem letezik",
    "teslim edilemedi", "iletilemedi", "не может быть доставлено", "не было доставлено", "не удалось доставить",
    "не доставлено", "невозможно доставить", "не существует", "ящик переполнен", "отклонено", "отвергнуто",
    "неизвестный пользователь", "не найден", "не може да бъде доставен", "не вдалося доставити",
    # Chinese and Japanese
    "无法送达", "未能送达", "退回", "不存在", "配信できません", "送信できません", "届けることができません", "見つかりません",
)  # fmt: skip

# what a notice says while the server goes on trying
DELAYED_WORDS: Final = all_folded(
    "this is a warning message only", "warning message only", "you do not need to resend", "do not need to resend",
    "don't need to resend", "no need to resend", "has not yet been delivered", "not yet been delivered",
    "hasn't been delivered yet", "has not been delivered yet", "will continue to be attempted", "will keep trying",
    "will continue to try", "will continue trying", "will be retried", "will retry", "keep trying to deliver",
    "still trying", "still attempting", "delivery attempts will continue", "has been delayed", "is delayed",
    "was delayed", "message delivery is delayed", "temporary problem", "delivery is being retried", "will try again",
    "being delayed", "continue to attempt", "try to deliver your message for",
    "attempts to deliver the message will continue", "is still in the queue", "remains in the queue",
    "has been queued on", "reattempted", "will attempt to deliver", "no action is required on your part",
    "no es necesario que vuelva a enviar", "no necesita volver a enviar", "seguira intentando",
    "seguiremos intentando", "se ha retrasado", "aun no se ha entregado", "todavia no se ha entregado",
    "se volvera a intentar", "problema temporal", "se seguira intentando", "continuara intentando",
    "non e necessario inviare di nuovo", "non e necessario inviarlo di nuovo", "non e necessario rispedire",
    "continuera a tentare", "continueranno i tentativi", "verra ritentata", "e in ritardo",
    "non e ancora stato consegnato", "non e ancora stato recapitato", "problema temporaneo", "ulteriori tentativi",
    "nuovi tentativi", "nu este necesar sa retrimiteti", "nu trebuie sa retrimiteti", "va continua sa incerce",
    "vom continua sa incercam", "nu a fost inca livrat", "a fost intarziat", "se va reincerca", "problema temporara",
    "vom reincerca", "inca nu a fost livrat", "δεν χρειαζεται να το στειλετε ξανα", "δεν χρειαζεται να στειλετε ξανα",
    "θα συνεχισει να προσπαθει", "καθυστερει", "θα συνεχιστουν οι προσπαθειες", "δεν εχει ακομη παραδοθει",
    "δεν εχει παραδοθει ακομη", "προσωρινο προβλημα", "εχει καθυστερησει", "θα γινει νεα προσπαθεια",
    "θα συνεχισουμε να προσπαθουμε", "nicht erneut senden", "noch nicht zugestellt", "weitere zustellversuche",
    "weiterhin versucht", "wird verzogert", "verzogert", "n'avez pas besoin de renvoyer", "inutile de renvoyer",
    "n'a pas encore ete", "est retardee", "nouvelles tentatives", "nao e necessario reenviar", "continuara tentando",
    "ainda nao foi entregue", "nog niet bezorgd", "wordt opnieuw geprobeerd", "nie trzeba ponownie", "ponowne proby",
    "попытки доставки будут продолжены", "еще не доставлено", "повторные попытки",
)  # fmt: skip

# what ends the hope that a delay leaves: these win over the words of delay
GIVEN_UP_WORDS: Final = all_folded(
    "giving up", "given up", "i'm not going to try again", "will not be retried", "no further attempts",
    "failed permanently", "permanent error", "permanent failure", "has been in the queue too long",
    "in the queue too long", "retry timeout exceeded", "retry time not reached for any host after",
    "delivery time expired", "time expired", "permanent fatal errors", "se ha agotado", "error permanente",
    "errore permanente", "eroare permanenta", "μονιμο σφαλμα", "has been returned", "is being returned",
    "no se realizaran mas intentos", "non verranno effettuati altri tentativi",
)  # fmt: skip

# reports of success, whose other words are those of a report of failure
DELIVERED_SUBJECTS: Final = all_folded(
    "successful mail delivery", "successfully delivered", "delivery status notification (success",
    "delivery status notification (relay", "delivered:", "relayed:", "delivery receipt", "delivery confirmation",
    "return receipt", "read receipt", "read:", "entregado:", "leido:", "letto:", "consegnato:", "recapitato:",
    "citit:", "livrat:", "διαβαστηκε:", "παραδοθηκε:", "gelesen:", "zugestellt:", "ubermittelt:", "lu:", "remis:",
    "lida:", "entregue:", "ricevuta di lettura", "avvenuta consegna", "accettazione:", "consegna:",
    "posta certificata:",
)  # fmt: skip

# a line of the notice below which the mail that came back stands
ORIGINAL_MARKS: Final = all_folded(
    "below this line is a copy", "copy of the message", "copy of your message", "copy of the original",
    "original message headers", "original message header", "original message follows", "----- original message",
    "--- original message", "unsent message", "message header follows", "header of the original",
    "headers of the original", "returned message", "undelivered message follows", "message headers follow",
    "the first few lines", "text of your message", "received: from", "message header:", "message contents:",
    "the body of the message", "encabezados de mensajes originales", "encabezado original",
    "encabezados del mensaje original", "mensaje original", "messaggio originale",
    "intestazioni del messaggio originale", "intestazioni originali", "mesajul original", "anteturile originale",
    "anteturi de mesaj originale", "αρχικο μηνυμα", "κεφαλιδες αρχικου μηνυματος", "κεφαλιδες του αρχικου",
    "ursprungliche nachricht", "nachrichtenkopfzeilen", "message d'origine", "message original",
    "en-tetes de message d'origine", "cabecalhos de mensagem originais", "oorspronkelijk", "исходное сообщение",
    "заголовки исходного", "копия письма", "原始邮件", "元のメッセージ", "here is your mail", "following is the original",
)  # fmt: skip

# names of servers in From: these alone
DAEMON_NAMES: Final = all_folded(
    "mail administrator", "system administrator", "mail router", "postmaster", "delivery service", "mail system",
    "microsoft outlook", "microsoft exchange", "systemadministrator", "administrador del sistema",
    "amministratore di sistema", "administratorul de sistem", "administrator de sistem", "διαχειριστής συστήματος",
    "administrateur système", "administrador de sistema", "systeembeheerder", "administrator systemu",
    "системный администратор", "mail transport agent", "email delivery",
)  # fmt: skip

# and these anywhere in the name
DAEMON_PARTS: Final = all_folded(
    "mail delivery", "mailer-daemon", "mailer daemon", "maildelivery", "delivery subsystem", "delivery notification",
)  # fmt: skip

# labels of the line that names the address, folded, up to their colon
RECIPIENT_LABELS: Final = all_folded(
    "final-recipient", "original-recipient", "recipient", "recipients", "recipient address", "recipient(s)",
    "failed recipient", "failed recipients", "failed recipient(s)", "failed address", "failed addresses",
    "undeliverable recipient", "undelivered recipient", "rejected recipient", "intended recipient",
    "delivery failed to", "not delivered to", "was not delivered to", "wasn't delivered to",
    "could not be delivered to", "undeliverable to", "undeliverable address", "address", "e-mail address",
    "email address", "mail address", "destination", "destination address", "rcpt to", "user", "mailbox",
    "your message to", "message to", "destinatario", "destinatarios", "destinatario(s)", "destinatari",
    "destinatario non raggiunto", "indirizzo", "direccion", "direccion de correo", "destinatar", "destinatarul",
    "adresa", "παραληπτης", "παραληπτες", "διευθυνση", "empfanger", "empfangeradresse", "adresse", "destinataire",
    "destinataires", "endereco", "ontvanger", "geadresseerde", "odbiorca", "adresat", "получатель", "адрес",
    "получатели", "收件人", "宛先", "x-failed-recipients", "failed",
)  # fmt: skip

# a line that stands in a header or names somebody else: its addresses did not fail
OTHER_LABELS: Final = all_folded(
    "from", "sender", "reply-to", "message-id", "references", "in-reply-to", "return-path", "mail from", "x-sender",
    "cc", "de", "da", "von", "expeditor", "remitente", "mittente", "αποστολεας", "απο", "absender", "expediteur",
    "od", "от", "de la", "envelope-from", "delivered-to", "x-original-to", "list-unsubscribe", "errors-to",
    "dkim-signature", "authentication-results", "received", "subject", "date", "message id", "contact",
    "reporting-mta", "x-postfix-sender", "postmaster", "administrator", "support", "generating server", "helpdesk",
    "arrival-date",
)  # fmt: skip
