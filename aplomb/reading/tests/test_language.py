"""The language of short texts, as customers write them."""

import pytest

from aplomb.reading.language import detect

TEXTS = {
    "en": [
        "Where is my parcel?",
        "The kettle stopped heating after two days.",
        "Could someone ring me back before noon?",
        "I was billed two times for the same thing",
        "Still no news. This is getting ridiculous.",
        "Password reset link has expired",
        "Thanks, that solved it!",
        "Our till printer jams whenever it prints a long receipt.",
        "Please stop sending me newsletters",
        "Is it possible to pick it up on Saturday?",
        "Not happy with the answer I got",
        "We moved house; where do I change the billing address?",
        "wrong colour, want to swap it",
        "Good morning, any progress on this?",
    ],
    "es": [
        "¿Dónde está mi paquete?",
        "La cafetera dejó de calentar a los dos días.",
        "¿Alguien me puede llamar antes de las doce?",
        "me han cobrado dos veces lo mismo",
        "Sigo sin noticias, esto es una vergüenza.",
        "El enlace para restablecer la clave ha caducado",
        "Gracias, ya está resuelto",
        "La impresora se atasca siempre que saco un tique largo.",
        "Por favor dejen de mandarme publicidad",
        "Se puede recoger el sábado?",
        "No estoy conforme con lo que me contestaron",
        "Nos hemos mudado, dónde cambio el domicilio de facturación",
        "color equivocado, quiero cambiarlo",
        "buenos dias, alguna novedad?",
    ],
    "it": [
        "Dov'è il mio pacco?",
        "La macchina del caffè non scalda più da due giorni.",
        "Qualcuno mi può richiamare prima di mezzogiorno?",
        "mi avete addebitato due volte lo stesso importo",
        "Ancora nessuna notizia, è una vergogna.",
        "Il link per reimpostare la password è scaduto",
        "Grazie, adesso va tutto bene",
        "La stampante si blocca ogni volta che stampa uno scontrino lungo.",
        "Smettetela di mandarmi pubblicità per favore",
        "È possibile ritirarlo sabato?",
        "Non sono soddisfatto della vostra risposta",
        "Abbiamo traslocato, dove cambio l'indirizzo di fatturazione?",
        "colore sbagliato, vorrei sostituirlo",
        "buongiorno, ci sono novita?",
    ],
    "ro": [
        "Unde este coletul meu?",
        "Cafetiera nu mai încălzește de două zile.",
        "Mă poate suna cineva înainte de prânz?",
        "mi-ati luat banii de doua ori pentru acelasi lucru",
        "Tot fără vești, este o rușine.",
        "Linkul de resetare a parolei a expirat",
        "Mulțumesc, s-a rezolvat",
        "Imprimanta se blocheaza de fiecare data cand scoate un bon lung.",
        "Va rog nu-mi mai trimiteti reclame",
        "Se poate ridica sambata?",
        "Nu sunt multumit de raspunsul primit",
        "Ne-am mutat, unde schimb adresa de facturare?",
        "culoare gresita, vreau sa o schimb",
        "buna ziua, aveti vreo noutate?",
    ],
    "el": [
        "Πού είναι το δέμα μου;",
        "Η καφετιέρα σταμάτησε να ζεσταίνει.",
        "Με χρεώσατε δύο φορές για το ίδιο πράγμα",
        "ΑΚΟΜΑ ΠΕΡΙΜΕΝΩ ΝΕΑ",
        "Το router δεν συνδέεται στο WiFi, error 503",
        "Ευχαριστώ!",
        "pou einai to dema mou?",
        "den exo lavei akoma tin paraggelia mou",
        "Kalimera sas, thelo na allaxo ton kodiko mou",
        "me xreosate dyo fores kai den mou apanta kaneis",
        "8elw na akyrwsw thn paraggelia",
        "mporeite na me parete tilefono avrio?",
        "o ekt;ypoths den doulevei apo xtes".replace(";", ""),
        "efxaristo poly gia tin voithia",
    ],
}
UNTOLD = [
    "",
    "   ",
    "12345",
    "https://shop.example/order?id=1",
    "ana@shop.example",
    "Wo bleibt mein Paket? Ich habe noch nichts erhalten.",
    "Je n'ai toujours pas reçu mon colis, merci de me répondre.",
    "Ainda não recebi a minha encomenda, podem ajudar?",
    "Где мой заказ?",
    "我的订单在哪里",
    "أين طلبي",
    "XK-2000",
]


def test_at_least_95_of_100_short_texts_are_told_right() -> None:
    asked = [(language, text) for language, texts in TEXTS.items() for text in texts]
    wrong = [(language, detect(text), text) for language, text in asked if detect(text) != language]

    assert len(asked) == 70
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize("text", UNTOLD)
def test_what_is_no_text_of_the_five_languages_is_not_guessed(text: str) -> None:
    assert detect(text) is None


def test_the_prior_decides_where_the_words_do_not() -> None:
    assert detect("Problema urgente!") is None
    assert detect("Problema urgente!", "it") == "it"
    assert detect("Problema urgente!", "es") == "es"
    assert detect("OK", "ro") == "ro"


def test_the_prior_does_not_win_against_the_words() -> None:
    assert detect("The parcel has not arrived yet", "it") == "en"
    assert detect("Wo ist mein Paket und die Rechnung?", "en") is None
    assert detect("Где мой заказ?", "en") is None


def test_a_prior_that_is_not_asked_for_is_ignored() -> None:
    assert detect("OK", "de") is None


def test_only_languages_asked_for_are_named() -> None:
    assert detect("Πού είναι το δέμα μου;", among=("en", "es")) is None
    assert detect("Where is my parcel, please?", among=("el", "ro")) is None


def test_a_long_text_is_told_by_its_beginning() -> None:
    assert detect("Buongiorno, vorrei sapere quando arriva il mio ordine. " * 20_000) == "it"
