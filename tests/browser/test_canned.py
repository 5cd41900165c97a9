"""A canned reply from the list to the customer, and a letter from the editor into force, as their users do it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Arrives, Open, written

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SELECTED = """() => {
  const field = document.getElementById("reply-text");
  return field.value.slice(field.selectionStart, field.selectionEnd);
}"""


def selected(page: Page) -> str:
    return str(page.evaluate(SELECTED))


def test_a_canned_reply_is_inserted_made_personal_and_sent_by_keys(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Heron printer")))
    page.keyboard.press("i")
    expect(page.locator("#canned-find")).to_be_focused()
    expect(page.locator("#canned-list [role=option]").nth(11)).to_be_attached()
    page.keyboard.type("serial")
    expect(page.locator("#canned-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    field, strip = page.locator("#reply-text"), page.locator("[data-marks]")
    expect(field).to_be_focused()
    expect(strip).to_contain_text("3 places to make personal")
    assert selected(page) == "[[the device, as the customer names it]]"
    page.keyboard.type("your printer")
    expect(strip).to_contain_text("2 places to make personal")
    page.keyboard.press("Tab")
    assert selected(page) == "[[what is checked]]"
    page.keyboard.press("Tab")
    assert selected(page) == "[[day and time]]"
    page.keyboard.type("tomorrow at noon")
    page.keyboard.press("Shift+Tab")
    assert selected(page) == "[[what is checked]]"
    expect(strip).to_contain_text("1 place to make personal")
    # a mark that is left asks before it goes, and says which
    page.keyboard.press("Control+Enter")
    asks = page.locator("#reply-says")
    expect(asks).to_contain_text("1 place is still to be made personal: [[what is checked]].")
    expect(field).to_have_value(re.compile("your printer"))
    strip.get_by_role("button", name="Go to: what is checked").click()
    assert selected(page) == "[[what is checked]]"
    page.keyboard.type("the warranty")
    expect(strip).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .msg.reply", has_text="check the warranty")).to_be_visible()
    expect(field).to_have_value("")


def test_what_is_left_can_be_sent_on_purpose(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Plover marks")))
    page.locator("#reply-text").fill("See [[the manual]].")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator("#messages .msg.reply", has_text="See [[the manual]].")).to_be_visible()


def test_a_shortcut_at_the_beginning_of_a_line_inserts_where_it_stands(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Wigeon shortcut")))
    field = page.locator("#reply-text")
    field.focus()
    page.keyboard.type("and/or /no\n/thanks")
    expect(page.locator("#canned-inline [role=option]").first).to_contain_text("Thanks for patience")
    page.keyboard.press("Tab")
    expect(field).to_have_value(re.compile(r"^and/or /no\n\nHello Rosa Luna,\n\nThank you for your patience"))
    assert selected(page) == "[[the matter]]"
    # it is one step for the browser: taken out again as any typing
    page.keyboard.press("Control+z")
    expect(field).to_have_value("and/or /no\n/thanks")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.type("/nosuchreply")
    expect(page.locator("#canned-inline")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()


def test_words_around_the_cursor_stay(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Godwit cursor")))
    field = page.locator("#reply-text")
    field.fill("Before.After.")
    field.evaluate("each => each.setSelectionRange(7, 7)")
    page.locator("[data-canned]").click()
    page.locator("#canned-find").fill("goodwill")
    expect(page.locator("#canned-list [role=option]")).to_have_count(1)
    page.locator("#canned-list [role=option]").click()
    expect(field).to_have_value(re.compile(r"^Before\.\n\nHello Rosa Luna,(.|\n)*Kind regards,\n\nAfter\.$"))


def test_the_reply_is_in_the_customers_language(opens: Open, arrives: Arrives) -> None:
    text = (
        "Καλησπέρα σας, το ίντερνετ δεν λειτουργεί από χθες το πρωί και δεν μπορώ να εργαστώ. Μπορείτε να με βοηθήσετε;"
    )
    mail = written("Χωρίς σύνδεση σήμερα", text)
    mail.replace_header("From", "Ελένη Δήμου <eleni@luna.example>")
    page = opens(arrives(mail, sender="eleni@luna.example"))
    page.keyboard.press("i")
    page.keyboard.type("line")
    expect(page.locator("#canned-list [role=option]").first).to_contain_text("σας ευχαριστούμε")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text")).to_have_value(re.compile("Με εκτίμηση,"))


def test_a_note_takes_no_canned_reply(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Dunlin note")))
    page.keyboard.press("n")
    page.keyboard.type("/thanks")
    expect(page.locator("#canned-inline")).to_have_count(0)
    expect(page.locator("#note-form [data-canned]")).to_have_count(0)


def test_without_scripts_a_canned_reply_goes_into_the_draft(opens: Open, arrives: Arrives) -> None:
    path = arrives(written("Knot plain"))
    page = opens(path, java_script_enabled=False)
    page.locator("[data-canned]").click()
    page.get_by_role("button", name=re.compile("Insert.*Apology for a delay")).click()
    expect(page.locator("#reply-text")).to_have_value(re.compile(r"^Hello Rosa Luna,\n\nWe had promised"))


def test_on_a_phone_the_list_and_the_strip_fit(opens: Open, arrives: Arrives) -> None:
    page = opens(arrives(written("Stint phone")), viewport=NARROW, has_touch=True)
    page.locator("#reply-text").tap()
    page.locator("[data-canned]").tap()
    page.locator("#canned-list [role=option]").first.tap()
    expect(page.locator("[data-marks]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_an_administrator_writes_a_version_and_puts_it_in_force_and_an_agent_uses_it(
    opens: Open, arrives: Arrives
) -> None:
    page = opens("/settings/letters/add", role="administrator")
    page.locator("#id_name").fill("Spare router")
    page.locator("#id_shortcut").fill("spare")
    page.locator("#id_language").select_option("en")
    page.locator("main form.stack button.button").click()
    field, frame = page.locator("#id_body"), page.frame_locator("[data-frames] iframe:not(.coming)")
    field.fill("{greeting}\n\nA spare router goes to [[the address]], {custmer_name}.")
    expect(frame.locator("body")).to_contain_text("there is no variable {custmer_name}")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("main [role=alert]")).to_contain_text("Is {customer_name} meant?")
    field.fill("{greeting}\n\nA spare router goes to [[the address]], {customer_name}.")
    expect(frame.locator("body")).to_contain_text("goes to [[the address]], Cleo Whitfield.")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("link", name="Put in force…").click()
    page.get_by_role("button", name="Put in force").click()
    expect(page.locator("#says")).to_contain_text("It is in force now.")
    agents = opens(arrives(written("Curlew spare")))
    agents.locator("#reply-text").focus()
    agents.keyboard.type("/spare")
    expect(agents.locator("#canned-inline [role=option]")).to_have_count(1)
    agents.keyboard.press("Enter")
    expect(agents.locator("#reply-text")).to_have_value(
        "Hello Rosa Luna,\n\nA spare router goes to [[the address]], Rosa Luna."
    )


def test_two_who_edit_the_same_text_are_told_and_lose_nothing(opens: Open) -> None:
    first = opens("/settings/letters/handing-over/in/ro", role="administrator")
    second = opens("/settings/letters/handing-over/in/ro", role="administrator")
    first.locator("#id_body").fill("{greeting}\n\nunu")
    first.get_by_role("button", name="Save the draft").click()
    expect(first.locator("#says")).to_contain_text("The draft is saved.")
    second.locator("#id_body").fill("{greeting}\n\ndoi")
    second.get_by_role("button", name="Save the draft").click()
    told = second.locator("main [role=alert]")
    expect(told).to_contain_text("Somebody else saved this text while you wrote.")
    expect(told.locator("del")).to_contain_text("unu")
    expect(told.locator("ins")).to_contain_text("doi")
    expect(second.locator("#id_body")).to_have_value("{greeting}\n\ndoi")
    second.get_by_role("button", name="Save the draft").click()
    expect(second.locator("#says")).to_contain_text("The draft is saved.")
    expect(second.locator("#id_body")).to_have_value("{greeting}\n\ndoi")
