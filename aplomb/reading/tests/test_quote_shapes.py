"""New text in the shapes of the world's mail programs: every head, every header, every line of a phone."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aplomb.reading.quotes import split_quoted
from aplomb.reading.signatures import is_mobile
from aplomb.reading.tests.shapes import ATTRIBUTIONS, HEADERS, MOBILE_LINES, RARER_ATTRIBUTIONS, RARER_HEADERS

TYPED = "Hello,\n\nit still blinks:\n- twice\n- and again\n\nKind regards\nAna Pop"
OLD = "Dear Ana,\n\nplease restart it:\n- one\n- two\n\nBest wishes\nThe desk\n-- \nDesk"
QUOTED = "\n".join(f"> {line}" if line else ">" for line in OLD.split("\n"))


def broken(head: str) -> list[str]:
    """The head as a program breaks it, once, after each word that lets both parts be of some length."""
    words = head.split(" ")
    parts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return [f"{above}\n{below}" for above, below in parts if 25 < len(above) <= 80]


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_a_head_above_quote_marks_ends_what_is_new(head: str) -> None:
    assert split_quoted(f"{TYPED}\n\n{head}\n\n{QUOTED}\n").new_text == TYPED
    assert split_quoted(f"{TYPED}\n{head}\n{QUOTED}").new_text == TYPED
    for wrapped in broken(head):
        assert split_quoted(f"{TYPED}\n\n{wrapped}\n\n{QUOTED}\n").new_text == TYPED


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_a_head_above_history_without_marks_ends_what_is_new(head: str) -> None:
    assert split_quoted(f"{TYPED}\n\n{head}\n\n{OLD}\n").new_text == TYPED
    for wrapped in broken(head):
        assert split_quoted(f"{TYPED}\n\n{wrapped}\n\n{OLD}\n").new_text == TYPED


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_what_stands_below_the_quote_is_new(head: str) -> None:
    assert split_quoted(f"{head}\n{QUOTED}\n\n{TYPED}\n").new_text == TYPED
    assert split_quoted(f"{head}\n{QUOTED}\n\n{TYPED}\n\n-- \nAna").new_text == TYPED


@pytest.mark.parametrize("head", ATTRIBUTIONS[:10])
def test_line_ends_of_windows_and_odd_blanks_change_nothing(head: str) -> None:
    mail = f"{TYPED}\n\n{head}\n\n{QUOTED}\n"
    assert split_quoted(mail.replace("\n", "\r\n")).new_text == TYPED.replace("\n", "\r\n")
    odd = head.replace(" ", "\N{NO-BREAK SPACE}").replace("<", "\u200e<")
    assert split_quoted(f"{TYPED}\n\n{odd}\n\n{QUOTED}\n").new_text == TYPED


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("shape", ["{}: ", "*{}:* ", "{} : ", "**{}:** ", "{}:\t", "{}：", "{}:\N{NO-BREAK SPACE}"])
def test_a_header_ends_what_is_new(language: str, shape: str) -> None:
    from_, sent, to, cc, subject = (shape.format(word) for word in HEADERS[language])
    for desk in ("Desk <help@desk.example>", "Desk", "Desk [mailto:help@desk.example]", "help@desk.example"):
        block = f"{from_}{desk}\n{sent}3 November 2026 10:11\n{to}Ana\n{cc}Bo\n{subject}RE: Printer\n\n{OLD}\n"
        for rule in ("", f"{'_' * 32}\n", "-----Original Message-----\n"):
            assert split_quoted(f"{TYPED}\n\n{rule}{block}").new_text == TYPED


@pytest.mark.parametrize("language", HEADERS)
def test_a_header_in_another_order_or_wrapped_or_with_gaps_ends_what_is_new(language: str) -> None:
    from_, sent, to, _, subject = HEADERS[language]
    desk, ana = "Desk <help@desk.example>", "Ana <ana@firm.example>"
    turned = f"{subject}: RE: x\n{sent}: Tuesday\n{from_}: {desk}\n{to}: {ana}\n\n{OLD}"
    wrapped = f"{from_}: Desk\n{sent}: Tuesday\n{to}: {ana}; Bo\n <bo@firm.example>;\nCy\n{subject}: RE: x\n{OLD}"
    gaps = f"{from_}: Desk\n\n{sent}: Tuesday\n\n{to}: {ana}\n\n{subject}: RE: x\n\n{OLD}"
    for block in (turned, wrapped, gaps):
        assert split_quoted(f"{TYPED}\n\n{block}").new_text == TYPED


@pytest.mark.parametrize("line", MOBILE_LINES)
def test_the_line_of_a_phone_is_no_text(line: str) -> None:
    assert split_quoted(f"{TYPED}\n\n{line}\n").new_text == TYPED
    assert split_quoted(f"{TYPED}\n\n{line}\n\n{ATTRIBUTIONS[0]}\n\n{QUOTED}").new_text == TYPED


@pytest.mark.parametrize(
    "line",
    [
        "Get the mobile phone back to me please.",
        "Sent by mail yesterday.",
        "Trimis prin mail ieri",
        "Download the Outlook app fails",
        "Sent from my phone, did you get it?",
        "Enviado por correo el lunes",
        "Inviato dal telefono di mio marito ieri sera perché il mio è rotto",
    ],
)
def test_a_sentence_with_the_words_of_a_phones_line_is_text(line: str) -> None:
    assert not is_mobile(line)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday Anna wrote: the printer is broken",
        "On Monday Anna wrote:\nthe printer is broken",
        "I wrote to help@desk.example on 3/11/2026 10:15:\nno answer.",
        "On Tuesday, 3 November 2026 at 10:11 I wrote to help@desk.example:\nno answer.",
        "On 3/11/2026 at 10:15 your colleague wrote:\nI come on Monday\nHe did not come.",
        "Il giorno 3/11/2026 alle 10:15 il tecnico ha scritto:\ntorno domani\nNon è tornato.",
        "Στις 3/11/2026 στις 10:15 ο τεχνικός έγραψε:\nθα έρθω\nΔεν ήρθε.",
        "From: Athens\nTo: Rome\nDate: 3 November\nSeats: 2\nPlease change it.",
        "Date: 3/11/2026\nTo: Support\nSubject: Complaint\n\nDear Sirs,\nI complain.",
        "Name: Ana\nDate: 3/11/2026\nSubject: Router\nProblem: no internet",
        "Mon 3 Nov 2026 10:15: meeting\nTue 4 Nov 2026 11:15: call",
        "Message from Anna <anna@x.example>:\nplease call",
        "A: b\nB: c\nC: d",
        "5 > 3 is true\n> 5 means more",
        "Hello\n\nThis message is confidential: my neighbours must not learn that I asked.",
        "Hello\n\nAntes de imprimir la factura necesito la dirección.",
        "Hello\n\nSin virus todo funciona.",
    ],
)
def test_what_only_looks_like_a_head_or_a_notice_stays(text: str) -> None:
    assert split_quoted(text).new_text == text


@pytest.mark.parametrize(
    "notice",
    [
        "This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the"
        " intended\nrecipient please delete it and tell the sender.",
        "AVISO LEGAL\nEste mensaje y sus archivos adjuntos son confidenciales y van dirigidos exclusivamente a su"
        " destinatario. Si lo ha\nrecibido por error, le rogamos que lo elimine.",
        "Acest mesaj și fișierele atașate sunt confidențiale și se adresează exclusiv destinatarului. Dacă l-ați"
        " primit din\ngreșeală, vă rugăm să îl ștergeți.",
        "Το παρόν μήνυμα και τα συνημμένα του είναι εμπιστευτικά και προορίζονται αποκλειστικά για τον παραλήπτη. Αν"
        " το λάβατε\nκατά λάθος, διαγράψτε το.",
        "Virus-free.www.avast.com <https://www.avast.example/x>",
        "Please consider the environment before printing this e-mail.",
        "Prima di stampare, pensi all'ambiente.",
    ],
)
def test_what_a_legal_department_or_a_scanner_adds_is_no_text(notice: str) -> None:
    trimmed = split_quoted(f"{TYPED}\n\n{notice}\n")

    assert trimmed.new_text == TYPED
    assert notice.split("\n")[-1] in trimmed.signature


def test_a_quoted_line_that_a_program_broke_is_no_answer() -> None:
    long = "> a line that is long enough to be broken at seventy six characters by its"
    assert split_quoted(f"Top\n\n{long}\nprogram and\n> goes on here\n").new_text == "Top"


def test_an_answer_right_below_the_last_long_line_is_kept() -> None:
    long = "> a line that is long enough to be broken at seventy six characters by its"
    assert "OK" in split_quoted(f"{long}\n> program\n\nOK").new_text
    assert "OK" in split_quoted(f"Top\n\n{long}\nOK").new_text


def test_what_a_mailing_list_adds_is_no_answer() -> None:
    footer = f"{'_' * 40}\nUsers mailing list\nusers@lists.example\nhttps://lists.example/users"
    assert split_quoted(f"ok\n\n> old\n\n{footer}").new_text == "ok"


@pytest.mark.parametrize("head", RARER_ATTRIBUTIONS)
def test_heads_of_rarer_programs_are_known_above_quote_marks(head: str) -> None:
    assert split_quoted(f"{TYPED}\n\n{head}\n{QUOTED}").new_text == TYPED
    assert split_quoted(f"{head}\n{QUOTED}\n\n{TYPED}").new_text == TYPED


@pytest.mark.parametrize("header", RARER_HEADERS)
def test_headers_of_rarer_programs_end_what_is_new(header: str) -> None:
    assert split_quoted(f"{TYPED}\n\n{header}\n\n{OLD}").new_text == TYPED
    assert split_quoted(f"{TYPED}\n\nSent from my iPhone\n\n{header}\n\n{OLD}").new_text == TYPED


def test_a_mail_of_nothing_but_history_is_kept() -> None:
    for head in ATTRIBUTIONS[:5]:
        text = f"{head}\n\n{QUOTED}"
        assert split_quoted(text).new_text == text


def test_plain_text_that_html_says_in_other_words_is_cut_where_its_history_begins() -> None:
    html = (
        '<p>See <a href="https://x.example/long">this page</a> please</p><div class="yahoo_quoted"><div>Some new kind'
        " of head</div><div>old words</div></div>"
    )
    text = "See this page (https://x.example/long) please\n\n   Some new kind of head\n\n   old words"

    assert split_quoted(text, html).new_text == "See this page (https://x.example/long) please"


_PIECES = st.sampled_from(
    [
        *ATTRIBUTIONS[:12],
        *MOBILE_LINES[:12],
        "> old",
        "> > older",
        "",
        "",
        "typed words",
        "-- ",
        "--",
        "_" * 32,
        "-----Original Message-----",
        "From: Desk <help@desk.example>",
        "Sent: Tuesday",
        "To: Ana",
        "Subject: x",
        "##- Please answer above -##",
        "---------- Forwarded message ---------",
        "On Monday:",
        "\N{NO-BREAK SPACE}",
    ]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=40), max_size=25).map("\n".join)


@given(_TEXTS)
@settings(max_examples=400, deadline=None)
def test_new_text_is_a_piece_of_the_text_and_never_empty_beside_words(text: str) -> None:
    trimmed = split_quoted(text)

    assert trimmed.new_text in text
    if any(each.isalnum() for each in text):
        assert trimmed.new_text.strip()


@given(_TEXTS)
@settings(max_examples=400, deadline=None)
def test_new_text_has_no_history_left(text: str) -> None:
    once = split_quoted(text).new_text

    assert split_quoted(once).new_text == once


@given(_TEXTS)
@settings(max_examples=400, deadline=None)
def test_every_word_is_in_one_of_the_parts(text: str) -> None:
    trimmed = split_quoted(text)
    parts = "\n".join([trimmed.new_text, trimmed.quoted, trimmed.signature])

    for line in text.split("\n"):
        if any(each.isalnum() for each in line) and "##-" not in line:
            assert line.strip() in parts


@pytest.mark.parametrize(
    "text",
    [
        "> x\n" * 100_000,
        "a" * 1_000_000,
        " " * 1_000_000,
        "On " * 330_000 + ":",
        "On Tue, 3 Nov 2026 at 10:11\n" * 10_000,
        "On Tue, 3 Nov 2026 at 10:11, x wrote:\n" * 30_000,
        "From: a\nbar:\nTo: b\n" * 30_000,
        "a 1:\n> b\n" * 50_000,
        "-- \n" * 100_000,
        "Sent from my iPhone\n" * 50_000,
        "a@" * 200_000 + ":",
        ("x@y.example " * 30 + "wrote:\n") * 5_000,
        "this e-mail is confidential " * 20_000,
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_a_megabyte_made_to_cost_costs_little(text: str) -> None:
    before = time.process_time()
    split_quoted(text)

    assert time.process_time() - before < 2
