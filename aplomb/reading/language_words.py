"""Words and endings by which a language is told, without diacritics: people leave them out.

Written for this module. Lists of the five languages of the desk are long; those of their neighbours are short
and only keep a stranger's text from passing for one of the five. ``GREEKLISH`` is Greek in Latin letters.
"""

from typing import Final

ENGLISH: Final = """
the of and to in is you that it for on are with as i they be at have this from or had by not but what all
were when we there can an your which their if do will each about how up out them then she many some so
these would other into has more her like him see could no make than first been its who now people my made
over did down only way find use may very after just where most know get through back much before go good
new our me too any day same right look think also around another came come work three must because does
even well such here take why help put different away again off went old number tell say small every found
still between name should give own under last never us left end while might next something both few those
always show often asked going want until it's don't can't i'm i've didn't doesn't won't isn't wasn't
haven't hasn't couldn't wouldn't let's that's what's please thank thanks hello hi hey dear regards
sincerely cheers sorry order orders ordered invoice refund delivery delivered account password working
works broken issue received receive sent send arrived yet waiting cannot asap yesterday today tomorrow
morning afternoon week weeks kind best money payment paid package parcel address phone call called
charged twice wrong damaged missing cancel change return returned question answer reply someone anyone
nobody nothing everything since already need needs needed update ship shipped shipping tracking booked
appointment cracked screen login logged try tried keep keeps happened happy fine great checking check
soon possible once there's you're we're they're was am within without
"""

SPANISH: Final = """
de la que el en y a los se del las un por con no una su para es al lo como mas o pero sus le ha me si sin
sobre este ya entre cuando todo esta ser son dos tambien fue habia era muy hasta desde estan mi porque
solo han yo hay vez puede todos asi nos ni tiene uno donde bien tiempo mismo ese ahora cada otro despues
te otros aunque esa eso hace otra tan durante siempre dia dias tanto ella ello ellos dijo sido segun
menos antes estado sino hacer estos estas quien cual cuanto cuantos cuesta mucho mucha muchos muchas poco
algo alguien alguno alguna ningun ninguna ninguno nadie nada hola problema problemas urgencia buenos
buenas tardes noches gracias saludos saludo pedido pedidos factura facturas devolucion envio reembolso
cuenta contrasena clave necesito necesitamos quiero quisiera queria puedo pueden podeis podria podrian
recibido recibi llegado llego llega llegar funciona funcionan ayuda ayudar favor estimado estimada
estimados cordial atentamente todavia aun respuesta responder correo telefono direccion paquete dinero
cobrado cobraron veces error roto rota averia averiado cita manana ayer hoy semana semanas mes llamar
llamada llamado llamen esperando espero espera urgente cancelar cambiar cambio tengo tenemos tienen estoy
estamos hemos habeis he hago hacen dice dicen dime digan sigue siguen sigo siga vuelve volver mando
mandado mandar enviado enviar enviaron adjunto quedo saber sabe vale usted ustedes vosotros nosotros
nuestro nuestra vuestro soy somos eres sea seria pantalla garantia tienda compra compre pago pagado pagar
tarjeta numero nombre luego entonces gustaria encuentro
"""

ITALIAN: Final = """
di e il la che in a per un una non sono con si da del della dei delle degli al alla ai alle i gli le lo
come ma piu anche nel nella nei nelle dal dalla sul sulla mi ti ha ho hanno hai era su se questo questa
questi queste quello quella quel essere stato stata stati fatto cosa perche quando molto molta dove chi
due tutto tutti tutte tutta ancora solo sempre dopo prima bene cosi ci vi ne quanto quanti quale quali
qualcuno qualcosa nessuno nessuna nessun niente nulla oggi ieri domani mattina pomeriggio sera settimana
settimane mese giorno giorni ciao buongiorno buonasera salve grazie mille saluti cordiali distinti ordine
ordini ordinato fattura fatture rimborso consegna consegnato spedizione spedito pacco conto problema
problemi vorrei vorremmo posso potete potreste potrei puo possibile possiamo ricevuto ricevuta arrivato
arrivata arrivare arriva funziona funzionano aiuto aiutare favore gentile gentili spett spettabile
egregio risposta rispondere telefono indirizzo soldi addebitato addebitata volta volte errore rotto rotta
guasto appuntamento chiamare chiamato chiamata aspetto aspettando attendo attesa urgente annullare
cambiare abbiamo avete siamo siete sto stiamo sta mio mia miei mie vostro vostra vostri nostro nostra
nostri suo sua allegato allegata sapere dire dirmi fare fate faccio va vanno fa gia mai pero quindi
allora poi cui ogni senza tra fra deve devo dovrei dovete serve servono bisogno schermo garanzia negozio
acquisto acquistato comprato pagato pagamento pagare carta numero nome buono riesco riesce riusciamo
sapete avrei avevo aveva fosse sarebbe nuovo nuova dell nell all sull dall un'altra
"""

