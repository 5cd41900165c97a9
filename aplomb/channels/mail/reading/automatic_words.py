"""How automatic answers begin and what they say, by language; found in texts that are folded alike."""

from typing import Final

from aplomb.channels.mail.reading.folding import all_folded

# a subject that begins so is of an automatic answer, whatever follows
SUBJECTS: Final = all_folded(
    "automatic reply", "automated reply", "auto-reply", "auto reply", "autoreply", "automatic response",
    "automated response", "auto-response", "auto response", "autoresponse", "autoresponder", "auto-responder",
    "automatic message", "out-of-office", "out of office reply", "out of office autoreply", "out of office message",
    "out of office notification", "vacation reply", "vacation response", "vacation message", "vacation notice",
    "away from my mail", "away notice", "absence notification", "respuesta automatica", "respuesta automatizada",
    "contestacion automatica", "mensaje automatico", "ausente de la oficina", "autorrespuesta", "auto respuesta",
    "respuesta de ausencia", "aviso de ausencia", "risposta automatica", "risponditore automatico",
    "messaggio automatico", "assenza dall'ufficio", "avviso di assenza", "autorisposta", "notifica di assenza",
    "raspuns automat", "mesaj automat", "absent din birou", "notificare absenta", "notificare de absenta",
    "autoraspuns", "αυτοματη απαντηση", "αυτοματοποιημενη απαντηση", "αυτοματο μηνυμα", "απουσια απο το γραφειο",
    "ειδοποιηση απουσιας", "reponse automatique", "message automatique", "absence du bureau", "message d'absence",
    "notification d'absence", "automatische antwort", "abwesenheitsnotiz", "abwesenheitsnachricht",
    "abwesenheitsmeldung", "abwesenheitsassistent", "automatische abwesenheit", "automatische ruckmeldung",
    "resposta automatica", "automatisch antwoord", "automatische reactie", "automatisch bericht",
    "afwezigheidsmelding", "autosvar", "automatiskt svar", "automatisk svar", "automaattinen vastaus",
    "odpowiedz automatyczna", "automatyczna odpowiedz", "autoodpowiedz", "automaticka odpoved", "automatikus valasz",
    "otomatik yanit", "otomatik cevap", "автоответ", "автоматический ответ", "автоматична відповідь",
    "автоматичен отговор", "自动回复", "自動回覆", "自動返信", "不在通知", "자동 회신", "부재중",
)  # fmt: skip

# so are these, where the line ends behind them or goes on as only such an answer does: (until …), : our subject
PLACES: Final = all_folded(
    "out of office", "out of the office", "ooo", "away", "absent", "ausencia", "away from the office",
    "away from my desk", "away from office", "i am out of office", "i am out of the office", "i'm out of the office",
    "on vacation", "on annual leave", "on holiday", "on leave", "annual leave", "fuera de la oficina",
    "fuera de oficina", "de vacaciones", "estoy de vacaciones", "estoy fuera de la oficina", "fuori sede",
    "fuori ufficio", "in ferie", "sono in ferie", "sono fuori ufficio", "sono fuori sede", "assente", "assenza",
    "in afara biroului", "plecat din birou", "plecata din birou", "in concediu", "sunt in concediu", "concediu",
    "εκτος γραφειου", "σε αδεια", "απουσια", "absent du bureau", "en conges", "en conge", "absence", "nicht im buro",
    "im urlaub", "abwesend", "abwesenheit", "afwezig", "niet op kantoor", "fora do escritorio", "ausente",
    "de ferias", "poza biurem", "urlop", "mimo kancelar", "hazirda degilim", "нет на месте", "в отпуске", "вне офиса",
)  # fmt: skip

# what goes on so
GOES_ON: Final = all_folded(
    "until", "till", "from", "between", "returning", "back", "re:", "hasta", "del", "desde", "al", "fino", "dal",
    "sino", "pana", "intre", "din", "μεχρι", "εως", "απο", "jusqu", "du", "bis", "vom", "tot", "van", "ate", "do",
    "по", "до",
)  # fmt: skip

