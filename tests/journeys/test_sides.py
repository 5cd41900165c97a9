"""A supplier is asked about a ticket while the customer's conversation goes on, over real mail servers both ways."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_mail_to_answer import answer_in_browser, sign_in, wait_for_mail
from tests.parts.browser import browser as real_browser
from tests.parts.desk import Desk
from tests.parts.smtp_server import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

SUPPLIER = "ventas@cables.example"
QUESTION = "¿Tienen un cable de 30 m para la impresora?"
PRICE = "Sí, 12 euros, el lunes. Precio secreto."
ANSWER = "El técnico viene el lunes con un cable nuevo."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with real_browser() as found:
        yield found


def mail(sender: str, subject: str, text: str, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "help@desk.example", subject
    made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("<>"))
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def test_a_supplier_is_asked_and_answers_unseen_by_the_customer(
    desk: Desk, browser: Browser, smtp_server: SmtpServer
) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, desk.link("agent"))
    first = mail("Rosa Luna <rosa@luna.example>", "Impresora muda", "La impresora no imprime: el cable está roto.")
    desk.send(first, sender="rosa@luna.example")
    open_ticket(page, "Impresora muda")

    # asked from the message's own menu, with the message along
    message = page.locator("#messages .msg.customer").first
    message.locator(".msg-menu summary").click()
    message.get_by_role("link", name="Forward to somebody outside").click()
    page.get_by_label("Whom").fill(SUPPLIER)
    page.get_by_label("What do you want to ask?").fill(QUESTION)
    page.get_by_role("button", name="Send to them").click()
    side = page.locator(".side-talk")
    expect(side).to_contain_text("the customer does not see this")
    expect(page.locator("#ticket-head")).to_contain_text("waiting for a third party")

    asked = wait_for_mail(smtp_server, QUESTION)
    body = asked.get_body(("plain",))
    assert body is not None and "el cable está roto" in body.get_content() and "Rosa Luna" in body.get_content()
    whole = asked.as_string()
    assert "rosa@luna.example" not in whole and first["Message-ID"] not in whole and asked["References"] is None
    number = re.sub(r"\D", "", page.url.partition("#")[0].rsplit("/", 1)[1])
    assert number not in whole and f"{number[:4]}-{number[4:]}" not in whole

    # the answer is in the side without a reload, and the ticket is open again
    desk.send(
        mail(f"Ventas <{SUPPLIER}>", f"Re: {asked['Subject']}", PRICE, In_Reply_To=asked["Message-ID"]), sender=SUPPLIER
    )
    expect(side.locator(".side-msg.told")).to_contain_text(PRICE, timeout=15_000)
    expect(page.locator("#messages")).not_to_contain_text(PRICE)
    expect(page.locator("#ticket-head")).not_to_contain_text("waiting for a third party")

    # the customer is answered meanwhile, and gets nothing of it
    answer_in_browser(page, ANSWER)
    sent = wait_for_mail(smtp_server, ANSWER)
    assert "secreto" not in sent.as_string() and SUPPLIER not in sent.as_string()
    assert asked["Message-ID"] not in sent.as_string()
    assert first["Message-ID"] in sent["References"]

    # it goes on in the side's own composer, by the keyboard
    side.locator(".side-more summary").click()
    side.locator("textarea").fill("De acuerdo, lo tomamos.")
    side.locator("textarea").press("Control+Enter")
    expect(side.locator(".side-msg.asked").last).to_contain_text("De acuerdo, lo tomamos.")
    again = wait_for_mail(smtp_server, "De acuerdo, lo tomamos.")
    assert again["To"] == SUPPLIER and asked["Message-ID"] in again["References"]
    side.get_by_role("button", name="Settle this conversation").click()
    expect(side.locator("summary").first).to_contain_text("settled")
    page.reload()
    expect(page.locator(".side-talk .side-msg").first).to_be_hidden()
    verified = desk.command("record", "verify", number)
    assert verified[0]["broken"] is None
    context.close()


def open_ticket(page: Page, subject: str) -> None:
    row = page.locator("[data-number]", has_text=subject)
    expect(page.get_by_text(re.compile(f"{subject}|1 new")).first).to_be_visible(timeout=15_000)
    if not row.count():
        page.get_by_text(re.compile("1 new")).first.click()
    row.locator("a.subject").click()
    expect(page.locator("#ticket-head")).to_contain_text(subject)
