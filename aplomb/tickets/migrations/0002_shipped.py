"""The request types and tags that ship, with names in five languages and the question that each tag answers."""

from django.db import migrations

TYPES = {
    "fault": ("Fault", "Avería", "Guasto", "Defecțiune", "Βλάβη"),
    "question": ("Question", "Consulta", "Domanda", "Întrebare", "Ερώτηση"),
    "billing": ("Bill", "Factura", "Fattura", "Factură", "Λογαριασμός"),
    "order": ("Order", "Pedido", "Ordine", "Comandă", "Παραγγελία"),
    "change": ("Change", "Cambio", "Modifica", "Modificare", "Αλλαγή"),
    "complaint": ("Complaint", "Reclamación", "Reclamo", "Reclamație", "Παράπονο"),
    "praise": ("Praise", "Felicitación", "Elogio", "Apreciere", "Έπαινος"),
}

TAGS = {
    "outage": (
        ("outage", "corte", "interruzione", "întrerupere", "διακοπή"),
        (
            "Is it part of a failure that concerns others too?",
            "¿Forma parte de un fallo que afecta también a otros?",
            "Fa parte di un guasto che riguarda anche altri?",
            "Face parte dintr-o defecțiune care îi afectează și pe alții?",
            "Είναι μέρος βλάβης που αφορά και άλλους;",
        ),
    ),
    "line": (
        ("line", "línea", "linea", "linie", "γραμμή"),
        (
            "Is it about the internet line itself?",
            "¿Se trata de la propia línea de internet?",
            "Riguarda la linea internet stessa?",
            "Este vorba chiar despre linia de internet?",
            "Αφορά την ίδια τη γραμμή ίντερνετ;",
        ),
    ),
    "router": (
        ("router", "router", "router", "router", "ρούτερ"),
        (
            "Is a router concerned?",
            "¿Afecta a un router?",
            "Riguarda un router?",
            "Este vorba despre un router?",
            "Αφορά ρούτερ;",
        ),
    ),
    "printer": (
        ("printer", "impresora", "stampante", "imprimantă", "εκτυπωτής"),
        (
            "Is a printer concerned?",
            "¿Afecta a una impresora?",
            "Riguarda una stampante?",
            "Este vorba despre o imprimantă?",
            "Αφορά εκτυπωτή;",
        ),
    ),
    "laptop": (
        ("laptop", "portátil", "portatile", "laptop", "φορητός υπολογιστής"),
        (
            "Is a laptop concerned?",
            "¿Afecta a un portátil?",
            "Riguarda un portatile?",
            "Este vorba despre un laptop?",
            "Αφορά φορητό υπολογιστή;",
        ),
    ),
    "invoice": (
        ("invoice", "factura", "fattura", "factură", "τιμολόγιο"),
        (
            "Is a bill in dispute or to be explained?",
            "¿Hay una factura en disputa o por explicar?",
            "C'è una fattura contestata o da spiegare?",
            "Este o factură contestată sau de explicat?",
            "Υπάρχει λογαριασμός που αμφισβητείται ή θέλει εξήγηση;",
        ),
    ),
    "contract": (
        ("contract", "contrato", "contratto", "contract", "σύμβαση"),
        (
            "Does it turn on what was agreed?",
            "¿Depende de lo que se acordó?",
            "Dipende da ciò che è stato concordato?",
            "Depinde de ceea ce s-a convenit?",
            "Εξαρτάται από το τι έχει συμφωνηθεί;",
        ),
    ),
    "delivery": (
        ("delivery", "entrega", "consegna", "livrare", "παράδοση"),
        (
            "Is something on its way, or late?",
            "¿Hay algo en camino o con retraso?",
            "C'è qualcosa in consegna o in ritardo?",
            "Este ceva pe drum sau întârziat?",
            "Είναι κάτι καθ' οδόν ή έχει αργήσει;",
        ),
    ),
    "vip": (
        ("vip", "vip", "vip", "vip", "vip"),
        (
            "Does somebody's safety or livelihood hang on it?",
            "¿Depende de ello la seguridad o el sustento de alguien?",
            "Ne dipende la sicurezza o il lavoro di qualcuno?",
            "Depinde de asta siguranța sau munca cuiva?",
            "Εξαρτάται από αυτό η ασφάλεια ή η δουλειά κάποιου;",
        ),
    ),
    "came_back": (
        ("came back", "ha vuelto", "è tornato", "a revenit", "επανήλθε"),
        (
            "Was this matter solved before and is here again?",
            "¿Este asunto ya se había resuelto y ha vuelto?",
            "La questione era già stata risolta ed è tornata?",
            "Problema fusese rezolvată și a apărut din nou?",
            "Είχε λυθεί το θέμα και επανήλθε;",
        ),
    ),
}

LANGUAGES = ("en", "es", "it", "ro", "el")


def ship(apps, schema_editor):
    request_type = apps.get_model("tickets", "RequestType")
    tag = apps.get_model("tickets", "Tag")
    for place, (key, names) in enumerate(TYPES.items()):
        request_type.objects.create(key=key, names=dict(zip(LANGUAGES, names)), place=place)
    for key, (names, questions) in TAGS.items():
        tag.objects.create(
            key=key, names=dict(zip(LANGUAGES, names)), questions=dict(zip(LANGUAGES, questions))
        )


def take_back(apps, schema_editor):
    apps.get_model("tickets", "RequestType").objects.filter(key__in=TYPES).delete()
    apps.get_model("tickets", "Tag").objects.filter(key__in=TAGS).delete()


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(ship, take_back)]
