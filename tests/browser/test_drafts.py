"""What somebody writes is theirs, is kept, and goes only where it was meant to go."""

import base64

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Arrives, Open, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIVE = """(place, { how, name, type, base64, size }) => {
  const bytes = base64 ? Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)) : new Uint8Array(size);
  const given = new DataTransfer();
  given.items.add(new File([bytes], name, { type }));
  const about = { bubbles: true, cancelable: true };
  place.dispatchEvent(how === "paste" ? new ClipboardEvent("paste", { ...about, clipboardData: given })
    : new DragEvent("drop", { ...about, dataTransfer: given }));
}"""


def give(place: Locator, how: str, name: str, *, type: str = "", content: bytes = b"", size: int = 0) -> None:
    """Paste or drop a file: its content, or so many bytes of nothing."""
    encoded = base64.b64encode(content).decode()
    place.evaluate(GIVE, {"how": how, "name": name, "type": type, "base64": encoded, "size": size})


def saved(page: Page, kind: str, text: str) -> None:
    page.locator(f"[data-tab={kind}]").click()
    page.locator(f"#{kind}-text").fill(text)
    expect(page.locator(f"#{kind}-form [data-state]")).to_contain_text("saved")


def texts(page: Page) -> list[str]:
    return [page.locator(f"#{kind}-text").input_value() for kind in ("reply", "note")]


def cut_off_from_news(page: Page) -> None:
    """The page hears of nothing that others do, as behind a line that is down for a moment."""

    def refuse(route: Route) -> None:
        route.abort()

    page.context.route("**/live", refuse)
    page.reload(wait_until="domcontentloaded")


