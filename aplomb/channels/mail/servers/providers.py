"""Mail services that many use: their servers, how one signs in there, and by what their domains are known. Data only.

Facts from the services' own help pages and from the settings that they publish. A service is known by the domain of the
address, or by where mail for the domain goes: the end of a name in its MX records (RFC 5321 section 5.1).
"""

from dataclasses import dataclass
from enum import StrEnum


class Ways(StrEnum):
    """What a service takes from a program that signs in."""

    # the one that people type
    USUAL = "password"
    # a password made for one program, in the account's settings
    APP = "app-password"
    # consent or a password made for one program
    CONSENT_OR_APP = "consent-or-app-password"
    CONSENT = "consent"
    # a program of theirs on one's own machine stands between
    BRIDGE = "bridge"
    # no programs at all
    NONE = "none"


@dataclass(frozen=True)
class Place:
    """A server: host, port, and tls, starttls or plain."""

    host: str
    port: int
    security: str = "tls"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A mail service. `login` is the name on the server: %EMAILADDRESS% or %EMAILLOCALPART%.

    `must_switch_on`: IMAP is off until its owner switches it on. `oauth`: the value of MailGrant.Service.
    """

    key: str
    name: str
    imap: Place | None
    smtp: Place | None
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    ways: Ways = Ways.USUAL
    login: str = "%EMAILADDRESS%"
    must_switch_on: bool = False
    oauth: str = ""


def _simple(key: str, name: str, imap: str, smtp: str, *domains: str, mx: tuple[str, ...] = ()) -> Provider:
    """The common shape: the whole address and a password, TLS on 993 and 465."""
    return Provider(key=key, name=name, imap=Place(imap, 993), smtp=Place(smtp, 465), domains=domains, mx=mx)


def _ionos(top: str) -> Provider:
    return _simple(
        f"ionos.{top}",
        "IONOS",
        f"imap.ionos.{top}",
        f"smtp.ionos.{top}",
        mx=(f"ionos.{top}", f"1and1.{top}"),
    )


def _zoho(top: str, *domains: str) -> Provider:
    return Provider(
        key=f"zoho.{top}",
        name="Zoho Mail",
        imap=Place(f"imap.zoho.{top}", 993),
        smtp=Place(f"smtp.zoho.{top}", 465),
        domains=domains,
        mx=(f"zoho.{top}", f"zohomail.{top}"),
        ways=Ways.APP,
        must_switch_on=True,
    )


def _app(key: str, name: str, imap: Place, smtp: Place, *domains: str, mx: tuple[str, ...] = ()) -> Provider:
    return Provider(key=key, name=name, imap=imap, smtp=smtp, domains=domains, mx=mx, ways=Ways.APP)


_LARGE = (
    Provider(
        key="google",
        name="Google",
        imap=Place("imap.gmail.com", 993),
        smtp=Place("smtp.gmail.com", 465),
        domains=("gmail.com", "googlemail.com", "google.com"),
        mx=("google.com", "googlemail.com"),
        ways=Ways.CONSENT_OR_APP,
        oauth="google",
    ),
    # before Microsoft 365: its MX is the longer one
    Provider(
        key="outlook",
        name="Outlook.com",
        imap=Place("outlook.office365.com", 993),
        smtp=Place("smtp-mail.outlook.com", 587, "starttls"),
        domains=(
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "outlook.es",
            "outlook.it",
            "outlook.fr",
            "outlook.de",
            "outlook.com.gr",
            "hotmail.es",
            "hotmail.it",
            "hotmail.fr",
            "hotmail.de",
            "hotmail.gr",
            "hotmail.co.uk",
            "live.it",
            "live.fr",
            "live.co.uk",
            "windowslive.com",
            "passport.com",
        ),
        mx=("olc.protection.outlook.com", "hotmail.com"),
        ways=Ways.CONSENT,
        must_switch_on=True,
        oauth="microsoft",
    ),
    Provider(
        key="microsoft365",
        name="Microsoft 365",
        imap=Place("outlook.office365.com", 993),
        smtp=Place("smtp.office365.com", 587, "starttls"),
        domains=("onmicrosoft.com",),
        mx=("mail.protection.outlook.com", "mx.microsoft", "mail.eo.outlook.com"),
        ways=Ways.CONSENT,
        oauth="microsoft",
    ),
    _app(
        "yahoo",
        "Yahoo Mail",
        Place("imap.mail.yahoo.com", 993),
        Place("smtp.mail.yahoo.com", 465),
        *("yahoo.com", "ymail.com", "rocketmail.com", "yahoo.co.uk", "yahoo.es", "yahoo.it", "yahoo.fr", "yahoo.de"),
        *("yahoo.gr", "yahoo.ro", "yahoo.com.br", "yahoo.com.ar", "yahoo.com.mx", "yahoo.ca", "yahoo.in"),
        mx=("yahoodns.net",),
    ),
    _app("aol", "AOL", Place("imap.aol.com", 993), Place("smtp.aol.com", 465), "aol.com", "aim.com", "verizon.net"),
    Provider(
        key="icloud",
        name="iCloud",
        imap=Place("imap.mail.me.com", 993),
        smtp=Place("smtp.mail.me.com", 587, "starttls"),
        domains=("icloud.com", "me.com", "mac.com"),
        mx=("mail.icloud.com",),
        ways=Ways.APP,
    ),
    _app(
        "fastmail",
        "Fastmail",
        Place("imap.fastmail.com", 993),
        Place("smtp.fastmail.com", 465),
        *("fastmail.com", "fastmail.fm", "messagingengine.com"),
        mx=("messagingengine.com",),
    ),
    _zoho("com", "zoho.com", "zohomail.com"),
    _zoho("eu", "zoho.eu", "zohomail.eu"),
    _zoho("in", "zoho.in", "zohomail.in"),
    Provider(
        key="proton",
        name="Proton Mail",
        # where Bridge listens on the machine on which it runs
        imap=Place("127.0.0.1", 1143, "starttls"),
        smtp=Place("127.0.0.1", 1025, "starttls"),
        domains=("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
        mx=("protonmail.ch",),
        ways=Ways.BRIDGE,
    ),
    Provider(
        key="tuta",
        name="Tuta",
        imap=None,
        smtp=None,
        domains=("tuta.com", "tutanota.com", "tutanota.de", "tutamail.com", "tuta.io", "keemail.me"),
        mx=("tutanota.de",),
        ways=Ways.NONE,
    ),
    _app(
        "yandex",
        "Yandex",
        Place("imap.yandex.com", 993),
        Place("smtp.yandex.com", 465),
        *("yandex.com", "yandex.ru", "ya.ru", "yandex.by", "yandex.kz", "yandex.ua"),
        mx=("mx.yandex.net", "mx.yandex.ru", "yandex.net"),
    ),
    _app(
        "mail.ru",
        "Mail.ru",
        Place("imap.mail.ru", 993),
        Place("smtp.mail.ru", 465),
        *("mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"),
        mx=("mail.ru",),
    ),
)

_GERMAN = (
    Provider(
        key="gmx",
        name="GMX",
        imap=Place("imap.gmx.net", 993),
        smtp=Place("mail.gmx.net", 465),
        domains=("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.eu"),
        mx=("gmx.net",),
        must_switch_on=True,
    ),
    Provider(
        key="gmx.com",
        name="GMX",
        imap=Place("imap.gmx.com", 993),
        smtp=Place("mail.gmx.com", 465),
        domains=("gmx.com", "gmx.us", "gmx.co.uk", "gmx.es", "gmx.fr", "gmx.it"),
        must_switch_on=True,
    ),
    Provider(
        key="web.de",
        name="WEB.DE",
        imap=Place("imap.web.de", 993),
        smtp=Place("smtp.web.de", 587, "starttls"),
        domains=("web.de", "email.de"),
        mx=("web.de",),
        must_switch_on=True,
    ),
    Provider(
        key="mail.com",
        name="mail.com",
        imap=Place("imap.mail.com", 993),
        smtp=Place("smtp.mail.com", 587, "starttls"),
        domains=("mail.com", "email.com", "usa.com", "consultant.com", "europe.com"),
        mx=("mx00.mail.com", "mx01.mail.com"),
        must_switch_on=True,
    ),
    _simple("t-online", "Telekom", "secureimap.t-online.de", "securesmtp.t-online.de", "t-online.de", "magenta.de"),
    Provider(
        key="freenet",
        name="freenet",
        imap=Place("mx.freenet.de", 993),
        smtp=Place("mx.freenet.de", 587, "starttls"),
        domains=("freenet.de",),
        must_switch_on=True,
    ),
    *(_ionos(each) for each in ("de", "com", "es", "fr", "it", "co.uk", "mx")),
    _simple("kundenserver", "IONOS", "imap.ionos.de", "smtp.ionos.de", mx=("kundenserver.de", "ui-dns.de")),
    _simple("strato", "STRATO", "imap.strato.de", "smtp.strato.de", mx=("rzone.de", "strato.de")),
    _simple("hetzner", "Hetzner", "mail.your-server.de", "mail.your-server.de", mx=("your-server.de",)),
    _simple("posteo", "Posteo", "posteo.de", "posteo.de", "posteo.de", "posteo.net", "posteo.org", mx=("posteo.de",)),
    _simple("mailbox.org", "mailbox.org", "imap.mailbox.org", "smtp.mailbox.org", "mailbox.org", mx=("mailbox.org",)),
)

_ITALIAN = (
    _simple(
        "libero",
        "Libero Mail",
        "imapmail.libero.it",
        "smtp.libero.it",
        *("libero.it", "inwind.it", "iol.it", "blu.it", "giallo.it"),
        mx=("libero.it",),
    ),
    _simple("virgilio", "Virgilio Mail", "in.virgilio.it", "out.virgilio.it", "virgilio.it"),
    _simple("pec.aruba", "Aruba PEC", "imaps.pec.aruba.it", "smtps.pec.aruba.it", mx=("pec.aruba.it",)),
    _simple("aruba", "Aruba", "imaps.aruba.it", "smtps.aruba.it", "aruba.it", "technet.it", mx=("aruba.it",)),
    _simple("tiscali", "Tiscali", "imap.tiscali.it", "smtp.tiscali.it", "tiscali.it"),
    Provider(
        key="alice",
        name="TIM",
        imap=Place("in.alice.it", 143, "starttls"),
        smtp=Place("out.alice.it", 587, "starttls"),
        domains=("alice.it",),
    ),
)

_FRENCH_AND_SWISS = (
    _simple("ovh", "OVHcloud", "ssl0.ovh.net", "ssl0.ovh.net", mx=("mail.ovh.net", "mx.ovh.net", "ovh.net")),
    _simple("infomaniak", "Infomaniak", "mail.infomaniak.com", "mail.infomaniak.com", "ik.me", mx=("infomaniak.ch",)),
    _simple("gandi", "Gandi", "mail.gandi.net", "mail.gandi.net", mx=("mail.gandi.net",)),
    _simple("orange", "Orange", "imap.orange.fr", "smtp.orange.fr", "orange.fr", "wanadoo.fr"),
    Provider(
        key="free",
        name="Free",
        imap=Place("imap.free.fr", 993),
        smtp=Place("smtp.free.fr", 465),
        domains=("free.fr",),
        login="%EMAILLOCALPART%",
    ),
    _simple("sfr", "SFR", "imap.sfr.fr", "smtp.sfr.fr", "sfr.fr", "neuf.fr"),
    _simple("laposte", "La Poste", "imap.laposte.net", "smtp.laposte.net", "laposte.net"),
    _simple("bluewin", "Bluewin", "imaps.bluewin.ch", "smtpauths.bluewin.ch", "bluewin.ch"),
)

_OTHERS = (
    _simple("migadu", "Migadu", "imap.migadu.com", "smtp.migadu.com", mx=("migadu.com",)),
    _simple("hostinger", "Hostinger", "imap.hostinger.com", "smtp.hostinger.com", mx=("hostinger.com",)),
    _simple("rackspace", "Rackspace", "secure.emailsrvr.com", "secure.emailsrvr.com", mx=("emailsrvr.com",)),
    _simple("namecheap", "Namecheap", "mail.privateemail.com", "mail.privateemail.com", mx=("privateemail.com",)),
    _simple("godaddy", "GoDaddy", "imap.secureserver.net", "smtpout.secureserver.net", mx=("secureserver.net",)),
    _simple("wp.pl", "Poczta WP", "imap.wp.pl", "smtp.wp.pl", "wp.pl"),
    _simple("o2.pl", "Poczta o2", "poczta.o2.pl", "poczta.o2.pl", "o2.pl", "tlen.pl"),
    _simple("onet", "Onet Poczta", "imap.poczta.onet.pl", "smtp.poczta.onet.pl", "onet.pl", "op.pl", "poczta.onet.pl"),
    _simple("interia", "Interia", "poczta.interia.pl", "poczta.interia.pl", "interia.pl", "interia.eu"),
    _simple(
        "seznam", "Seznam", "imap.seznam.cz", "smtp.seznam.cz", "seznam.cz", "email.cz", "post.cz", mx=("seznam.cz",)
    ),
    _simple("comcast", "Xfinity", "imap.comcast.net", "smtp.comcast.net", "comcast.net"),
    _simple("bt", "BT", "mail.btinternet.com", "mail.btinternet.com", "btinternet.com", "btopenworld.com"),
    _app("att", "AT&T", Place("imap.mail.att.net", 993), Place("smtp.mail.att.net", 465), "att.net", "sbcglobal.net"),
    _app(
        "qq", "QQ Mail", Place("imap.qq.com", 993), Place("smtp.qq.com", 465), "qq.com", "foxmail.com", mx=("qq.com",)
    ),
    _app("163", "NetEase", Place("imap.163.com", 993), Place("smtp.163.com", 465), "163.com"),
    _app("naver", "Naver", Place("imap.naver.com", 993), Place("smtp.naver.com", 465), "naver.com"),
    _app("ukr.net", "ukr.net", Place("imap.ukr.net", 993), Place("smtp.ukr.net", 465), "ukr.net"),
)

PROVIDERS: tuple[Provider, ...] = (*_LARGE, *_GERMAN, *_ITALIAN, *_FRENCH_AND_SWISS, *_OTHERS)

_BY_DOMAIN = {domain: each for each in PROVIDERS for domain in each.domains}
_BY_MX = {end: each for each in PROVIDERS for end in each.mx}
_BY_HOST = {place.host: each for each in PROVIDERS for place in (each.imap, each.smtp) if place is not None}


def provider_of_domain(domain: str) -> Provider | None:
    """Whose domain it is itself, such as gmail.com; those under it too, such as firm.onmicrosoft.com."""
    return _longest(domain, _BY_DOMAIN)


def provider_of_mx(host: str) -> Provider | None:
    """Whose the server is that an MX record names; the longest known end of the name decides."""
    return _longest(host, _BY_MX)


def provider_of_server(host: str) -> Provider | None:
    """Whose an IMAP or SMTP server is: exactly that name."""
    found = _BY_HOST.get(host.strip().lower().rstrip("."))
    return None if found is None or found.ways == Ways.BRIDGE else found


def provider_named(key: str) -> Provider | None:
    return next((each for each in PROVIDERS if each.key == key), None)


def _longest(name: str, table: dict[str, Provider]) -> Provider | None:
    labels = name.strip().lower().rstrip(".").split(".")[-12:]
    for first in range(len(labels)):
        found = table.get(".".join(labels[first:]))
        if found is not None:
            return found
    return None
