"""The mail inside a forwarded one, in the shapes of the world's mail programs."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aplomb.reading.forward_words import forward_prefix, is_forward_subject, without_forward_prefix
from aplomb.reading.forwarded import Forwarded, chain_of, is_nearly_empty, read_forwarded, read_person
from aplomb.reading.tests.shapes import ATTRIBUTIONS, HEADERS

MARKERS = [
    "---------- Forwarded message ---------",
    "-------- Forwarded Message --------",
    "------- Forwarded Message -------",
    "-------- Mensaje reenviado --------",
    "-------- Messaggio Inoltrato --------",
    "-------- Mesaj redirecționat --------",
    "-------- Προωθημένο μήνυμα --------",
    "-------- Message transféré --------",
    "-------- Weitergeleitete Nachricht --------",
    "-------- Mensagem encaminhada --------",
    "-------- Doorgestuurd bericht --------",
    "--- Treść przekazanej wiadomości ---",
    "-------- Přeposlaná zpráva --------",
    "-------- Preposlaná správa --- Forwarded Message --------",
    "-------- Továbbított üzenet --------",
    "-------- Vidarebefordrat meddelande --------",
    "-------- Videresendt meddelelse --------",
    "-------- Välitetty viesti / Fwd.Msg --------",
    "-------- İletilen İleti --------",
    "-------- Перенаправленное сообщение --------",
    "-------- Переслане повідомлення --------",
    "-------- Proslijeđena poruka --------",
    "-------- 转发邮件信息 --------",
    "Begin forwarded message:",
    "Inicio del mensaje reenviado:",
    "Inizio messaggio inoltrato:",
    "Începe mesajul redirecționat:",
    "Έναρξη προωθημένου μηνύματος:",
    "Début du message réexpédié :",
    "Anfang der weitergeleiteten Nachricht:",
    "Начало переадресованного сообщения:",
    "İleti başlangıcı:",
]
ANA = "Ana Pop <ana@firm.example>"
WANTED = Forwarded("Ana Pop", "ana@firm.example", "No internet", "Hello,\n\nno internet.", "Please help")


def header(language: str = "en", shape: str = "{}: ", sender: str = ANA) -> str:
    from_, sent, to, _, subject = (shape.format(word) for word in HEADERS[language])
    return f"{from_}{sender}\n{sent}3 November 2026 10:11\n{to}Joe <joe@x.example>; Mia\n{subject}No internet"


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_says_that_a_mail_is_forwarded_whatever_the_subject(marker: str) -> None:
    text = f"Please help\n\n{marker}\n{header()}\n\nHello,\n\nno internet.\n"

    assert read_forwarded(text, None, "A customer") == WANTED
    assert read_forwarded(text.replace("\n", "\r\n"), None, "") is not None


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("shape", ["{}: ", "*{}:* ", "{} : ", "{}:\t"])
def test_the_header_is_read_in_every_language(language: str, shape: str) -> None:
    block = header(language, shape)

    assert read_forwarded(f"Please help\n\n{MARKERS[0]}\n{block}\n\nHello,\n\nno internet.", None, "") == WANTED
    assert read_forwarded(f"Please help\n\n{'_' * 32}\n{block}\n\nHello,\n\nno internet.", None, "FW: x") == WANTED


@pytest.mark.parametrize("order", [(1, 0, 3, 2), (3, 2, 1, 0), (2, 0, 1, 3)])
def test_fields_stand_in_any_order(order: tuple[int, ...]) -> None:
    lines = header().split("\n")
    block = "\n".join(lines[place] for place in order)

    assert read_forwarded(f"Please help\n\n{MARKERS[0]}\n{block}\n\nHello,\n\nno internet.", None, "") == WANTED


def test_a_quoted_forward_is_read_without_its_marks() -> None:
    quoted = "\n".join(f"> {line}".rstrip() for line in f"{header()}\n\nHello,\n\nno internet.".split("\n"))

    assert read_forwarded(f"Please help\n\n> Begin forwarded message:\n>\n{quoted}", None, "") == WANTED
    assert read_forwarded(f"Please help\n\nForwarded message:\n\n{quoted}", None, "Fwd: x") == WANTED


def test_broken_values_are_put_together() -> None:
    subject = "A subject that is so long that the program of the one who sent it broke it in"
    block = f"From: Ana Pop\n <ana@firm.example>\nDate: Tuesday\nTo: Joe\nSubject: {subject}\ntwo parts"
    found = read_forwarded(f"{MARKERS[0]}\n{block}\n\nHello", None, "")

    assert found == Forwarded("Ana Pop", "ana@firm.example", f"{subject} two parts", "Hello", "")


@pytest.mark.parametrize(
    "prefix", ["Fwd: ", "FW: ", "WG: ", "TR: ", "RV: ", "I: ", "ΠΡΘ: ", "[EXT] Fw: ", "İLT: ", "转发："]
)
def test_an_attribution_will_do_where_the_subject_says_forwarded(prefix: str) -> None:
    text = 'Please help\n\nOn 3/11/2026 10:11, "Ana Pop" <ana@firm.example> wrote:\n\nHello,\n\nno internet.'

    assert read_forwarded(text, None, f"{prefix}No internet") == WANTED
    assert read_forwarded(text, None, "Re: No internet") is None


@pytest.mark.parametrize(
    "head", [each for each in ATTRIBUTIONS if "help@desk.example" in each and "Quoting" not in each]
)
def test_the_address_in_an_attribution_is_found(head: str) -> None:
    found = read_forwarded(f"{head}\n\nold words", None, "Fwd: x")

    assert found is not None
    assert (found.from_address, found.text) == ("help@desk.example", "old words")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Fwd: x", f"Thanks\n\n{ATTRIBUTIONS[0]}\n> {MARKERS[0]}\n> From: {ANA}\n> Subject: x\n> To: j\n>\n> hi"),
        ("RE: x", f"Thanks\n\n{header()}\n\nHello"),
        ("RE: x", f"Thanks\n\n{header()}\n\nfyi\n\n{MARKERS[0]}\n{header()}\n\nHello"),
        ("VS: x", f"Kiitos\n\n{header('fi')}\n\nHei"),
        ("Fwd: x", "My internet is gone"),
        ("Fwd: x", ""),
        ("", "Forwarded message:\nnothing like a header"),
        ("Provider: x", f"Thanks\n\n{header()}\n\nHello"),
    ],
)
def test_an_answer_or_a_bare_word_is_no_forward(subject: str, text: str) -> None:
    assert read_forwarded(text, None, subject) is None


def test_the_danish_prefix_is_a_forward_above_a_danish_header() -> None:
    found = read_forwarded(f"Se her\n\n{header('da')}\n\nHej", None, "VS: x")

    assert found is not None and found.from_address == "ana@firm.example"


def test_forwards_within_each_other_come_outermost_first() -> None:
    inner = f"{MARKERS[0]}\n{header()}\n\nHello"
    middle = f"yours?\n\n{MARKERS[0]}\n{header(sender='Mia <mia@x.example>').replace('No', 'Fwd: No')}\n\n{inner}"
    chain = chain_of(
        read_forwarded(f"mine\n\n{MARKERS[3]}\n{header(sender='Joe <joe@x.example>')}\n\n{middle}", None, "")
    )

    assert [each.from_address for each in chain] == ["joe@x.example", "mia@x.example", "ana@firm.example"]
    assert [each.above for each in chain] == ["mine", "yours?", ""]


def test_html_is_read_where_there_is_no_text() -> None:
    html = f"<p>Please help</p><div>{MARKERS[0]}<br>{header().replace('<', '&lt;').replace(chr(10), '<br>')}</div><p>Hello</p>"
    found = read_forwarded("", html, "")

    assert found == Forwarded("Ana Pop", "ana@firm.example", "No internet", "Hello", "Please help")


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("Ana <a@b.example>", "Ana", "a@b.example"),
        ('"Pop, Ana" <a@b.example>', "Pop, Ana", "a@b.example"),
        ("a@b.example [mailto:a@b.example]", "", "a@b.example"),
        ("<a@b.example<mailto:a@b.example>>", "", "a@b.example"),
        ("Ana <a@b.example<mailto:a@b.example>>", "Ana", "a@b.example"),
        ("a@b.example (Ana Pop)", "Ana Pop", "a@b.example"),
        ("'a@b.example' <a@b.example>", "", "a@b.example"),
        ("Ana (a@b.example)", "Ana", "a@b.example"),
        ("Ana Pop [mailto:a@b.example] On Behalf Of Boss", "Ana Pop", "a@b.example"),
        ("*Ana* <a@b.example>", "Ana", "a@b.example"),
        ("Άννα <άννα@παράδειγμα.example>", "Άννα", "άννα@παράδειγμα.example"),
        ("Ana <a@b.example>; Bo <b@b.example>", "Ana", "a@b.example"),
        ("\u202aAna\u202c <\u202aa@b.example\u202c>", "Ana", "a@b.example"),
        ("Pop, Ana", "Pop, Ana", ""),
        ("", "", ""),
    ],
)
def test_a_person_is_read_in_every_way_of_writing(value: str, name: str, address: str) -> None:
    assert read_person(value) == (name, address)


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Fwd: x", "x"),
        ("[Fwd: x]", "x"),
        ("[EXT] FW: x", "x"),
        ("***SPAM*** Fwd[2]: x", "x"),
        ("TR : x", "x"),
        ("Redir.: x", "x"),
        ("Redirecționat: x", "x"),
        ("转发：x", "x"),
        ("PD: x", "x"),
        ("VB: x", "x"),
    ],
)
def test_a_prefix_of_any_language_is_known_and_left_away(subject: str, bare: str) -> None:
    assert is_forward_subject(subject)
    assert without_forward_prefix(subject) == bare


@pytest.mark.parametrize(
    "subject", ["Re: Fwd: x", "Id: x", "Provider: x", "I have: x", "", "Fwd", "Printer", "TRIP: x"]
)
def test_other_subjects_are_no_forward(subject: str) -> None:
    assert forward_prefix(subject) == ""
    assert without_forward_prefix(subject) == subject


def test_a_word_and_a_signature_are_nearly_nothing() -> None:
    assert is_nearly_empty("Please help.\n\n-- \nJoe Roe\n" + "Partner Ltd\n" * 10)
    assert is_nearly_empty("")
    assert not is_nearly_empty("Please help her, since " * 20)


_LINES = st.sampled_from(
    [
        *MARKERS[:6],
        *header().split("\n"),
        *ATTRIBUTIONS[:4],
        "> old",
        "> Begin forwarded message:",
        "",
        "typed",
        "_" * 32,
    ]
)


@given(st.lists(_LINES | st.text(max_size=30), max_size=20).map("\n".join), st.sampled_from(["", "Fwd: x", "Re: x"]))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_something_sensible_is_found(text: str, subject: str) -> None:
    found = read_forwarded(text, None, subject)

    if found is not None:
        assert found.above in text
        assert found.from_address == "" or "@" in found.from_address
        assert all(line.strip() in text for line in found.text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        f"{MARKERS[0]}\n" * 30_000,
        "From: a\nbar:\nTo: b\n" * 30_000,
        "> Begin forwarded message:\n" * 30_000,
        f"{header()}\n" * 10_000,
        "a@" * 300_000,
        "----- Forwarded Message ----- From: " + "A:" * 300_000,
        "On Tue, 3 Nov 2026 at 10:11, x wrote:\n" * 20_000,
    ],
    ids=lambda text: f"{text[:14]!r}",
)
def test_a_megabyte_made_to_cost_costs_little(text: str) -> None:
    before = time.process_time()
    for subject in ("", "Fwd: x"):
        read_forwarded(text, None, subject)

    assert time.process_time() - before < 2
