"""Sees that the real parts of the tests are there: installs them where it can, else says what to type.

python -m tests.parts.ensure
"""

import os
import shutil
import subprocess
import sys

PARTS = {
    "dovecot-imapd": ("dovecot",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "gettext": ("xgettext",),
}
PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def missing_packages() -> list[str]:
    """Debian packages of which no program is found."""
    return [
        package for package, programs in PARTS.items() if not any(shutil.which(each, path=PLACES) for each in programs)
    ]


def main() -> int:
    missing = missing_packages()
    if not missing:
        return 0
    words = f"apt-get install --no-install-recommends {' '.join(missing)}"
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        sys.stderr.write(f"Installing parts for the tests: {' '.join(missing)}\n")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "update", "-qq"], env=quiet, check=False)
        subprocess.run(
            [apt, "install", "-y", "-qq", "--no-install-recommends", *missing],
            env=quiet,
            check=False,
            stdout=subprocess.DEVNULL,
        )
        missing = missing_packages()
    if missing:
        sys.stderr.write(f"The tests use real parts that are missing here. Type: sudo {words}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