ROMANIAN: Final = """
de si in la cu pe nu un o din care pentru este sa se ca mai sunt a al ale am ai are au fost fi ce dar sau
daca cand unde cum foarte doar inca tot toate toti toata dupa inainte bine asa imi iti isi va ma te ne le
lui lor ei el ea noi voi eu tu meu mea mele mei nostru noastra noastre vostru dumneavoastra dvs acest
aceasta aceste acesta acestea acel aceea prin pana fara intre decat deja cineva nimeni nimic ceva astazi
azi ieri maine dimineata saptamana saptamani luna zi zile ora ore buna ziua seara salut salutare
multumesc multumim mersi rog comanda comenzi comandat factura facturi livrare livrat livrarea colet
coletul rambursare ramburs cont contul parola problema problemei vreau vrem dori doresc putem puteti pot
poate putea primit primesc ajuns ajunge functioneaza merge ajutor ajuta ajutati stimata stimate domnule
doamna respect stima raspuns raspunde raspundeti telefon telefonul adresa bani banii platit plata incasat
ori eroare stricat stricata defect programare suna sunat sunati astept asteptam urgent anulare anulez
anulati schimb schimba schimbati avem aveti suntem sunteti stiu spune spuneti face facut faceti cumva
numai cate cat cati despre trebuie vine veni venit trimis trimite trimiteti trimit cumparat cumpar
magazin garantie ecran ecranul numar numarul nume numele putin mult multa multe multi nici nicio niciun
niste totusi insa deci atunci acum aici acolo gasesc gasi caut cineva oare ar as fie dintre catre asupra
langa oricum odata decontat chitanta
"""

GREEKLISH: Final = """
kai ke den dn einai ine eine to ta tou tis ths ton tin thn sto stin sthn sta stis stous tous me mou sas
mas tha 8a na gia apo oti pou ti pos pws poso pote exo exw exei exete exoume eixa eixe thelo thelw 8elo
8elw theloume boro borw mporo mporw boreite mporeite mporei parakalo parakalw efxaristo efxaristw
euxaristo euxaristw efharisto euxaristoume kalimera kalispera kalhmera kalhspera geia gia xairete
paraggelia paraggeleia parangelia timologio epistrofi epistrofh xrimata xrhmata lefta logariasmos
logariasmo kodikos kodiko kwdikos provlima problima problhma douleuei doulevei leitourgei akoma akomi
akomh xtes xthes simera shmera avrio aurio prepei an ean otan omos omws alla mono poly poli polu oxi ohi
nai ena mia enas eimai eimaste esteila estila elava elaba irthe hrthe perimeno perimenw apantisi apanthsh
tilefono thlefwno diefthinsi dieuthinsi dema kourier giati afto auto afti auti ayto aytο tipota kanenas
kaneis kati meres mera mines vdomada evdomada bdomada plirosa plhrwsa kartes karta magazi arithmo
arithmos ws os boithia voithia boh8eia voitheia steilte stilte pite peite thelete ksana pali tora twra
edo edw ekei
"""

