"""What is new in a mail, in the ways of the mail programs that customers use."""

import time

import pytest

from aplomb.reading.quotes import Trimmed, split_quoted

GMAIL = [
    ("en", "On Tue, 3 Nov 2026 at 10:11, Support <help@desk.example> wrote:"),
    ("es", "El mar, 3 nov 2026 a las 10:11, Soporte (<help@desk.example>) escribió:"),
    ("it", "Il giorno mar 3 nov 2026 alle ore 10:11 Assistenza <help@desk.example> ha scritto:"),
    ("ro", "În mar., 3 nov. 2026 la 10:11, Suport <help@desk.example> a scris:"),
    ("el", "Στις Τρί 3 Νοε 2026 στις 10:11 π.μ., ο χρήστης Υποστήριξη <help@desk.example> έγραψε:"),
    ("fr", "Le mar. 3 nov. 2026 à 10:11, Assistance <help@desk.example> a écrit :"),
    ("de", "Am Di., 3. Nov. 2026 um 10:11 Uhr schrieb Support <help@desk.example>:"),
    ("pt", "Em ter., 3 de nov. de 2026 às 10:11, Suporte <help@desk.example> escreveu:"),
    ("nl", "Op di 3 nov 2026 om 10:11 schreef Support <help@desk.example>:"),
    ("pl", "wt., 3 lis 2026 o 10:11 Wsparcie <help@desk.example> napisał(a):"),
]
OTHER_PROGRAMS = [
    ("apple en", "On 3 Nov 2026, at 10:11, Support <help@desk.example> wrote:"),
    ("apple it", "Il giorno 3 nov 2026, alle ore 10:11, Assistenza <help@desk.example> ha scritto:"),
    ("apple el", "Στις 3 Νοε 2026, στις 10:11, ο/η Υποστήριξη <help@desk.example> έγραψε:"),
    ("thunderbird es", "El 3/11/26 a las 10:11, Soporte escribió:"),
    ("thunderbird it", "Il 03/11/26 10:11, Assistenza ha scritto:"),
    ("thunderbird ro", "Pe 03.11.2026 10:11, Suport a scris:"),
    ("thunderbird el", "Στις 3/11/26 10:11, ο/η Υποστήριξη έγραψε:"),
    ("yahoo es", "El martes, 3 de noviembre de 2026, 10:11:12 CET, Soporte <help@desk.example> escribió:"),
    ("yahoo en", "On Tuesday, November 3, 2026 at 10:11:12 AM GMT, Support <help@desk.example> wrote:"),
    ("yahoo it", "Il martedì 3 novembre 2026, 10:11:12 CET, Assistenza <help@desk.example> ha scritto:"),
    ("older gmail", "2026-11-03 10:11 GMT+02:00 Support <help@desk.example>:"),
]
OUTLOOK = [
    ("en", "From", "Sent", "To", "Subject"),
    ("es", "De", "Enviado el", "Para", "Asunto"),
    ("it", "Da", "Inviato", "A", "Oggetto"),
    ("ro", "De la", "Trimis", "Către", "Subiect"),
    ("el", "Από", "Εστάλη", "Προς", "Θέμα"),
    ("fr", "De", "Envoyé", "À", "Objet"),
    ("de", "Von", "Gesendet", "An", "Betreff"),
    ("pt", "De", "Enviado", "Para", "Assunto"),
    ("nl", "Van", "Verzonden", "Aan", "Onderwerp"),
    ("pl", "Od", "Wysłano", "Do", "Temat"),
]
SEPARATORS = [
    "-----Original Message-----",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "-----Mesaj original-----",
    "-----Αρχικό μήνυμα-----",
    "-------- Message d'origine --------",
    "-----Ursprüngliche Nachricht-----",
    "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----",
    "-----Wiadomość oryginalna-----",
]
MOBILE = [
    "Sent from my iPhone",
    "Get Outlook for iOS<https://aka.example/o>",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Trimis de pe iPhone-ul meu",
    "Στάλθηκε από το iPhone μου",
    "Envoyé de mon iPhone",
    "Von meinem iPhone gesendet",
    "Verzonden vanaf mijn Samsung",
    "Wysłane z iPhone'a",
    "Obtener Outlook para Android",
]


@pytest.mark.parametrize(
    "head", [each[1] for each in GMAIL + OTHER_PROGRAMS], ids=[each[0] for each in GMAIL + OTHER_PROGRAMS]
)
def test_what_stands_above_a_quoted_mail_is_new(head: str) -> None:
    trimmed = split_quoted(f"Ναι, da, sí.\n\nSecond paragraph\n\n{head}\n\n> old\n>\n> words\n")

    assert trimmed == Trimmed("Ναι, da, sí.\n\nSecond paragraph", f"{head}\n\n> old\n>\n> words", "")


