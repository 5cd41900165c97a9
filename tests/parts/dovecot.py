"""A real Dovecot with IMAP on a loopback port, its configuration and mail in a folder of its own.

Runs as an ordinary person, and as root: then the mail belongs to `nobody`, since Dovecot gives no mail to root.
"""

import contextlib
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Self

from tests.parts.missing import program
from tests.parts.ports import answers, free_port, wait_for

NAME = "help"
PASSWORD = "open sesame"

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {owner}
mail_gid = {group}
mail_access_groups =
default_login_user = {service}
default_internal_user = {service}
default_internal_group = {service_group}
default_process_limit = 20
default_client_limit = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  # no growing wait after refused logins
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap {{
  process_limit = 20
}}
"""

TOKENS = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens.conf
}}
"""

INTROSPECTION = """\
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


class Dovecot:
    """`port`, `name` and `password` are what a mailbox needs; `deliver` and `mails` act as the mail server would.

    `introspection`: where tokens are looked up (RFC 7662), for XOAUTH2 and OAUTHBEARER."""

    host = "127.0.0.1"
    name = NAME
    password = PASSWORD

    def __init__(self, *, introspection: str = "") -> None:
        self.port = free_port()
        self.introspection = introspection
        self.folder = Path(tempfile.mkdtemp(prefix="aplomb-dovecot-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.chmod(0o755)
        for each in ("run", "state", "mail"):
            (self.folder / each).mkdir(exist_ok=True)
        self._give_away()
        (self.folder / "passwords").write_text(f"{NAME}:{{PLAIN}}{PASSWORD}::::::\n")
        configuration = CONFIGURATION.format(folder=self.folder, port=self.port, **_owners())
        if self.introspection:
            configuration = configuration.replace("= plain login", "= plain login xoauth2 oauthbearer")
            configuration += TOKENS.format(folder=self.folder)
            (self.folder / "tokens.conf").write_text(INTROSPECTION.format(url=self.introspection))
        (self.folder / "dovecot.conf").write_text(configuration)
        self.start_again()
        return self

    def start_again(self) -> None:
        """Start it, or bring back what `stop` stopped. Raises RuntimeError, TimeoutError with what it said."""
        dovecot = program("dovecot", package="dovecot-imapd")
        configuration = self.folder / "dovecot.conf"
        with (self.folder / "errors").open("wb") as talk:
            self._process = subprocess.Popen(
                [dovecot, "-F", "-c", str(configuration)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=talk,
            )
        wait_for(lambda: self._fell() or answers(self.port), seconds=20, otherwise=self._why)
        if self._fell():
            raise RuntimeError(self._why())

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """What a server that is down looks like; `start_again` brings it back on the same port."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=10)

    def deliver(self, content: bytes, *, name: str = NAME) -> None:
        """Put a mail into the inbox as a delivery agent does: written beside, then moved in whole."""
        box = self.folder / "mail" / name
        for each in ("cur", "new", "tmp"):
            (box / each).mkdir(parents=True, exist_ok=True)
        file = f"{uuid.uuid4().hex}.test"
        (box / "tmp" / file).write_bytes(content)
        (box / "tmp" / file).rename(box / "new" / file)
        self._give_away()

    def _give_away(self) -> None:
        if os.getuid() == 0:
            for path in (self.folder / "mail", *(self.folder / "mail").rglob("*")):
                # the server moves mails from new to cur while we look
                with contextlib.suppress(FileNotFoundError):
                    shutil.chown(path, _owners()["owner"], _owners()["group"])

    def mails(self, *, folder: str = "INBOX", name: str = NAME) -> list[bytes]:
        """The mails of a folder as the server gives them."""
        with imaplib.IMAP4(self.host, self.port) as session:
            session.login(name, PASSWORD)
            session.select(folder, readonly=True)
            _status, found = session.search(None, "ALL")
            raw = [session.fetch(each.decode(), "(BODY.PEEK[])")[1][0] for each in found[0].split()]
            return [bytes(each[1]) for each in raw if isinstance(each, tuple)]

    def empty(self, *, name: str = NAME) -> None:
        """Throw the mails away, and with them the folder's UIDVALIDITY."""
        shutil.rmtree(self.folder / "mail" / name, ignore_errors=True)

    def _fell(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _why(self) -> str:
        told = [
            (self.folder / each).read_text(errors="replace")
            for each in ("errors", "log")
            if (self.folder / each).exists()
        ]
        return "Dovecot does not start:\n" + "\n".join(told)[-2000:]


def _owners() -> dict[str, str]:
    if os.getuid() != 0:
        mine, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        return {"owner": mine, "group": group, "service": mine, "service_group": group}
    service = next((each for each in ("dovenull", "nobody", "daemon") if _exists(each)), "root")
    group = grp.getgrgid(pwd.getpwnam(service).pw_gid).gr_name
    mail_group = grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name
    return {"owner": "nobody", "group": mail_group, "service": service, "service_group": group}


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