# a text that says so says it of itself
SAYS_SO: Final = all_folded(
    "this is an automatic reply", "this is an automated reply", "this is an automatic response",
    "this is an automated response", "this is an automatically generated", "this is an auto-generated",
    "this is an auto generated", "this is an autoreply", "this is an auto-reply", "this is an auto reply",
    "this is an automatic message", "this is an automated message", "this is an automatic email",
    "this is an automated email", "this is an automatic e-mail", "this is an automated e-mail",
    "this message was generated automatically", "this message was automatically generated",
    "this email was generated automatically", "this e-mail was generated automatically",
    "this email was sent automatically", "this message was sent automatically",
    "this email is automatically generated", "this message is automatically generated", "automated acknowledgement",
    "automatic acknowledgement", "please do not reply to this email", "please do not reply to this e-mail",
    "please do not reply to this message", "do not reply to this automated", "do not reply to this automatic",
    "esta es una respuesta automatica", "este es un mensaje automatico", "este es un correo automatico",
    "esto es una respuesta automatica", "esto es un mensaje automatico", "mensaje generado automaticamente",
    "correo generado automaticamente", "este mensaje se ha generado automaticamente",
    "este mensaje ha sido generado automaticamente", "por favor, no responda a este", "por favor no responda a este",
    "no responda a este mensaje", "no responda a este correo", "questa e una risposta automatica",
    "questa e' una risposta automatica", "questo e un messaggio automatico", "questo e' un messaggio automatico",
    "questa e una e-mail automatica", "questa e una mail automatica", "questa e un'e-mail automatica",
    "messaggio generato automaticamente", "e-mail generata automaticamente", "mail generata automaticamente",
    "si prega di non rispondere a questa", "si prega di non rispondere a questo", "non rispondere a questa e-mail",
    "non rispondere a questo messaggio", "acesta este un raspuns automat", "acesta este un mesaj automat",
    "acesta este un mesaj generat automat", "acesta este un e-mail automat", "acesta este un email automat",
    "acesta este un e-mail generat automat", "acest mesaj a fost generat automat", "acest mesaj este generat automat",
    "mesaj generat automat", "raspuns generat automat", "va rugam sa nu raspundeti la acest",
    "va rugam nu raspundeti la acest", "nu raspundeti la acest mesaj", "αυτο ειναι ενα αυτοματο",
    "αυτο ειναι αυτοματο", "αυτη ειναι μια αυτοματη", "αυτη ειναι μια αυτοματοποιημενη", "αυτοματη απαντηση",
    "αυτοματοποιημενο μηνυμα", "το μηνυμα αυτο δημιουργηθηκε αυτοματα", "μηνυμα που δημιουργηθηκε αυτοματα",
    "παρακαλουμε μην απαντησετε σε αυτο", "παρακαλω μην απαντησετε σε αυτο", "μην απαντατε σε αυτο το μηνυμα",
    "ceci est une reponse automatique", "ceci est un message automatique", "ce message a ete genere automatiquement",
    "merci de ne pas repondre a ce", "dies ist eine automatische", "diese nachricht wurde automatisch",
    "diese e-mail wurde automatisch", "bitte antworten sie nicht auf diese", "dit is een automatisch",
    "esta e uma resposta automatica", "esta e uma mensagem automatica", "to jest automatyczna",
    "wiadomosc wygenerowana automatycznie", "toto je automaticka", "это автоматическ",
    "данное сообщение отправлено автоматически", "это сообщение сформировано автоматически",
)  # fmt: skip

