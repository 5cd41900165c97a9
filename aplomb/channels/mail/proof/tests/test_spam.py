"""What is held as spam, and what never is."""

import pytest

from aplomb.channels.mail.coming_in import applying
from aplomb.channels.mail.holding import release_mail
from aplomb.channels.mail.models import IncomingMail, SpamWord
from aplomb.channels.mail.proof.spam import (
    LEAST_LEARNT,
    TOTALS,
    combined,
    forget_rare_words,
    learn,
    probability,
    server_verdict,
    spam_words,
)
from aplomb.channels.mail.reading.headers import Headers
from aplomb.channels.mail.reading.parse import parse_mail
from aplomb.channels.mail.tests.letters import letter, taken_in
from aplomb.channels.mail.tokens import new_token, signing_key
from aplomb.tickets.actions.reply import Reply, reply_to_ticket
from tests.cast import Cast

pytestmark = pytest.mark.django_db

State, Hold = IncomingMail.State, IncomingMail.Hold
PILLS = "Cheap miracle pills! Order discount pharmacy meds today, limited offer, casino bonus jackpot winner"
STRANGER = "Lucky <lucky@shop.example>"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"x-spam-flag": ["YES"]}, True),
        ({"x-spam-flag": ["NO"]}, False),
        ({"x-spam-flag": ["NO", "YES"]}, False),
        ({"x-spam-status": ["Yes, score=7.2 required=5.0 tests=BAYES_99"]}, True),
        ({"x-spam-status": ["No, score=-0.1 required=5.0"], "x-spam-level": ["*******"]}, False),
        ({"x-spam-level": ["*****"]}, True),
        ({"x-spam-level": ["****"]}, False),
        ({"x-spam-score": ["12.5"]}, True),
        ({"x-spam-score": ["12"], "x-spam-bar": ["+"]}, False),
        ({"x-spam-score": ["nan and void"]}, None),
        ({"x-rspamd-action": ["add header"]}, True),
        ({"x-rspamd-action": ["no action"]}, False),
        ({"x-ms-exchange-organization-scl": ["-1"]}, False),
        ({"x-ms-exchange-organization-scl": ["9"]}, True),
        ({"x-forefront-antispam-report": ["CIP:192.0.2.1;CTRY:;LANG:en;SCL:6;SRV:;"]}, True),
        ({"x-forefront-antispam-report": ["CIP:192.0.2.1;SCL:1;"]}, False),
    ],
)
def test_marks_of_the_usual_filters_are_read(headers: Headers, expected: bool | None) -> None:
    assert server_verdict(headers).is_spam is expected


def test_a_mark_counts_only_behind_a_configured_server(cast: Cast) -> None:
    assert taken_in(letter(sender=STRANGER, X_Spam_Flag="YES")).state == State.APPLIED
    cast.mailbox.authserv_id = "mx.desk.example"
    cast.mailbox.save()
    row = taken_in(letter("Another one", sender=STRANGER, X_Spam_Status="Yes, score=9.1 required=5"))
    assert (row.state, row.hold, row.verdicts["spam"]) == (State.HELD, Hold.SPAM, "X-Spam-Status 9.1")
    assert "9.1" in row.reason


def test_a_mail_that_its_domain_asks_not_to_take_is_held(cast: Cast) -> None:
    cast.mailbox.authserv_id = "mx.desk.example"
    cast.mailbox.save()
    results = "mx.desk.example; dmarc=fail (p=reject) action=quarantine header.from=bank.example"
    row = taken_in(letter(sender="service@bank.example", Authentication_Results=results))
    assert (row.state, row.hold, row.is_authenticated) == (State.HELD, Hold.SPAM, False)


def taught(cast: Cast, *, spam: int = LEAST_LEARNT, good: int = LEAST_LEARNT) -> None:
    for number in range(spam):
        row = taken_in(letter(f"{PILLS} {number}", sender=f"x{number}@shop{number}.example", subject="Meds"))
        learn(row.pk, is_spam=True)
    for number in range(good):
        row = taken_in(letter(f"The printer in room {number} prints nothing", sender=f"c{number}@firm{number}.example"))
        learn(row.pk, is_spam=False)