@pytest.mark.parametrize("head", [each[1] for each in GMAIL], ids=[each[0] for each in GMAIL])
def test_a_head_that_a_program_wrapped_is_found(head: str) -> None:
    wrapped = head.replace(" <help", "\n<help").replace(" (<help", "\n(<help")

    assert split_quoted(f"ok\n\n{wrapped}\n\n> old").new_text == "ok"


@pytest.mark.parametrize("head", [each[1] for each in GMAIL], ids=[each[0] for each in GMAIL])
def test_history_without_quote_marks_is_found_by_a_full_head(head: str) -> None:
    assert split_quoted(f"ok\n\n{head}\n\nold words\nmore").new_text == "ok"


@pytest.mark.parametrize(("language", "sender", "sent", "to", "subject"), OUTLOOK, ids=[each[0] for each in OUTLOOK])
def test_the_header_that_outlook_repeats_ends_what_is_new(
    language: str, sender: str, sent: str, to: str, subject: str
) -> None:
    block = f"{sender}: Desk <help@desk.example>\n{sent}: 3/11/2026 10:11\n{to}: Ana\n{subject}: RE: x\n\nold"

    assert split_quoted(f"new {language}\n\n{block}") == Trimmed(f"new {language}", block, "")
    assert split_quoted(f"new\n\n{'_' * 32}\n{block}").new_text == "new"
    assert split_quoted("new\n\n" + block.replace(f"{sender}:", f"*{sender}:*")).new_text == "new"


@pytest.mark.parametrize("line", SEPARATORS)
def test_a_separator_ends_what_is_new(line: str) -> None:
    assert split_quoted(f"new\n\n{line}\nwhatever\n") == Trimmed("new", f"{line}\nwhatever", "")


@pytest.mark.parametrize("line", MOBILE)
def test_the_line_of_a_mobile_program_is_a_signature(line: str) -> None:
    assert split_quoted(f"new\n\n{line}\n") == Trimmed("new", "", line)
    assert split_quoted(f"new\n\n{line}\n\n> old").new_text == "new"


def test_a_mail_of_nothing_but_a_mobile_line_keeps_it() -> None:
    assert split_quoted("Sent from my iPhone").new_text == "Sent from my iPhone"


@pytest.mark.parametrize(
    "line", ["Sent from the warehouse to my old flat by mistake", "Inviato ieri il pacco, mai arrivato qui"]
)
def test_a_sentence_that_begins_like_a_mobile_line_is_text(line: str) -> None:
    assert split_quoted(f"Hello\n{line}").new_text == f"Hello\n{line}"


@pytest.mark.parametrize("delimiter", ["-- ", "--"])
def test_what_stands_below_the_delimiter_is_the_signature(delimiter: str) -> None:
    assert split_quoted(f"new\n\n{delimiter}\nAna\nSales\n") == Trimmed("new", "", "Ana\nSales")


def test_a_delimiter_far_above_the_end_is_no_signature() -> None:
    text = "new\n--\n" + "\n".join(f"line {number}" for number in range(40))

    assert split_quoted(text).new_text == text


def test_a_signature_below_the_history_belongs_to_neither() -> None:
    trimmed = split_quoted("new\n\nOn Tue, 3 Nov 2026 at 10:11, Desk wrote:\n> old\n\n-- \nAna")

    assert trimmed.new_text == "new"
    assert trimmed.signature == "Ana"
    assert trimmed.quoted == "On Tue, 3 Nov 2026 at 10:11, Desk wrote:\n> old"


def test_an_answer_below_the_history_is_new() -> None:
    assert split_quoted("On 3 Nov 2026 10:11, Desk wrote:\n> When?\n\nMonday.\n").new_text == "Monday."


def test_answers_between_quoted_lines_keep_everything() -> None:
    text = "On 3 Nov 2026 10:11, Desk wrote:\n> When?\n\nMonday.\n\n> Where?\n\nHere."

    assert split_quoted(text) == Trimmed(text, "", "")
    assert split_quoted(f"Hi, see below\n\n{text}").new_text == f"Hi, see below\n\n{text}"


def test_our_own_marker_ends_what_is_new_with_the_head_above_it() -> None:
    head = "On Tuesday Desk sent this:"

    assert split_quoted(f"new\n\n##- Please answer above this line -##\nold\n{head}").new_text == "new"
    assert (
        split_quoted("new\n\nEl 3/11/26 a las 10:11, Desk escribió:\n\n> ##- Responda encima -##\n> old").new_text
        == "new"
    )