# the first sentence of somebody who is away
AWAY: Final = all_folded(
    "i am out of the office", "i am out of office", "i'm out of the office", "i'm out of office",
    "i am currently out of", "i'm currently out of", "i will be out of the office", "i will be out of office",
    "i'll be out of the office", "i am away from the office", "i am currently away", "i'm currently away",
    "i am away from my", "i am away until", "i am away from", "i am on annual leave",
    "i am currently on annual leave", "i am on leave", "i am currently on leave", "i am on vacation",
    "i am currently on vacation", "i'm on vacation", "i am on holiday", "i'm on holiday", "i am currently on holiday",
    "i am currently on holidays", "i will be away from", "i am on parental leave", "i am on maternity leave",
    "i am on sick leave", "i am travelling", "i am traveling", "i have limited access to",
    "i am currently travelling", "our office is closed", "our offices are closed", "the office is closed",
    "we are closed", "i will be on annual leave", "i will be on vacation", "i will be on leave",
    "i will be on holiday", "i am not in the office", "currently out of the office", "i am absent",
    "estoy fuera de la oficina", "estare fuera de la oficina", "me encuentro fuera de la oficina",
    "estoy de vacaciones", "estare de vacaciones", "me encuentro de vacaciones", "actualmente estoy fuera",
    "actualmente me encuentro fuera", "estoy ausente", "estare ausente", "me encuentro ausente",
    "no estoy en la oficina", "no estare en la oficina", "estoy de baja", "nuestra oficina permanecera cerrada",
    "nuestras oficinas permaneceran cerradas", "estaremos cerrados", "actualmente estoy de vacaciones",
    "sono fuori sede", "saro fuori sede", "sono fuori ufficio", "saro fuori ufficio", "sono fuori dall'ufficio",
    "sono in ferie", "saro in ferie", "sono assente", "saro assente", "sono attualmente fuori",
    "sono attualmente assente", "sono attualmente in ferie", "non sono in ufficio", "non saro in ufficio",
    "al momento sono fuori", "al momento non sono in ufficio", "i nostri uffici sono chiusi",
    "i nostri uffici resteranno chiusi", "i nostri uffici rimarranno chiusi", "saro' fuori", "saro' assente",
    "saro' in ferie", "sunt in concediu", "voi fi in concediu", "ma aflu in concediu", "sunt plecat din birou",
    "sunt plecata din birou", "nu sunt in birou", "nu sunt la birou", "nu voi fi la birou", "nu voi fi in birou",
    "sunt in afara biroului", "lipsesc din birou", "voi lipsi din birou", "sunt absent", "sunt absenta",
    "biroul nostru este inchis", "sunt plecat in concediu", "sunt plecata in concediu", "in prezent sunt in concediu",
    "momentan sunt in concediu", "ειμαι εκτος γραφειου", "βρισκομαι εκτος γραφειου", "θα ειμαι εκτος γραφειου",
    "θα βρισκομαι εκτος γραφειου", "απουσιαζω", "θα απουσιαζω", "θα απουσιασω", "ειμαι σε αδεια",
    "βρισκομαι σε αδεια", "θα ειμαι σε αδεια", "θα βρισκομαι σε αδεια", "λειπω απο το γραφειο",
    "θα λειπω απο το γραφειο", "το γραφειο μας θα παραμεινει κλειστο", "τα γραφεια μας θα παραμεινουν κλειστα",
    "δεν βρισκομαι στο γραφειο", "ειμαι σε διακοπες", "λειπω σε αδεια", "λειπω σε διακοπες", "je suis absent",
    "je serai absent", "je suis actuellement absent", "je suis en conge", "je serai en conge",
    "je suis actuellement en conge", "nos bureaux sont fermes", "ich bin nicht im buro", "ich bin derzeit nicht im",
    "ich bin zurzeit nicht im", "ich bin im urlaub", "ich bin bis", "ich bin vom", "ich bin derzeit abwesend",
    "ich bin abwesend", "ich bin derzeit nicht erreichbar", "ich befinde mich im urlaub", "ich bin ausser haus",
    "estou fora do escritorio", "estarei fora do escritorio", "estou de ferias", "estarei de ferias",
    "encontro-me ausente", "ik ben afwezig", "ik ben momenteel afwezig", "ik ben niet op kantoor",
    "ik ben met vakantie", "ik ben op vakantie", "jestem poza biurem", "przebywam na urlopie", "jestem na urlopie",
    "jsem mimo kancelar", "nejsem v kancelari", "jag ar pa semester", "jag ar inte pa kontoret",
    "jeg er ikke pa kontoret", "я в отпуске", "нахожусь в отпуске", "меня нет на месте", "меня не будет в офисе",
    "szabadsagon vagyok", "ofis disindayim", "izindeyim",
)  # fmt: skip

# what else such an answer says: how long, who helps meanwhile, when it is read
COMPANIONS: Final = all_folded(
    "until", "till ", "returning", "return on", "will return", "be back", "back on", "back in the office",
    "my return", "come back", "limited access", "no access", "urgent", "emergency", "immediate assistance",
    "in my absence", "as soon as possible", "will reply", "will respond", "will answer", "with no access", "through ",
    "hasta", "regreso", "regresare", "volvere", "vuelta", "urgente", "urgencia", "en mi ausencia", "acceso limitado",
    "durante mi ausencia", "respondere", "contestare", "reincorpor", "a partir del", "fino al", "fino a ", "sino al",
    "rientro", "rientrero", "tornero", "urgenz", "urgenti", "in mia assenza", "accesso limitato",
    "durante la mia assenza", "rispondero", "dal giorno", "riaprir", "pana la", "pana pe", "pana in", "revin",
    "intoarcere", "reveni", "in absenta mea", "acces limitat", "voi raspunde", "μεχρι", "εως", "ως τις", "επιστρεφω",
    "επιστροφη", "επιστρεψω", "επειγον", "κατα την απουσια μου", "περιορισμενη προσβαση", "θα απαντησω", "jusqu",
    "de retour", "urgence", "en mon absence", "repondrai", "bis ", "zuruck", "dringend", "in meiner abwesenheit",
    "ate ", "regresso", "tot ", "terug", "dringende", "wracam", "pilnych", "zpet", "tillbaka", "tilbage", "до ",
    "вернусь", "срочн", "-ig ", "kadar",
)  # fmt: skip

