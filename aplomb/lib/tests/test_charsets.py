"""Charsets told by the letters that come out of them."""

import os

import pytest

from aplomb.lib.charsets import judge
from aplomb.lib.mailtext import decode_bytes, decode_mixed, undoubled

TEXTS = {
    "cp1253": "Καλημέρα σας, δεν έχω λάβει ακόμη την παραγγελία μου.",
    "iso8859_7": "Άλλη μια φορά: η εκτυπώτρια δεν τυπώνει.",
    "cp1250": "Dzień dobry, proszę o pomoc, drukarka nie działa. Życzę miłego dnia, źródło błędu.",
    "iso8859_2": "Dobrý den, tiskárna nefunguje, prosím o pomoc. Žluťoučký kůň přeje hezký den.",
    "cp1252": "¿Cuándo llegará el envío? Mañana será el último día según la garantía.",
    "cp1254": "Merhaba, yazıcı çalışmıyor, lütfen yardım edin. Teşekkür ederim, iyi günler.",
    "cp1251": "Здравствуйте, принтер не работает, пожалуйста помогите.",
    "koi8_r": "Заказ не пришёл, перезвоните мне сегодня.",
    "iso8859_5": "Здравствуйте, принтер не работает, пожалуйста помогите.",
    "koi8_u": "Добрий день, принтер не працює, допоможіть будь ласка. Дякую, її єдиний.",
    "cp1255": "שלום, המדפסת לא עובדת, אנא עזרו לי. תודה רבה!",
    "cp1256": "مرحبا، الطابعة لا تعمل، الرجاء المساعدة. شكرا جزيلا",
    "cp874": "สวัสดีครับ เครื่องพิมพ์ไม่ทำงาน กรุณาช่วยด้วย ขอบคุณครับ",
    "cp932": "こんにちは。プリンターが動きません。助けてください。",
    "euc_jp": "こんにちは。プリンターが動きません。助けてください。",
    "gb18030": "您好,打印机不能工作,请帮助我们。谢谢!订单号是12345。",
    "big5": "您好,印表機無法運作,請幫助我們。謝謝!訂單號碼是12345。",
    "cp949": "안녕하세요, 프린터가 작동하지 않습니다. 도와주세요. 감사합니다.",
}


@pytest.mark.parametrize("label", [None, "us-ascii", "utf-8", "iso-8859-1", "x-unknown"])
@pytest.mark.parametrize("codec", TEXTS)
def test_a_text_is_read_without_a_label_or_under_a_wrong_one(codec: str, label: str | None) -> None:
    assert decode_bytes(TEXTS[codec].encode(codec), label) == TEXTS[codec]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Ναι", "cp1253"),
        ("Άδεια", "iso8859_7"),
        ("OK thanks, Γιώργος", "cp1253"),
        ("Señor Núñez", "cp1252"),
        ("È così", "cp1252"),
        ("1º piano, 2ª porta", "cp1252"),
        ("São Paulo, amanhã", "cp1252"),
        ("Noël Gérard", "cp1252"),
        ("Jiří Dvořák", "cp1250"),
        ("Łukasz", "cp1250"),
        ("Заказ", "cp1251"),
        ("Привет", "koi8_r"),
        ("10€ – “ok”", "cp1252"),
        ("25°C ± 2, ©2026 Acme®", "cp1252"),
        ("Bună", "cp1250"),
    ],
)
def test_a_few_words_are_enough(text: str, codec: str) -> None:
    assert decode_bytes(text.encode(codec)) == text


def test_a_label_that_makes_words_is_believed() -> None:
    assert decode_bytes("Đorđe".encode("cp1250"), "windows-1250") == "Đorđe"
    assert decode_bytes(b"\xcd\xe1\xe9", "windows-1253") == "Ναι"
    assert decode_bytes(b"\xcd\xe1\xe9", "iso-8859-1") != ""


def test_nothing_to_judge_is_none() -> None:
    assert judge(b"") is None
    assert judge(b"plain words") is None


def test_any_bytes_are_judged() -> None:
    assert decode_bytes(os.urandom(50_000), None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("seÃ±al y lÃ\xadnea", "señal y línea"),
        ("Îš±", "Îš±"),
        ("ÎšÎ±Î»Î·", "Καλη"),
        ("cafÃ©", "cafÃ©"),
        ("It shows cafÃ© and crÃ¨me, not café", "It shows cafÃ© and crÃ¨me, not café"),
        ("plain", "plain"),
    ],
)
def test_doubled_text_is_undone_only_when_certain(text: str, read: str) -> None:
    assert undoubled(text) == read


def test_words_of_one_line_may_be_in_two_charsets() -> None:
    assert decode_mixed("Παραγγελία ".encode() + "από χθες".encode("cp1253")) == "Παραγγελία από χθες"
