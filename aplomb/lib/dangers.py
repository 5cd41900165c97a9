"""Which files could harm whoever opens them: by what their bytes are first, by their names next. Pure.

program     runs by itself: programs, installers, shortcuts
script      runs with a program that the system has
page        a page that can pretend to be a sign-in page, or run scripts
macros      an office document with programs inside
disk        an image of a disk, whose files escape the marks of the download
disguised   a name that pretends another kind of file
locked      an archive or document with a password: nothing can look inside
holds       an archive with one of these inside
"""

import re
from typing import Final

MARK: Final = "; danger="
# how much of an archive's table is looked at
ENTRIES_READ: Final = 500

KINDS: Final = ("disguised", "program", "script", "page", "macros", "disk", "holds", "locked")


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PROGRAMS: Final = _each(
    "exe com scr pif cpl msi msp msix msixbundle appx appxbundle application gadget jar jnlp apk "
    "ipa app dll sys drv ocx "
    "lnk url desktop scf inf reg xll wll ppam deb rpm pkg elf hta chm msc theme themepack diagcab "
    "settingcontent-ms "
    "appref-ms library-ms search-ms website"
)
_SCRIPTS: Final = _each(
    "js jse mjs vbs vbe vb ws wsf wsh wsc sct ps1 ps1xml ps2 psc1 psd1 psm1 bat cmd sh bash zsh csh ksh fish command "
    "py pyc pyw "
    "pl rb php phtml lua ahk au3 applescript scpt osx workflow action one onepkg rdp"
)
_PAGES: Final = _each("html htm xhtml xht shtml mht mhtml svg svgz swf")
_MACROS: Final = _each("docm dotm xlsm xltm xlam xlsb pptm potm ppsm sldm xlm slk iqy oqy mdb accdb accde mde ade adp")
_DISKS: Final = _each("iso img vhd vhdx vmdk dmg toast udf wim")
_DOCUMENTS: Final = _each(
    "pdf doc docx xls xlsx ppt pptx odt ods odp txt rtf csv jpg jpeg png gif bmp webp tif tiff mp3 mp4 avi mov zip eml"
)
_PROGRAM_TYPES: Final = (
    "application/x-dosexec",
    "application/x-msdownload",
    "application/vnd.microsoft.portable-executable",
    "application/x-executable",
    "application/x-sharedlib",
    "application/x-mach-binary",
    "application/x-msi",
    "application/java-archive",
    "application/vnd.android.package-archive",
    "application/x-ms-shortcut",
)
_PAGE_TYPES: Final = (
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
)
_TURNED: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_DOTS = re.compile(r"[.\u2024\u3002\uff0e\uff61]")

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_PROGRAM_HEADS: Final = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"dex\n",
)
_VBA: Final = "_VBA_PROJECT".encode("utf-16-le")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MACROS_OF_WORD: Final = "Macros".encode("utf-16-le")


def danger_of(name: str, media_type: str) -> str:
    """Which of KINDS a file is, empty if none: by the mark that `marked_type` left, by its type and by its name."""
    kind = media_type.partition(MARK)[2]
    if kind in KINDS:
        return kind
    bare = media_type.partition(";")[0].strip().lower()
    ending, before = _endings(name)
    by_name = _by_ending(ending)
    if any(each in _TURNED for each in name) or (by_name and before in _DOCUMENTS):
        return "disguised"
    if bare in _PROGRAM_TYPES:
        return "disguised" if ending in _DOCUMENTS else "program"
    if bare in _PAGE_TYPES:
        return by_name or "page"
    if "macroenabled" in bare:
        return "macros"
    return by_name


def marked_type(name: str, media_type: str, content: bytes) -> str:
    """The media type with a mark of the danger that only the bytes tell, at most 127 characters; else as it is."""
    kind = danger_of(name, media_type) or _by_bytes(content)
    ending = _endings(name)[0]
    if kind == "program" and not _by_ending(ending) and ending in _DOCUMENTS:
        kind = "disguised"
    return f"{media_type.partition(';')[0].strip()[:100]}{MARK}{kind}" if kind else media_type


def _endings(name: str) -> tuple[str, str]:
    """The last ending and the one before it, in lower case, without the blanks that push an ending out of sight."""
    parts = [each.strip().casefold() for each in _DOTS.split(name.strip().rstrip(". "))]
    return (parts[-1] if len(parts) > 1 else ""), (parts[-2] if len(parts) > 2 else "")


def _by_ending(ending: str) -> str:
    for kind, endings in (
        ("program", _PROGRAMS),
        ("script", _SCRIPTS),
        ("page", _PAGES),
        ("macros", _MACROS),
        ("disk", _DISKS),
    ):
        if ending in endings:
            return kind
    return ""


def _by_bytes(content: bytes) -> str:
    if content.startswith(_PROGRAM_HEADS) or (content.startswith(b"MZ") and len(content) > 64):
        return "program"
    if content.startswith(b"#!") and b"\n" in content[:200]:
        return "script"
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            return "locked"
        return "macros" if _VBA in content or _MACROS_OF_WORD in content else ""
    if content.startswith(_ZIP):
        return _of_zip(content)
    if content.startswith(b"Rar!\x1a\x07"):
        return "locked" if _is_locked_rar(content) else ""
    if (
        content[32_769:32_774] == b"CD001"
        or content.startswith((b"conectix", b"vhdxfile"))
        or content[-512:-508] == b"koly"
    ):
        return "disk"
    return ""


def _of_zip(content: bytes) -> str:
    """Reads the heads of the entries one after another, without opening any."""
    if b"vbaProject.bin" in content or b"xl/macrosheets/" in content:
        return "macros"
    kind, position = "", 0
    for _number in range(ENTRIES_READ):
        position = content.find(_ZIP, position)
        if position < 0 or position + 30 > len(content):
            break
        if content[position + 6] & 1:
            return "locked"
        length = int.from_bytes(content[position + 26 : position + 28], "little")
        name = content[position + 30 : position + 30 + length].decode("utf-8", "replace")
        inner = _by_ending(_endings(name.rpartition("/")[2])[0])
        if inner in ("program", "script", "disk", "macros"):
            kind = "holds"
        position += 30
    return kind


def _is_locked_rar(content: bytes) -> bool:
    """RAR 4: a flag of the archive's head or of the first file; RAR 5: a head of its own kind (type 4)."""
    if content[6:8] == b"\x01\x00":
        return 4 in content[13:15]
    if content[9:10] != b"\x73":
        return False
    size = int.from_bytes(content[12:14], "little")
    first = content[7 + size : 7 + size + 5]
    return bool(content[10] & 0x80) or (len(first) == 5 and first[2] == 0x74 and bool(first[3] & 0x04))
