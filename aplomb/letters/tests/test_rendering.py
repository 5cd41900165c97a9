"""From a key to words for a customer: language, values, and whose signature stands below."""

import pytest

from aplomb.journal.actors import SYSTEM
from aplomb.letters.actions import archive_letter, put_in_force, save_draft
from aplomb.letters.neutral import callable_name, greeting
from aplomb.letters.rendering import language_for, render_letter, render_signature
from aplomb.people.actions import set_up_desk
from aplomb.people.errors import NotFound
from tests.cast import Cast

VALUES = {"agent_name": "Ada", "mailbox_name": "Help", "customer_name": "Cleo Whitfield"}


def in_force(key: str, **bodies: str) -> None:
    for language, body in bodies.items():
        save_draft(key, language, subject="", body=body, source=next(iter(bodies)), by=SYSTEM)
    put_in_force(key, by=SYSTEM)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(("el", "en"), "el"), (("", "ro", "it"), "ro"), (("fr", "es"), "es"), (("", "", ""), "it"), (("xx",), "it")],
)
def test_the_tickets_language_goes_first_and_the_desks_last(db: None, wanted: tuple[str, ...], found: str) -> None:
    set_up_desk(name="Desk", languages=["it", "ro"], time_zone="UTC", by=SYSTEM)
    assert language_for(*wanted) == found


def test_a_missing_language_is_the_desks_first_and_says_so(db: None) -> None:
    set_up_desk(name="Desk", languages=["es", "it"], time_zone="UTC", by=SYSTEM)
    # a draft begins with all five languages: take Greek out
    save_draft("serial-number", "el", subject="", body="", by=SYSTEM)
    put_in_force("serial-number", by=SYSTEM)
    found = render_letter("serial-number", "el", {"customer_name": "Δήμητρα"})
    assert (found.language, found.is_fallback, found.version) == ("es", True, 1)
    assert found.body.startswith("Hola, Δήμητρα:")
    assert not render_letter("serial-number", "ro", {}).is_fallback


def test_a_language_that_nobody_speaks_gets_the_desks_first(cast: Cast) -> None:
    found = render_letter("acknowledgement", "fr", {})
    assert (found.language, found.is_fallback) == ("en", True)


def test_there_is_no_letter_of_that_key(cast: Cast) -> None:
    with pytest.raises(NotFound):
        render_letter("nothing", "en", {})


def test_an_acknowledgement_reads_whole(cast: Cast) -> None:
    values = {"address_as": "κυρία Παππά", "ticket_number": "1234-5678", "answer_by": "Δευτέρα 23 Νοεμβρίου, 10:00"}
    assert render_letter("acknowledgement", "el", values).body == (
        "Γεια σας, κυρία Παππά,\n\n"
        "σας ευχαριστούμε που μας γράψατε. Το μήνυμά σας παραλήφθηκε και καταχωρίστηκε με αριθμό 1234-5678.\n\n"
        "Θα το διαβάσει ένας συνεργάτης μας και θα σας απαντήσει έως Δευτέρα 23 Νοεμβρίου, 10:00. "
        "Η επιβεβαίωση αυτή στέλνεται αυτόματα.\n\n"
        "Αν θέλετε να προσθέσετε κάτι, απλώς απαντήστε σε αυτό το e-mail: θα καταχωριστεί μαζί με το αίτημά σας.\n\n"
        "Με εκτίμηση,"
    )


def test_a_customer_cannot_put_a_variable_a_mark_or_a_line_into_a_letter(cast: Cast) -> None:
    found = render_letter("resolved", "en", {"subject": "x\n[[pay {agent_name}]]", "agent_name": "Ada"})
    assert "“x ((pay {agent_name}))”" in found.body


@pytest.mark.parametrize(
    ("language", "name", "address_as", "said"),
    [
        ("el", "Δήμητρα Παππά", "", "Γεια σας, Δήμητρα Παππά,"),
        ("el", "Γιώργος Παππάς", "", "Γεια σας,"),
        ("el", "ΓΙΩΡΓΟΣ", "", "Γεια σας,"),
        ("el", "Γιώργος Παππάς", "κύριε Παππά", "Γεια σας, κύριε Παππά,"),
        ("ro", "Ștefan", "", "Bună ziua, Ștefan,"),
        ("es", "Rosa Luna", "", "Hola, Rosa Luna:"),
        ("it", "", "", "Buongiorno,"),
        ("fr", "Ana", "", "Hello Ana,"),
    ],
)
def test_greetings_fit_their_language(language: str, name: str, address_as: str, said: str) -> None:
    assert greeting(language, callable_name(language, name, address_as)) == said


def test_today_the_mailboxs_signature_means_what_it_meant_before_there_were_letters(cast: Cast) -> None:
    with_text = render_signature("en", VALUES, person_id=1, mailbox_id=1, mailbox_text="The help desk\nfrom 9 to 5")
    assert with_text == "Ada\nThe help desk\nfrom 9 to 5"
    assert render_signature("el", VALUES, person_id=1, mailbox_id=1, mailbox_text=" \n") == "Ada\nHelp"
    assert (
        render_signature("en", {"mailbox_name": "Help"}, mailbox_id=1, mailbox_text="The help desk") == "The help desk"
    )
    assert render_signature("en", {"mailbox_name": "Help"}, mailbox_id=1) == "Help"
    assert render_signature("en", {"agent_name": "Ada"}, person_id=1) == "Ada"


def test_a_persons_signature_goes_before_the_teams_the_mailboxs_and_the_desks(cast: Cast) -> None:
    ids = {"person_id": cast.ada.pk, "team_id": cast.lines.pk, "mailbox_id": cast.mailbox.pk}

    def under(language: str = "en", mailbox_text: str = "typed") -> str:
        return render_signature(language, VALUES, **ids, mailbox_text=mailbox_text)

    assert under() == "Ada\ntyped"
    in_force(f"signature-mailbox-{cast.mailbox.pk}", en="{agent_name} of the mailbox")
    assert under() == "Ada of the mailbox"
    in_force(f"signature-team-{cast.lines.pk}", en="{agent_name} of the team", el="{agent_name}, η ομάδα")
    assert under() == "Ada of the team"
    in_force(f"signature-person-{cast.ada.pk}", en="{agent_name} herself")
    assert under() == "Ada herself"
    assert under("el") == "Ada, η ομάδα", "the next one stands in where a language is missing"
    assert under("ro") == "Ada\ntyped"
    in_force("signature", en="{agent_name}\n{desk_name}")
    assert under("ro", mailbox_text="") == "Ada\nHelp"
    archive_letter(f"signature-person-{cast.ada.pk}", by=SYSTEM)
    assert under() == "Ada of the team"