def test_a_reply_and_a_note_never_share_a_text(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Avocet drafts")))
    saved(page, "reply", "Dear Rosa, a technician comes.")
    saved(page, "note", "She has not paid since May.")
    assert texts(page) == ["Dear Rosa, a technician comes.", "She has not paid since May."]
    page.locator("[data-tab=note]").click()
    page.locator("#note-form [data-send]").click()
    expect(page.locator("#messages .msg.note", has_text="She has not paid since May.")).to_be_visible()
    expect(page.locator("#note-text")).to_have_value("")
    expect(page.locator("#reply-text")).to_have_value("Dear Rosa, a technician comes.")
    page.locator("[data-tab=reply]").click()
    page.locator("#reply-form [data-send]").click()
    sent = page.locator("#messages .msg.reply")
    expect(sent).to_contain_text("Dear Rosa, a technician comes.")
    expect(sent).not_to_contain_text("paid")


def test_a_note_says_that_it_is_one_and_a_reply_to_whom_it_goes(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Godwit drafts")))
    expect(page.locator("#reply-form [data-send]")).to_have_text("Send to Rosa Luna")
    surface = "each => getComputedStyle(each).backgroundColor"
    reply = page.locator("#reply-form").evaluate(surface)
    page.locator("[data-tab=note]").click()
    expect(page.locator("#note-form [data-send]")).to_have_text("Keep the note")
    expect(page.locator("#note-form")).to_contain_text("The customer never sees this.")
    assert page.locator("#note-form").evaluate(surface) != reply


def test_a_draft_survives_a_reload_and_waits_in_another_browser_of_the_same_person(
    opens: Open, arrives: Arrives
) -> None:
    path = arrives(written("Whimbrel drafts"))
    page = opens(path)
    saved(page, "reply", "Καλημέρα, το εξετάζουμε.")
    saved(page, "note", "Să sunăm mâine.")
    page.reload(wait_until="domcontentloaded")
    assert texts(page) == ["Καλημέρα, το εξετάζουμε.", "Să sunăm mâine."]
    assert texts(opens(path)) == ["Καλημέρα, το εξετάζουμε.", "Să sunăm mâine."]
    assert texts(opens(path, role="supervisor")) == ["", ""]


def test_words_typed_right_before_a_reload_are_not_lost(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Knot drafts")))
    page.locator("#reply-text").press_sequentially("The last words")
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("#reply-text")).to_have_value("The last words")
    expect(page.locator("#reply-form [data-state]")).to_contain_text("saved")
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("#reply-text")).to_have_value("The last words")


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_file_is_attached_by_paste_and_by_drop_and_goes_with_the_reply(
    opens: Open, arrives: Arrives, how: str
) -> None:
    page = opens(arrives(written(f"Turnstone {how}")))
    page.locator("#reply-text").fill("See the picture.")
    give(page.locator("#reply-text"), how, "plan.png", type="image/png", content=PIXEL)
    upload = page.locator("#reply-form .upload")
    expect(upload).to_contain_text("plan.png")
    expect(page.locator("#note-form .upload")).to_have_count(0)
    page.reload(wait_until="domcontentloaded")
    expect(upload).to_contain_text("plan.png")
    page.locator("#reply-form [data-send]").click()
    expect(page.locator("#messages .msg.reply .files")).to_contain_text("plan.png")
    expect(upload).to_have_count(0)


def test_an_attached_file_is_taken_away_again(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Dotterel file")))
    page.locator("#reply-text").fill("Without it.")
    give(page.locator("#reply-text"), "drop", "wrong.txt", type="text/plain", content=b"no")
    page.get_by_role("button", name="Remove wrong.txt").click()
    expect(page.locator("#reply-form .upload")).to_have_count(0)
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("#reply-form .upload")).to_have_count(0)


def test_a_file_that_is_empty_or_too_large_is_refused_where_it_was_dropped(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Redshank file")))
    page.locator("#reply-text").fill("With a film.")
    give(page.locator("#reply-text"), "drop", "nothing.pdf", type="application/pdf")
    wrong = page.locator("#reply-form .uploads [role=alert]")
    expect(wrong).to_have_text("nothing.pdf is empty.")
    give(page.locator("#reply-text"), "drop", "film.mp4", type="video/mp4", size=26 * 1024 * 1024)
    expect(wrong.last).to_contain_text("film.mp4 is too large")
    expect(page.locator("#reply-form .upload")).to_have_count(0)
    expect(page.locator("#reply-text")).to_have_value("With a film.")


def test_the_second_of_two_replies_says_that_the_ticket_changed_and_goes_after_a_look(
    opens: Open, arrives: Arrives
) -> None:
    path = arrives(written("Ruff twice"))
    first, second = opens(path), opens(path, role="supervisor")
    cut_off_from_news(second)
    second.locator("#reply-text").fill("From Graham.")
    first.locator("#reply-text").fill("From Maeve.")
    first.locator("#reply-form [data-send]").click()
    expect(first.locator("#messages .msg.reply")).to_contain_text("From Maeve.")

    second.locator("#reply-form [data-send]").click()
    why = second.locator("#reply-says [role=alert]")
    expect(why).to_contain_text("While you were writing")
    expect(why).to_contain_text("Your text is kept.")
    expect(second.locator("#reply-text")).to_have_value("From Graham.")
    expect(second.locator("#messages .msg.reply")).to_have_count(1)
    # what the other one wrote stands in the difference itself
    expect(why).to_contain_text("From Maeve.")
    why.get_by_role("button", name="Send all the same").click()
    expect(second.locator("#messages .msg.reply", has_text="From Graham.")).to_be_visible()
    expect(first.locator("#messages .msg.reply", has_text="From Graham.")).to_be_visible()


def test_whoever_writes_is_told_that_a_colleague_has_answered(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Sanderling twice"))
    first, second = opens(path), opens(path, role="supervisor")
    second.locator("#reply-text").fill("I was about to say")
    first.locator("#reply-text").fill("Done by Maeve.")
    first.locator("#reply-form [data-send]").click()
    expect(second.locator("#messages .msg.reply", has_text="Done by Maeve.")).to_be_visible()
    expect(second.locator("#reply-says")).to_contain_text("answered meanwhile.")
    expect(second.locator("#reply-text")).to_have_value("I was about to say")
    expect(second.locator("#reply-text")).to_be_focused()