# words with which somebody asks the reader for something: then a person wrote it
ASKS: Final = all_folded(
    "can you", "could you", "would you", "will you", "can we", "could we", "please come", "please send",
    "please call me", "please ring", "please let me know", "please visit", "please make", "please fix",
    "please deliver", "so please", "i need", "we need", "i would like", "i'd like", "we would like", "let me know",
    "if you can", "does not work", "doesn't work", "is broken", "instead", "before that", "before then", "come on ",
    "must be ", "take over", "still waiting", "call me on", "ring me", "text me", "your technician", "your engineer",
    "pueden ", "puede usted", "podrian", "podria ", "podeis", "podriais", "necesito", "necesitamos", "quisiera",
    "me gustaria", "por favor, venga", "por favor, envie", "por favor envie", "no funciona", "llamenme", "llameme",
    "avisenme", "avisadme", "antes de eso", "potete ", "potreste", "potrebbe", "puo venire", "puo mandare",
    "ho bisogno", "abbiamo bisogno", "vorrei", "vorremmo", "non funziona", "fatemi sapere", "mi faccia sapere",
    "chiamatemi", "mi chiami", "per favore venite", "prima di allora", "puteti sa", "puteti veni", "puteti trimite",
    "ati putea", "as dori", "am nevoie", "avem nevoie", "va rog sa veniti", "va rog sa trimiteti",
    "va rog sa ma sunati", "nu functioneaza", "nu merge", "sunati-ma", "anuntati-ma", "inainte de asta", "as vrea",
    "μπορειτε να ερθετε", "μπορειτε να στειλετε", "μπορειτε να μου", "θα μπορουσατε", "θα ηθελα", "θα θελαμε",
    "χρειαζομαι", "χρειαζομαστε", "δεν λειτουργει", "δεν δουλευει", "παρακαλω ελατε", "παρακαλω στειλτε",
    "ενημερωστε με", "καλεστε με", "παρτε με", "πριν απο τοτε", "pouvez-vous", "pourriez-vous", "j'ai besoin",
    "je voudrais", "ne fonctionne pas", "konnen sie", "konnten sie", "ich brauche", "ich mochte",
    "funktioniert nicht", "melden sie sich bei mir", "podem ", "poderiam", "preciso", "nao funciona", "kunt u",
    "czy moga", "czy mozecie", "можете ли", "прошу вас", "не работает",
)  # fmt: skip

# what the rest of such an answer is made of: thanks, whom to turn to, when it is read
FILLS: Final = all_folded(
    "thank", "thanks", "contact", "e-mail", "email", "mail", "reach", "call", "phone", "telephone", "mobile",
    "colleague", "reply", "respond", "answer", "forward", "regards", "wishes", "happy holidays", "message", "monitor",
    "during this", "gracias", "correo", "llam", "compañer", "saludos", "mensaje", "teléfono", "durante", "grazie",
    "contatt", "rivolg", "chiam", "collega", "saluti", "messaggio", "telefon", "rispond", "mulțumesc", "mulțumim",
    "contactați", "sunați", "coleg", "mesaj", "adresați", "cu stimă", "răspun", "pe durata", "ευχαριστ", "επικοινων",
    "καλέσ", "απευθυν", "συνάδελφ", "μήνυμα", "εκτίμηση", "απαντ", "τηλέφων", "danke", "dank", "wenden", "kollegen",
    "nachricht", "grüße", "erreichbar", "weitergeleitet", "kontakt", "beantwort", "merci", "adress", "collègue",
    "cordialement", "obrigad", "mensagem", "bericht", "contacteer", "neem contact", "dziękuj", "wiadomoś", "děkuj",
    "tack", "tak for", "спасибо", "сообщени", "обращ", "köszön", "teşekkür",
)  # fmt: skip

# words that say nothing of it
ADVERBS: Final = all_folded(
    "currently", "presently", "now", "actualmente", "ahora", "attualmente", "adesso", "momentan", "acum",
    "αυτή τη στιγμή", "προς το παρόν", "derzeit", "zurzeit", "aktuell", "actuellement", "momenteel", "obecnie",
    "сейчас",
)  # fmt: skip
