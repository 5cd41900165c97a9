"""Two agents on one ticket at once: they see each other, nothing is answered over what the other did, and mentions, hand-overs,
snoozes and tasks reach the right one."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Arrives, Open, number_in, written
from tests.parts.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Opens = Callable[..., Page]


def name_of(page: Page) -> str:
    return page.locator(".bar .whole").inner_text()


def unfold(page: Page) -> None:
    """The rail, which is a page of its own on a phone."""
    link = page.locator("[data-page=rail]").first
    if link.is_visible():
        link.click()


def send(page: Page, text: str = "") -> None:
    if text:
        page.locator("#reply-text").fill(text)
    page.locator("#reply-form [data-send]").click()


def test_one_writes_and_the_other_sees_it_until_they_leave(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Two look at this"))
    ann, bob = opens(path), opens(path, role="supervisor")
    expect(ann.locator("#who-looks")).to_contain_text(name_of(bob))
    bob.locator("#reply-text").press_sequentially("Dear", delay=20)
    # two seconds are promised; a busy machine is given more
    expect(ann.locator("#who-writes")).to_contain_text(f"{name_of(bob)} is writing a reply", timeout=8000)
    expect(ann.locator("#who-looks .writes")).to_be_visible()
    bob.locator("#reply-text").fill("")
    expect(ann.locator("#who-writes")).not_to_contain_text(name_of(bob), timeout=12000)
    bob.goto("/tasks")
    expect(ann.locator("#who-looks")).not_to_contain_text(name_of(bob), timeout=8000)


def test_the_queue_marks_a_ticket_that_somebody_has_open(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Marked in the list"))
    ann, bob = opens("/find?q=x"), opens(path, role="supervisor")
    ann.goto("/?assignee=none")
    row = ann.locator(f'.row[data-number="{number_in(path)}"]')
    expect(row.locator(".looked-at")).to_contain_text(name_of(bob))


def test_both_answer_and_the_second_gets_the_difference(opens: Open, arrives: Arrives, desk: Desk) -> None:
    question = written("Answered by two")
    path = arrives(question)
    ann, bob = opens(path), opens(path, role="supervisor")
    ann.locator("#reply-text").fill("We shall call you tomorrow.")
    send(bob, "It works again since ten o'clock.")
    expect(ann.locator("#messages").get_by_text("It works again since ten o'clock.")).to_be_visible()
    send(ann)
    box = ann.locator("#reply-says")
    expect(box).to_contain_text("While you were writing:")
    expect(box).to_contain_text("It works again since ten o'clock.")
    expect(ann.locator("#reply-text")).to_have_value("We shall call you tomorrow.")
    box.get_by_role("button", name="Go back to the text").click()
    expect(ann.locator("#reply-text")).to_be_focused()
    ann.locator("#reply-text").fill("As my colleague said.")
    send(ann)
    box.get_by_role("button", name="Send all the same").click()
    expect(ann.locator("#messages").get_by_text("As my colleague said.")).to_be_visible()
    expect(ann.locator("#reply-text")).to_have_value("")


def test_whoever_looked_at_what_came_is_not_stopped(opens: Open, arrives: Arrives, desk: Desk) -> None:
    question = written("Looked at before sending")
    path = arrives(question)
    ann, bob = opens(path), opens(path, role="supervisor")
    ann.locator("#reply-text").fill("One moment.")
    bob.locator("[data-tab=note]").click()
    bob.locator("#note-text").fill("They called as well.")
    bob.locator("#note-form [data-send]").click()
    expect(ann.locator("#messages").get_by_text("They called as well.")).to_be_visible()
    expect(ann.locator("#reply-says")).to_contain_text("left a note meanwhile")
    bob.locator("[data-tab=reply]").click()
    send(bob, "We are at it.")
    expect(ann.locator("#reply-says")).to_contain_text("answered meanwhile")
    ann.locator("#reply-says").get_by_role("link", name="Look at it").click()
    send(ann)
    expect(ann.locator("#messages").get_by_text("One moment.")).to_be_visible()


def test_a_mention_is_chosen_with_the_keys_and_reaches_the_other(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Who knows about this"))
    ann, bob = opens(path), opens("/tasks", role="supervisor")
    whom = name_of(bob)
    ann.locator("[data-tab=note]").click()
    field = ann.locator("#note-text")
    field.press_sequentially(f"Ask @{whom[:3].lower()}", delay=30)
    options = ann.get_by_role("listbox", name="Whom to mention").get_by_role("option")
    expect(options.filter(has_text=whom).first).to_be_visible()
    for _ in range(options.count()):
        if whom in (options.and_(ann.locator("[aria-selected=true]")).inner_text()):
            break
        field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(f"Ask @{whom} ")
    expect(options).to_have_count(0)
    field.press_sequentially("please")
    ann.locator("#note-form [data-send]").click()
    expect(ann.locator("#messages").get_by_text(f"Ask @{whom} please")).to_be_visible()
    expect(ann.locator(".together")).to_contain_text(whom)
    bob.goto(path)
    unfold(bob)
    expect(bob.locator(".together").get_by_role("button", name="Stop following")).to_be_visible()


def test_it_sleeps_until_the_customer_writes(opens: Open, arrives: Arrives, desk: Desk) -> None:
    question = written("Can wait until Monday")
    path = arrives(question)
    ann = opens(path)
    send(ann, "We shall see on Monday.")
    expect(ann.locator("#messages").get_by_text("We shall see on Monday.")).to_be_visible()
    ann.locator(".together summary", has_text="Put away until").click()
    ann.locator("#snooze-reason").fill("parts are on their way")
    ann.locator(".snooze-form .presets button").last.click()
    expect(ann.locator(".say.snoozed")).to_contain_text("parts are on their way")
    asleep = opens("/?stage=snoozed")
    expect(asleep.locator(f'.row[data-number="{number_in(path)}"]')).to_contain_text("put away until")
    again = written("Re: Can wait until Monday", "It is urgent now!", In_Reply_To=str(question["Message-ID"]))
    desk.send(again, sender="rosa@luna.example")
    expect(ann.locator("#messages").get_by_text("It is urgent now!")).to_be_visible()
    expect(ann.locator(".say.snoozed")).to_have_count(0)


def test_a_hand_over_is_read_and_confirmed_by_the_next_one_on_a_phone(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Goes to somebody else"))
    bob = opens("/tasks", role="supervisor", viewport=NARROW)
    ann = opens(f"{path}/hand-over")
    whom = bob.locator(".bar .whole").text_content() or ""
    ann.get_by_label("To whom").select_option(label=whom)
    ann.get_by_label("What was done").fill("Called them twice.")
    ann.get_by_label("What was promised").fill("A visit on Friday.")
    ann.get_by_role("button", name="Hand over").click()
    expect(ann.locator(".hand-over")).to_contain_text("Not read yet.")
    bob.goto(path)
    card = bob.locator(".hand-over")
    expect(card).to_contain_text("A visit on Friday.")
    card.get_by_role("button", name="I have read it").click()
    expect(card).to_have_count(0)
    expect(ann.locator(".hand-over")).to_have_count(0)


def test_a_task_is_given_done_elsewhere_and_resolving_asks(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Has something to do"))
    ann = opens(path)
    for text in ("Order the part", "Tell the neighbour"):
        ann.locator(".tasks summary", has_text="Add a task").click()
        ann.get_by_label("What is to be done").fill(text)
        ann.get_by_label("By whom").select_option("me")
        ann.locator(".tasks form").get_by_role("button", name="Add", exact=True).click()
        expect(ann.locator(".task", has_text=text)).to_be_visible()
    mine = opens("/tasks")
    mine.locator(".task", has_text="Order the part").get_by_role("button", name="Done").click()
    expect(mine.locator(".task", has_text="Order the part")).to_have_count(0)
    expect(ann.locator(".task.done")).to_contain_text("Order the part")
    ann.keyboard.press("e")
    says = ann.locator("#says")
    expect(says).to_contain_text("1 task is still open.")
    says.get_by_role("button", name="Do it all the same").click()
    expect(ann.locator("#ticket-head")).to_contain_text(re.compile("resolved", re.IGNORECASE))