def test_nothing_is_judged_before_enough_of_both_kinds_was_learnt(cast: Cast) -> None:
    taught(cast, good=LEAST_LEARNT - 1)
    assert taken_in(letter(PILLS, sender=STRANGER)).state == State.APPLIED
    taught(cast, spam=0, good=1)
    assert probability(spam_words(parse_mail(letter(PILLS, sender=STRANGER).as_bytes()))) > 0.95


def test_what_people_called_spam_is_held_and_what_they_did_not_is_not(cast: Cast) -> None:
    taught(cast)
    row = taken_in(letter(PILLS, sender=STRANGER, subject="Meds"))
    assert (row.state, row.hold) == (State.HELD, Hold.SPAM)
    assert float(str(row.verdicts["words"])) > 0.95
    assert taken_in(letter("The printer is broken, it prints nothing.", sender=STRANGER)).state == State.APPLIED
    assert taken_in(letter("Ελάτε αύριο παρακαλώ", sender=STRANGER)).state == State.APPLIED
    assert taken_in(letter("", sender=STRANGER)).state == State.APPLIED


def test_who_was_answered_before_or_answers_our_mail_is_never_held_for_words(cast: Cast) -> None:
    taught(cast)
    assert taken_in(letter(PILLS, subject="Meds")).state == State.HELD
    reply_to_ticket(cast.ticket.number, Reply(text="We look into it."), by=cast.ada)
    assert taken_in(letter(PILLS + " again", subject="Meds")).state == State.APPLIED
    token = f"<{new_token(cast.greek.number, signing_key())}@desk.example>"
    assert taken_in(letter(PILLS, sender=STRANGER, In_Reply_To=token)).state == State.APPLIED
    forged = f"<{new_token(cast.greek.number, b'another key')}@desk.example>"
    assert taken_in(letter(PILLS + " more", sender=STRANGER, In_Reply_To=forged)).state == State.HELD


def test_learning_twice_is_once_and_the_other_way_takes_it_back(cast: Cast) -> None:
    row = taken_in(letter("jackpot", sender=STRANGER))
    for _time in range(2):
        learn(row.pk, is_spam=True)
    word, totals = SpamWord.objects.get(word="jackpot"), SpamWord.objects.get(word=TOTALS)
    assert (word.spam, word.good, totals.spam, totals.good) == (1, 0, 1, 0)
    learn(row.pk, is_spam=False)
    word, totals = SpamWord.objects.get(word="jackpot"), SpamWord.objects.get(word=TOTALS)
    assert (word.spam, word.good, totals.spam, totals.good) == (0, 1, 0, 1)


def test_a_released_mail_is_not_held_again(cast: Cast) -> None:
    taught(cast)
    row = taken_in(letter(PILLS, sender=STRANGER, subject="Meds"))
    assert release_mail(row, by=cast.ada)
    applying.apply(row.pk)
    row.refresh_from_db()
    assert row.state == State.APPLIED


def test_the_vocabulary_stays_within_its_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aplomb.channels.mail.proof.spam.MOST_WORDS", 3)
    SpamWord.objects.bulk_create(
        [SpamWord(word="rare", spam=1), SpamWord(word="seldom", good=2), SpamWord(word="often", spam=9, good=1)]
        + [SpamWord(word=TOTALS, spam=9, good=9)]
    )
    forget_rare_words()
    assert set(SpamWord.objects.values_list("word", flat=True)) == {"seldom", "often", TOTALS}


def test_words_of_every_script_count_once_and_hidden_letters_do_not_help() -> None:
    mail = letter(
        "Vi\u200bagra VIAGRA viagra 無料登録 123456 https://u@spam.example/x", sender="a@b.example", subject=""
    )
    found = spam_words(parse_mail(mail.as_bytes()))
    assert found.count("viagra") == 1
    assert {"無料", "料登", "登録", "link:spam.example", "from:b.example"} <= set(found)
    assert "123456" not in found


def test_few_or_contrary_words_decide_nothing() -> None:
    assert combined([0.99] * 5) == 0.5
    assert combined([0.99] * 12) > 0.99
    assert combined([0.01] * 12) < 0.01
    assert 0.4 < combined([0.99] * 6 + [0.01] * 6) < 0.6
    assert combined([1.0] * 300) <= 1.0
