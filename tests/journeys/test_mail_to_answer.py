"""From a customer's mail to an answered ticket and back, with a real browser and real mail servers."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.parts.browser import browser as real_browser
from tests.parts.desk import Desk
from tests.parts.dovecot import Dovecot
from tests.parts.ports import wait_for
from tests.parts.smtp_server import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

QUESTION = "Le informo que desde esta mañana la impresora de recepción no imprime nada. ¿Qué puedo hacer?"
ANSWER = "Buenos días, señora Luna: gracias por avisarnos. ¿Parpadea la luz roja? Le llamo hoy antes de las 17:00."
THANKS = "Sí, parpadea dos veces. Gracias por la rapidez."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with real_browser() as found:
        yield found


@pytest.fixture
def agent(browser: Browser, desk: Desk) -> Iterator[Page]:
    """A page signed in as the demo's agent, standing on the queue."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, desk.link("agent"))
    yield page
    context.close()


def sign_in(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("main form button").click()
    expect(page.locator("[data-number]").first).to_be_visible()


def written(text: str, subject: str, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Rosa Luna <rosa@luna.example>", "help@desk.example", subject
    mail["Message-ID"] = make_msgid(domain="luna.example")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def answer_in_browser(page: Page, text: str) -> None:
    page.locator("#reply-text").fill(text)
    page.locator("#reply-form [data-send]").click()
    expect(page.locator("#conversation, .talk, main").get_by_text(text).first).to_be_visible()


def test_a_mail_is_answered_in_the_browser_and_the_answer_to_it_lands_on_the_same_ticket(
    desk: Desk, agent: Page, smtp_server: SmtpServer
) -> None:
    question = written(QUESTION, "Impresora de recepción")
    desk.send(question, sender="rosa@luna.example")
    row = agent.locator("[data-number]", has_text="Impresora de recepción")
    # within a second of the receiver's word, without a reload; the machine may be busy, so a little more is allowed
    expect(agent.get_by_text(re.compile("Impresora de recepción|1 new")).first).to_be_visible(timeout=5000)
    if not row.count():
        agent.get_by_text(re.compile("1 new")).first.click()
    row.locator("a.subject").click()
    expect(agent.get_by_text(QUESTION)).to_be_visible()
    number = re.sub(r"\D", "", agent.url.rsplit("/", 1)[1])

    answer_in_browser(agent, ANSWER)
    arrived = wait_for_mail(smtp_server, ANSWER)
    assert arrived["In-Reply-To"] == question["Message-ID"]
    assert question["Message-ID"] in arrived["References"]
    assert f"[#{number[:4]}-{number[4:]}]" in arrived["Subject"]
    assert arrived["To"].addresses[0].addr_spec == "rosa@luna.example"
    assert arrived["From"].addresses[0].addr_spec == "help@desk.example"

    thanks = written(
        f"{THANKS}\n\nEl lun, 3 nov 2026 a las 10:11, Borealis (<help@desk.example>) escribió:\n> {ANSWER}",
        f"Re: {arrived['Subject']}",
        In_Reply_To=arrived["Message-ID"],
        References=f"{arrived['References']} {arrived['Message-ID']}",
    )
    desk.send(thanks, sender="rosa@luna.example")
    expect(agent.get_by_text(THANKS).first).to_be_visible(timeout=5000)
    assert number in agent.url
    verified = desk.command("record", "verify", number)
    assert verified[0]["broken"] is None


def wait_for_mail(server: SmtpServer, text: str) -> EmailMessage:
    """The mail that carries this text, once it has arrived."""

    def bodies() -> list[EmailMessage]:
        found = []
        for each in list(server.arrived):
            body = each.mail.get_body(("plain",))
            if body is not None and text in " ".join(body.get_content().split()):
                found.append(each.mail)
        return found

    wait_for(lambda: bool(bodies()), seconds=20, otherwise=lambda: f"no mail says: {text}")
    return bodies()[0]


def test_the_first_word_is_acknowledged_in_the_customers_language(desk: Desk, smtp_server: SmtpServer) -> None:
    desk.send(written(QUESTION, "Impresora"), sender="rosa@luna.example")
    arrived = smtp_server.wait_for(1)[0].mail
    assert arrived["Auto-Submitted"] == "auto-replied"
    body = arrived.get_body(("plain",))
    assert body is not None and "automáticamente" in body.get_content()


def test_the_same_through_imap(browser: Browser, dovecot: Dovecot, desk: Desk, smtp_server: SmtpServer) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, desk.link("administrator"))
    page.goto(f"{desk.url}/settings/mailboxes/add")
    page.locator("[name=name]").fill("Post")
    page.locator("[name=address]").fill("post@desk.example")
    intake = page.locator("[name=intake]")
    if intake.first.evaluate("each => each.tagName") == "SELECT":
        intake.select_option("imap")
    else:
        page.locator("[name=intake][value=imap]").check()
    page.locator("[name=host]").fill(dovecot.host)
    page.locator("[name=port]").fill(str(dovecot.port))
    page.locator("[name=security]").select_option("plain")
    page.locator("[name=login]").fill(dovecot.name)
    page.locator("[name=password]").fill(dovecot.password)
    page.locator("main form button").last.click()
    expect(page.get_by_text("post@desk.example").first).to_be_visible()

    question = written(QUESTION, "Impresora por IMAP")
    dovecot.deliver(question.as_bytes())
    page.goto(desk.url)
    row = page.locator("[data-number]", has_text="Impresora por IMAP")
    expect(row).to_be_visible(timeout=20000)
    row.locator("a.subject").click()
    answer_in_browser(page, ANSWER)
    arrived = wait_for_mail(smtp_server, ANSWER)
    assert arrived["In-Reply-To"] == question["Message-ID"]
    assert arrived["From"].addresses[0].addr_spec == "post@desk.example"

    dovecot.deliver(written(THANKS, f"Re: {arrived['Subject']}", In_Reply_To=arrived["Message-ID"]).as_bytes())
    expect(page.get_by_text(THANKS).first).to_be_visible(timeout=20000)
    context.close()


def test_without_an_outgoing_server_mail_is_kept_and_shown(browser: Browser, unsent_desk: Desk) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    sign_in(page, unsent_desk.link("agent"))
    page.locator("[data-number] a.subject").first.click()
    answer_in_browser(page, "We look into it today.")
    expect(page.get_by_text(re.compile("kept", re.IGNORECASE)).first).to_be_visible(timeout=20000)
    context.close()


def test_an_answer_can_be_undone_before_it_leaves(browser: Browser, smtp_server: SmtpServer) -> None:
    with Desk(APLOMB_SMTP_OUT=smtp_server.address, APLOMB_UNDO_SECONDS="30") as desk:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        sign_in(page, desk.link("agent"))
        page.locator("[data-number] a.subject").first.click()
        answer_in_browser(page, "I should not have sent this.")
        page.get_by_role("button", name=re.compile("undo", re.IGNORECASE)).first.click()
        expect(page.locator("#reply-text")).to_have_value("I should not have sent this.", timeout=10000)
        assert smtp_server.arrived == []
        context.close()
