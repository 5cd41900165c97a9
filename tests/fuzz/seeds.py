"""What fuzzing begins with: the mails of tests/mail, and the pieces of them that a target reads."""

from pathlib import Path

from aplomb.channels.mail.reading.parse import Unparsable, parse_mail

MAILS = Path(__file__).parent.parent / "mail"
LARGEST_SEED = 30_000
MOST_SEEDS = 400

HOSTILE_HTML = (
    '<a href="https://evil.example">bank.example</a>',
    '<img src="https://x.example/a.png" srcset="//y.example 2x"><video poster="//z.example">',
    '<p style="background:url(//x.example);position:fixed;color:red">a</p>',
    "<svg><style><!--</style><img src=x onerror=alert(1)>--></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    '<form action="javascript:alert(1)"><button>go</button></form><base href="//x.example"><meta http-equiv=refresh content=0>',
)
RESULTS = (
    "mx.desk.example 1; spf=pass (a (b) c) smtp.mailfrom=a@b.example; dkim=pass header.d=b.example",
    'mx.desk.example; dkim/1=fail reason="b\\"ad" header . d = "x y"@z.example; dmarc=fail',
)


def mails() -> list[bytes]:
    """The fixtures, small ones only, in a steady order."""
    found = [path.read_bytes() for path in sorted(MAILS.rglob("*.eml")) if path.stat().st_size <= LARGEST_SEED]
    return found[:: max(1, len(found) // MOST_SEEDS)][:MOST_SEEDS]


def seeds_of(name: str) -> list[bytes]:
    """The seeds of a target."""
    if name == "results":
        return [each.encode() for each in RESULTS]
    if name in ("mail", "bounce"):
        return mails()
    found: list[bytes] = [each.encode() for each in HOSTILE_HTML] if name == "html" else []
    for raw in mails():
        try:
            mail = parse_mail(raw)
        except Unparsable:
            continue
        if name == "quotes":
            found.append(f"{mail.text}\x01{mail.html or ''}".encode())
        elif mail.html:
            found.append(mail.html.encode())
    return found


def write_seeds(name: str, folder: Path) -> None:
    """Write the seeds of a target as files."""
    for number, seed in enumerate(seeds_of(name)):
        (folder / f"seed-{number}").write_bytes(seed)