def test_our_marker_on_top_heads_a_mail_of_ours() -> None:
    assert (
        split_quoted("##- Please answer above -##\n\nnew\n\nOn 3 Nov 2026 10:11, Ana wrote:\n> old").new_text == "new"
    )


@pytest.mark.parametrize(
    "text",
    [
        "On 3 November 2026 you wrote:\nI shall come on Monday.\nNobody came.",
        "El 3 de noviembre su compañera escribió:\nva un técnico.\nNo vino nadie.",
        "From: the old flat\nTo: the new one\nPlease move the router.",
        "a > b\n5 > 3",
        "De: lunes\nhasta: viernes",
        "> only what you said",
        "Note:\n- one\n- two",
        "----------\ntitle\n----------\ntext",
        "Fwd\n\n---------- Forwarded message ---------\nFrom: Bob <b@x.example>\nDate: x\nSubject: s\nTo: Ana\n\nbody",
    ],
)
def test_in_doubt_everything_is_kept(text: str) -> None:
    assert split_quoted(text).new_text == text


def test_no_text_is_no_text() -> None:
    assert split_quoted("") == Trimmed("", "", "")
    assert split_quoted(" \n\n").new_text.strip() == ""


HTML = [
    (
        "gmail",
        '<div dir="ltr">New <b>words</b></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr"'
        ' class="gmail_attr">whatever it says<br></div><blockquote class="gmail_quote">old</blockquote></div>',
    ),
    (
        "outlook on the web",
        '<div>New words</div><div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg"><b>From:</b> x'
        "<br><b>Sent:</b> y</div><div>old</div>",
    ),
    (
        "outlook",
        '<div class="WordSection1"><p class="MsoNormal">New words<o:p></o:p></p><div><div style="border:none;'
        'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>Od:</b> S</p></div></div><p>old</p></div>',
    ),
    (
        "thunderbird",
        '<p>New words</p><div class="moz-cite-prefix">head:<br></div><blockquote type="cite">old</blockquote>',
    ),
    (
        "apple",
        '<div>New words</div><div><br><blockquote type="cite"><div>On some day, S wrote:</div><div>old</div>'
        "</blockquote></div><br></body>",
    ),
    (
        "yahoo",
        '<div>New words</div><div id="yqt1" class="yahoo_quoted"><div>El martes, S escribió:</div><p>old</p></div>',
    ),
    ("proton", '<div>New words</div><div class="protonmail_quote">S wrote<blockquote>old</blockquote></div>'),
]


@pytest.mark.parametrize("html", [each[1] for each in HTML], ids=[each[0] for each in HTML])
def test_the_structure_of_html_tells_what_is_quoted(html: str) -> None:
    trimmed = split_quoted("useless plain text", html)

    assert trimmed.new_text == "New words"
    assert "old" in trimmed.quoted


def test_answers_between_quotes_in_html_keep_everything() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">head</div><blockquote class="gmail_quote">When?</blockquote>'
        '<div>Monday</div><blockquote class="gmail_quote">Where?</blockquote><div>Here</div></div>'
    )

    assert split_quoted("", html).new_text == "head\n\n> When?\n\nMonday\n\n> Where?\n\nHere"


def test_a_forwarded_mail_in_html_is_kept() -> None:
    html = (
        '<div>see</div><div class="gmail_quote"><div>---------- Forwarded message ---------<br>From: B</div>body</div>'
    )

    assert split_quoted("see\nbody", html).new_text == "see\nbody"


def test_the_plain_text_is_taken_where_it_says_the_same() -> None:
    html = '<p>one   two</p><p>three</p><blockquote type="cite">old</blockquote>'

    assert split_quoted("one   two\n\n\nthree\n\n> old", html).new_text == "one   two\n\n\nthree"


def test_an_indented_paragraph_is_not_a_quote() -> None:
    html = '<div>a</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">b</blockquote><div>c</div>'

    assert split_quoted("a\nb\nc", html).new_text == "a\nb\nc"


@pytest.mark.parametrize(
    "text",
    [
        "wrote:\n" * 20_000,
        "From: x\n" * 20_000,
        "-- \n" * 20_000,
        "On " * 50_000 + ":",
        " " * 100_000 + ":",
        "\n" * 99_999,
    ],
    ids=["wrote", "from", "signatures", "on", "blanks", "lines"],
)
def test_hostile_text_costs_little(text: str) -> None:
    before = time.process_time()
    split_quoted(text)

    assert time.process_time() - before < 4