OTHERS: Final = {
    "fr": """
le la les des du de un une et est pas que qui vous je nous pour dans sur avec ne au aux ce cette mon ma
mes votre vos notre bonjour merci commande facture livraison colis remboursement probleme pouvez avez
suis ai ete recu toujours bien cordialement mais plus sont par ou comment encore rien quand il elle sa
son leur
""",
    "de": """
der die das und ist nicht ich sie wir ein eine einen einem zu mit auf fur von den dem im am es auch bei
noch haben habe hat wird wurde konnen bitte danke hallo guten tag bestellung rechnung lieferung paket
ruckerstattung problem mein meine ihre ihr wie was wann warum aber nur schon mich mir sehr geehrte
freundlichen grussen
""",
    "pt": """
o a os as de do da dos das em no na um uma nao que e para com por mais mas foi ao se ja eu voce voces meu
minha ola bom obrigado obrigada pedido fatura entrega encomenda reembolso problema posso podem estou
ainda muito isso esta recebi chegou quando onde porque tambem sao tem tenho gostaria pelo pela
""",
    "nl": """
de het een en van ik niet is dat op te met voor zijn er aan maar bij nog wel mijn uw jullie wij bedankt
hallo goedendag bestelling factuur levering pakket probleem kunt kan hebben heb heeft wordt graag groeten
naar
""",
    "pl": """
nie to jest sie na i w z do ze jak co czy dla ale juz tylko moje moj dzien dobry dziekuje zamowienie
faktura paczka zwrot prosze mam byc mnie ma przez od po jeszcze pozdrawiam
""",
    "ca": """
el la els les de del i que no per amb un una es esta son mes hola gracies comanda factura meu meva vull
puc encara aixo tambe molt bon dia si us plau perque
""",
    "sq": """
dhe nuk eshte ne te per me nje qe jam kam faleminderit pershendetje porosia ju lutem si por
""",
    "tr": """
ve bir bu icin ile degil var yok merhaba tesekkurler siparis fatura lutfen ben cok daha ne mi
""",
    "sv": """
och det att som pa ar inte jag har en ett med for till tack hej bestallning vi kan min
""",
    "hu": """
es nem hogy egy az ez van de meg koszonom szia rendeles kerem szamla nekem mar csak
""",
}

# (ending, language, weight) for words of five letters and more that no list knows.
ENDINGS: Final = (
    ("ing", "en", 0.5),
    ("tion", "en", 0.4),
    ("ment", "en", 0.2),
    ("ly", "en", 0.4),
    ("ed", "en", 0.35),
    ("ness", "en", 0.4),
    ("ght", "en", 0.6),
    ("ck", "en", 0.4),
    ("cion", "es", 0.6),
    ("ciones", "es", 0.6),
    ("iendo", "es", 0.6),
    ("dad", "es", 0.5),
    ("dades", "es", 0.5),
    ("ados", "es", 0.4),
    ("adas", "es", 0.4),
    ("ido", "es", 0.25),
    ("ado", "es", 0.3),
    ("illo", "es", 0.3),
    ("mos", "es", 0.35),
    ("os", "es", 0.2),
    ("as", "es", 0.15),
    ("zione", "it", 0.7),
    ("zioni", "it", 0.7),
    ("tto", "it", 0.4),
    ("tta", "it", 0.4),
    ("tti", "it", 0.4),
    ("ato", "it", 0.3),
    ("ati", "it", 0.3),
    ("are", "it", 0.2),
    ("ere", "it", 0.25),
    ("ire", "it", 0.2),
    ("ggio", "it", 0.6),
    ("zza", "it", 0.6),
    ("iamo", "it", 0.6),
    ("mente", "it", 0.15),
    ("mente", "es", 0.15),
    ("ului", "ro", 0.8),
    ("ilor", "ro", 0.8),
    ("elor", "ro", 0.8),
    ("tie", "ro", 0.4),
    ("tia", "ro", 0.4),
    ("tii", "ro", 0.6),
    ("easca", "ro", 0.7),
    ("eaza", "ro", 0.7),
    ("esc", "ro", 0.5),
    ("uri", "ro", 0.4),
    ("ul", "ro", 0.4),
    ("ati", "ro", 0.2),
    ("eti", "ro", 0.35),
    ("este", "ro", 0.3),
    ("oare", "ro", 0.5),
    ("ind", "ro", 0.2),
    ("omai", "el", 0.4),
    ("ume", "el", 0.2),
    ("oume", "el", 0.5),
    ("ete", "el", 0.1),
)

# Letters that hardly any other of the five uses, with the weight of one.
LETTERS: Final = (
    ("ñ¿¡", "es", 1.5),
    ("áíóú", "es", 0.4),
    ("ășțşţ", "ro", 1.0),
    ("âî", "ro", 0.5),
    ("èòìù", "it", 0.7),
    ("à", "it", 0.4),
    ("é", "es", 0.2),
    ("é", "it", 0.1),
    ("äöüß", "de", 1.0),
    ("çœêûë", "fr", 0.7),
    ("ãõ", "pt", 1.0),
    ("łąęśżźćń", "pl", 1.0),
    ("åø", "sv", 1.0),
    ("ığ", "tr", 1.0),
    ("őű", "hu", 1.0),
    ("ë", "sq", 0.7),
    ("ŀ", "ca", 1.0),
)
