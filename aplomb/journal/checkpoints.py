"""Signing the heads of all chains that changed, together, once a day: what was seen can no longer be cut or rewritten.

What is signed, and how it is proven, stands in proofs.py. Chains go on growing meanwhile: a checkpoint locks none.
"""

import datetime as dt
import hashlib
import os
import secrets
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery

from aplomb.journal import proofs
from aplomb.journal.jobs import periodic
from aplomb.journal.models import Chain, Checkpoint, CheckpointHead
from aplomb.lib.time import instant_text, utc_now

log = structlog.get_logger()

# what one checkpoint signs at the most: keeps its transaction short and an inclusion proof cheap to make
MOST_HEADS = 20_000


class KeyUnusable(RuntimeError):
    """The key file is there, but holds no key."""


def key_file() -> Path:
    return Path(settings.DATA) / "keys" / "record.key"


def signing_key() -> Ed25519PrivateKey:
    """The desk's key, made when first needed and readable by its owner only. Raises OSError, KeyUnusable."""
    file = key_file()
    if not file.exists():
        _make_key(file)
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        log.warning("the record's key was open to others; closed it now", file=str(file), mode=oct(mode))
        file.chmod(0o600)
    try:
        return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
    except ValueError as error:
        raise KeyUnusable(f"{file} holds no Ed25519 key: put it back from a backup") from error


def public_key() -> bytes | None:
    """The public half of the desk's key; None while there is no key. Raises OSError, KeyUnusable."""
    return public_bytes(signing_key()) if key_file().exists() else None


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _make_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    # written aside and linked, so that nobody ever reads half a key and the first of two makers wins
    aside = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(aside, file)
        except FileExistsError:
            return
    finally:
        aside.unlink()
    log.info("made the key that signs the record", file=str(file))


def checkpoint_bytes(checkpoint: Checkpoint) -> bytes:
    """What the desk signed for this checkpoint."""
    return proofs.signed_bytes(
        at=instant_text(checkpoint.at),
        count=checkpoint.count,
        root=bytes(checkpoint.root),
        prev=bytes(checkpoint.prev),
    )


def make_checkpoint(*, most: int = MOST_HEADS) -> Checkpoint | None:
    """Sign the heads of chains that grew since they were last signed. None when none did, or another worker was faster.

    Raises OSError, KeyUnusable.
    """
    try:
        with transaction.atomic():
            return _sign(most)
    except IntegrityError:
        # two checkpoints cannot follow the same one
        log.info("another worker made the checkpoint")
        return None


def _sign(most: int) -> Checkpoint | None:
    last = Checkpoint.objects.order_by("-id").first()
    grown = list(
        Chain.objects.exclude(length=F("sealed_length"))
        .order_by("id")
        .values_list("id", "key", "length", "head")[:most]
    )
    if not grown:
        return None
    # only now: a new key that signs nothing would look like a stranger's checkpoint
    key = signing_key()
    checkpoint = Checkpoint(
        at=utc_now(),
        count=len(grown),
        root=proofs.merkle_root(proofs.leaf(name, length, bytes(head)) for _pk, name, length, head in grown),
        prev=hashlib.sha256(checkpoint_bytes(last)).digest() if last else bytes(32),
        public_key=public_bytes(key),
    )
    checkpoint.signature = key.sign(checkpoint_bytes(checkpoint))
    checkpoint.save(force_insert=True)
    CheckpointHead.objects.bulk_create(
        [
            CheckpointHead(checkpoint=checkpoint, chain_id=pk, length=length, head=head)
            for pk, _name, length, head in grown
        ],
        batch_size=5000,
    )
    # the length that was signed, not the one of this moment: who grew meanwhile is signed next time
    signed = CheckpointHead.objects.filter(checkpoint=checkpoint, chain=OuterRef("pk")).values("length")
    Chain.objects.filter(signed_heads__checkpoint=checkpoint).update(sealed_length=Subquery(signed))
    return checkpoint


@periodic(every=dt.timedelta(days=1))
def sign_checkpoint() -> None:
    """The day's checkpoint: as many as it takes to sign every chain that grew."""
    while (made := make_checkpoint()) is not None and made.count == MOST_HEADS:
        continue
