"""The words of bulk tickets: what customers of a service firm ask and agents answer, in five languages. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """One language. Templates may name {thing}, {other}, {city}, {days}, {code} and {order}."""

    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    things: tuple[str, ...]
    subjects: tuple[str, ...]
    asks: tuple[str, ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]
    hello: str
    goodbye: str


def _names(line: str) -> tuple[str, ...]:
    return tuple(line.split())


def _listed(lines: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in lines.strip().splitlines())


CITIES = _names("Corby Whitby Zafra Huesca Tudela Bitonto Faenza Alghero Blaj Brad Deva Veria Edessa Drama")

# each Greek letter with the Latin ones that stand for it in mail addresses
GREEK_LETTERS = _names("""αa άa βv γg δd εe έe ζz ηi ήi θth ιi ίi ϊi ΐi κk λl μm νn ξx οo όo πp ρr σs ςs τt υy ύy ϋy ΰy
    φf χch ψps ωo ώo""")

PHRASES: dict[str, Phrases] = {
    "en": Phrases(
        first_names=_names("""Alice Bernard Clara Desmond Edith Frank Gwen
            Hector Imogen Jasper Kitty Leonard Maud Nigel"""),
        last_names=_names("""Ashdown Birch Copley Dunmore Eastham Fairley Garside
            Holt Ingram Jessop Kerr Langley Moss"""),
        things=_listed("""router
            invoice
            printer
            phone line
            laptop
            spare part
            delivery note
            contract
            second monitor
            docking station
            headset
            access card
            coffee machine
            label printer"""),
        subjects=_listed("""The {thing} has stopped working
            Wrong amount on order {order}
            When will the {thing} arrive in {city}?
            Error {code} on the {thing}
            Please replace the {thing}
            A question about the {thing} and the {other}
            Still no answer after {days} days"""),
        asks=_listed("""Since this morning the {thing} shows error {code} and nothing we do makes it go away.
            We ordered a {thing} {days} days ago under number {order} and have heard nothing since.
            Could you tell us when somebody will come to {city} to look at the {thing}?
            Everything worked until the {other} was moved to the other room.
            The amount does not match what was agreed on the phone: please look at order {order}.
            I have switched the {thing} off and on again, as your page says, but it makes no difference.
            Four colleagues share that {thing}, so we are stuck until it is mended.
            If it is easier for you, you can reach me any morning before eleven.
            Last time the {other} was the cause, so perhaps it is worth a look.
            Please send the papers for the {thing} to our office in {city} as well."""),
        answers=_listed("""Thank you for telling us about the {thing}; I am sorry for the trouble.
            I have looked at order {order} and found the mistake: it was ours.
            A technician will be in {city} within {days} days and will call you an hour before.
            Error {code} means that the {thing} cannot reach the {other}.
            Please hold the button at the back for ten seconds, and tell me what colour the light has then.
            You will get a corrected document today, and nothing more is to be paid until then.
            I keep this open until you tell me that the {thing} works again.
            The new {thing} left our store yesterday under number {order}."""),
        notes=_listed("""Spoke to the store: the {thing} is on back order for {days} days.
            Same fault as order {order}, the {other} should be looked at first.
            Billing knows about it and will correct the amount by Friday.
            Prefers a call in the morning; the office in {city} is closed on Mondays.
            Checked the line from here, error {code} again, so it is not the {thing}."""),
        hello="Hello,",
        goodbye="Kind regards",
    ),
    "es": Phrases(
        first_names=_names("""Amparo Begoña Íñigo Concha Darío Elvira Fermín
            Gracia Honorio Iria Jacinto Lidia Nuño Ángel"""),
        last_names=_names("""Arnáiz Bermúdez Cañete Dueñas Esquivel Fariñas Gálvez
            Hidalgo Iriarte Jurado Lastra Ordóñez"""),
        things=_listed("""el router
            la factura
            la impresora
            la línea telefónica
            el portátil
            la pieza de recambio
            el albarán
            el contrato
            la segunda pantalla
            los auriculares
            la tarjeta de acceso
            la cafetera"""),
        subjects=_listed("""No funciona {thing}
            Importe equivocado en el pedido {order}
            ¿Cuándo llega a {city} {thing}?
            Error {code} en la oficina de {city}
            Hay que cambiar {thing}
            Una duda sobre {thing} y {other}
            Seguimos sin respuesta desde hace {days} días"""),
        asks=_listed("""Desde esta mañana {thing} da el error {code} y no hay manera de quitarlo.
            Hicimos el pedido {order} hace {days} días y no hemos vuelto a saber nada.
            ¿Nos podrían decir cuándo vendrá alguien a {city} para mirar {thing}?
            Todo iba bien hasta que cambiamos de sala {other}.
            El importe no es el que acordamos por teléfono: miren por favor el pedido {order}.
            He apagado y encendido {thing}, como dice su página, pero sigue igual.
            Cuatro compañeros dependen de {thing}, así que estamos parados hasta que se arregle.
            Si les viene mejor, me encuentran cualquier mañana antes de las once.
            La otra vez la causa fue {other}, quizá convenga mirarlo.
            Envíen también los papeles a nuestra oficina de {city}, por favor."""),
        answers=_listed("""Gracias por avisarnos sobre {thing}; lamento las molestias.
            He revisado el pedido {order} y he encontrado el fallo: fue nuestro.
            Un técnico pasará por {city} antes de {days} días y le llamará una hora antes.
            El error {code} quiere decir que no hay conexión entre {thing} y {other}.
            Mantenga pulsado el botón de atrás diez segundos y dígame de qué color queda la luz.
            Hoy mismo recibirá el documento corregido, y hasta entonces no tiene que pagar nada.
            Dejo esto abierto hasta que me confirme que todo funciona.
            El envío salió ayer de nuestro almacén con el número {order}."""),
        notes=_listed("""He hablado con el almacén: faltan {days} días para tener {thing}.
            El mismo fallo que en el pedido {order}, conviene empezar por {other}.
            Facturación está al tanto y lo corregirá antes del viernes.
            Prefiere que le llamen por la mañana; la oficina de {city} cierra los lunes.
            Probado desde aquí, otra vez el error {code}."""),
        hello="Buenos días:",
        goodbye="Un saludo",
    ),
    "it": Phrases(
        first_names=_names("""Agnese Bruno Carlotta Donato Emma Fabrizio Ginevra
            Ivo Lea Manlio Nicolò Ornella Piero Zoé"""),
        last_names=_names("""Altieri Bassani Cattaneo Durante Fumagalli Garbin Loreti
            Mazzanti Nardò Orlandi Pacelli Viganò"""),
        things=_listed("""il router
            la fattura
            la stampante
            la linea telefonica
            il portatile
            il pezzo di ricambio
            la bolla di consegna
            il contratto
            il secondo schermo
            le cuffie
            la tessera di accesso
            la macchina del caffè"""),
        subjects=_listed("""Non funziona più: {thing}
            Importo sbagliato per l'ordine {order}
            Quando arriva a {city}? Si tratta di: {thing}
            Errore {code} nella sede di {city}
            Da sostituire: {thing}
            Una domanda su questo punto: {thing}
            Ancora nessuna risposta dopo {days} giorni"""),
        asks=_listed("""Da questa mattina compare l'errore {code} e non c'è verso di farlo sparire.
            Abbiamo fatto l'ordine {order} {days} giorni fa e non abbiamo più saputo niente.
            Ci potete dire quando verrà qualcuno a {city} per vedere {thing}?
            Andava tutto bene finché non abbiamo spostato nell'altra stanza {other}.
            L'importo non è quello concordato al telefono: guardate per favore l'ordine {order}.
            Ho provato a spegnere e riaccendere, come dice la vostra pagina, ma non cambia nulla.
            Quattro colleghi usano ogni giorno {thing}, quindi siamo fermi finché non è a posto.
            Se vi è più comodo, mi trovate ogni mattina prima delle undici.
            L'altra volta la causa era {other}, forse vale la pena controllare.
            Mandate i documenti anche alla nostra sede di {city}, per cortesia."""),
        answers=_listed("""Grazie della segnalazione; mi dispiace per il disagio.
            Ho guardato l'ordine {order} e ho trovato l'errore: era nostro.
            Un tecnico sarà a {city} entro {days} giorni e la chiamerà un'ora prima.
            L'errore {code} vuol dire che manca il collegamento tra {thing} e {other}.
            Tenga premuto il tasto sul retro per dieci secondi e mi dica di che colore è la luce.
            Riceverà oggi il documento corretto, e fino ad allora non c'è nulla da pagare.
            Tengo aperta la richiesta finché non mi conferma che tutto funziona.
            La spedizione è partita ieri dal nostro magazzino con il numero {order}."""),
        notes=_listed("""Sentito il magazzino: servono {days} giorni per {thing}.
            Stesso guasto dell'ordine {order}, meglio guardare prima {other}.
            La contabilità lo sa e corregge entro venerdì.
            Preferisce una telefonata al mattino; la sede di {city} è chiusa il lunedì.
            Provata la linea da qui, di nuovo errore {code}."""),
        hello="Buongiorno,",
        goodbye="Cordiali saluti",
    ),
    "ro": Phrases(
        first_names=_names("""Anca Barbu Crina Doru Eftimia Florin Gelu
            Horia Ilinca Jeni Lăcrămioara Mircea Șerban Țica"""),
        last_names=_names("""Avram Bălănescu Cioban Drăghici Enache Fătu Gâdea
            Hașdeu Iordache Lăpușan Măgureanu Țepeș"""),
        things=_listed("""routerul
            factura
            imprimanta
            linia telefonică
            laptopul
            piesa de schimb
            avizul de livrare
            contractul
            al doilea monitor
            setul de căști
            cartela de acces
            aparatul de cafea"""),
        subjects=_listed("""Nu mai merge {thing}
            Sumă greșită la comanda {order}
            Când ajunge la {city} {thing}?
            Eroarea {code} la biroul din {city}
            Trebuie înlocuit: {thing}
            O întrebare despre {thing} și {other}
            Încă niciun răspuns după {days} de zile"""),
        asks=_listed("""De azi dimineață apare eroarea {code} și nu dispare orice am face.
            Am făcut comanda {order} acum {days} de zile și nu am mai aflat nimic.
            Ne puteți spune când vine cineva la {city} să vadă {thing}?
            Totul mergea bine până când am mutat în altă cameră {other}.
            Suma nu este cea stabilită la telefon: verificați vă rog comanda {order}.
            Am oprit și am pornit din nou, cum scrie pe pagina dumneavoastră, dar e la fel.
            Patru colegi folosesc zilnic {thing}, așa că stăm pe loc până se repară.
            Dacă vă este mai ușor, mă găsiți în orice dimineață înainte de unsprezece.
            Data trecută cauza a fost {other}, poate merită verificat.
            Trimiteți vă rog actele și la biroul nostru din {city}."""),
        answers=_listed("""Vă mulțumim că ne-ați scris; îmi pare rău pentru neplăceri.
            Am verificat comanda {order} și am găsit greșeala: era a noastră.
            Un tehnician ajunge la {city} în cel mult {days} de zile și vă sună cu o oră înainte.
            Eroarea {code} înseamnă că nu există legătură între {thing} și {other}.
            Țineți apăsat butonul din spate zece secunde și spuneți-mi ce culoare are lumina.
            Primiți astăzi documentul corectat, iar până atunci nu aveți nimic de plătit.
            Las cererea deschisă până îmi confirmați că totul merge.
            Coletul a plecat ieri din depozitul nostru cu numărul {order}."""),
        notes=_listed("""Am vorbit cu depozitul: mai durează {days} de zile pentru {thing}.
            Aceeași defecțiune ca la comanda {order}, de verificat întâi {other}.
            Contabilitatea știe și corectează până vineri.
            Preferă să fie sunat dimineața; biroul din {city} este închis lunea.
            Am probat linia de aici, din nou eroarea {code}."""),
        hello="Bună ziua,",
        goodbye="Cu stimă",
    ),
    "el": Phrases(
        first_names=_names("""Αργυρώ Βασίλης Γιάννα Δέσποινα Ερατώ Ζήσης Ηλίας
            Θάλεια Ιάσονας Κυριάκος Λίτσα Μυρτώ Όλγα Φώτης"""),
        last_names=_names("""Αναγνώστου Βλάχος Γαλάνης Δούκας Ζέρβας Καλλέργης Λιάκος
            Μαυρίδης Ντούλας Ράπτης Σιδέρης Χαλκιάς"""),
        things=_listed("""τον δρομολογητή
            το τιμολόγιο
            τον εκτυπωτή
            την τηλεφωνική γραμμή
            τον φορητό υπολογιστή
            το ανταλλακτικό
            το δελτίο αποστολής
            το συμβόλαιο
            τη δεύτερη οθόνη
            τα ακουστικά
            την κάρτα εισόδου
            την καφετιέρα"""),
        subjects=_listed("""Πρόβλημα με {thing}
            Λάθος ποσό στην παραγγελία {order}
            Πότε θα έχουμε στη {city} {thing};
            Σφάλμα {code} στο γραφείο της {city}
            Θέλουμε να αλλάξουμε {thing}
            Μια ερώτηση για {thing} και {other}
            Καμία απάντηση εδώ και {days} μέρες"""),
        asks=_listed("""Από σήμερα το πρωί βλέπουμε το σφάλμα {code} και δεν φεύγει με τίποτα.
            Κάναμε την παραγγελία {order} πριν από {days} μέρες και δεν έχουμε νέα.
            Μπορείτε να μας πείτε πότε θα έρθει κάποιος στη {city} να δει {thing};
            Όλα πήγαιναν καλά μέχρι που μεταφέραμε στο άλλο δωμάτιο {other}.
            Το ποσό δεν είναι αυτό που είπαμε στο τηλέφωνο: δείτε παρακαλώ την παραγγελία {order}.
            Έκλεισα και άνοιξα τη συσκευή, όπως λέει η σελίδα σας, αλλά δεν αλλάζει κάτι.
            Τέσσερις συνάδελφοι χρησιμοποιούν κάθε μέρα {thing}, οπότε δεν μπορούμε να δουλέψουμε.
            Αν σας βολεύει, θα με βρείτε κάθε πρωί πριν από τις έντεκα.
            Την άλλη φορά έπρεπε να αλλάξουμε {other}, ίσως αξίζει να το δείτε.
            Στείλτε τα χαρτιά και στο γραφείο μας στη {city}, σας παρακαλώ."""),
        answers=_listed("""Σας ευχαριστούμε που μας γράψατε· λυπάμαι για την ταλαιπωρία.
            Είδα την παραγγελία {order} και βρήκα το λάθος: ήταν δικό μας.
            Ένας τεχνικός θα είναι στη {city} μέσα σε {days} μέρες και θα σας πάρει μία ώρα πριν.
            Το σφάλμα {code} σημαίνει ότι πρέπει να συνδέσουμε ξανά {thing} με {other}.
            Κρατήστε πατημένο το κουμπί πίσω για δέκα δευτερόλεπτα και πείτε μου τι χρώμα έχει το φως.
            Σήμερα θα λάβετε το διορθωμένο έγγραφο, και μέχρι τότε δεν χρειάζεται να πληρώσετε κάτι.
            Το κρατάω ανοιχτό μέχρι να μου πείτε ότι όλα λειτουργούν.
            Το δέμα έφυγε χθες από την αποθήκη μας με αριθμό {order}."""),
        notes=_listed("""Μίλησα με την αποθήκη: θέλει {days} μέρες για {thing}.
            Ίδια βλάβη με την παραγγελία {order}, να δούμε πρώτα {other}.
            Το λογιστήριο το ξέρει και θα το διορθώσει μέχρι την Παρασκευή.
            Προτιμά τηλέφωνο το πρωί· το γραφείο στη {city} είναι κλειστό τη Δευτέρα.
            Δοκίμασα τη γραμμή από εδώ, πάλι σφάλμα {code}."""),
        hello="Καλημέρα σας,",
        goodbye="Με εκτίμηση",
    ),
}
