"""The index: FTS5 on SQLite, tsvector with GIN on PostgreSQL, one row a ticket. Newest tickets first, never ranked."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, connections, transaction

from aplomb.search.words import words_of

MOST_FOUND = 2000


def put(rows: Iterable[tuple[int, str]]) -> None:
    """Index tickets anew: (id, text)."""
    folded = [(pk, " ".join(words_of(text))) for pk, text in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "INSERT INTO search_ticket (ticket_id, words) VALUES (%s, to_tsvector('simple', %s))"
                " ON CONFLICT (ticket_id) DO UPDATE SET words = EXCLUDED.words",
                folded,
            )
            return
        cursor.executemany("DELETE FROM search_ticket WHERE rowid = %s", [(pk,) for pk, _text in folded])
        cursor.executemany("INSERT INTO search_ticket (rowid, words) VALUES (%s, %s)", folded)


def remove(ticket_id: int) -> None:
    column = "ticket_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM search_ticket WHERE {column} = %s", [ticket_id])  # noqa: S608  one of two words


def find(text: str, *, most: int = MOST_FOUND) -> list[int]:
    """Ids of tickets that have every word, the last one as a beginning; newest first."""
    words = words_of(text)[:12]
    if not words:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            query = " & ".join([*words[:-1], f"{words[-1]}:*"])
            cursor.execute(
                "SELECT ticket_id FROM search_ticket WHERE words @@ to_tsquery('simple', %s)"
                " ORDER BY ticket_id DESC LIMIT %s",
                [query, most],
            )
        else:
            query = " ".join([*(f'"{each}"' for each in words[:-1]), f'"{words[-1]}"*'])
            cursor.execute(
                "SELECT rowid FROM search_ticket WHERE search_ticket MATCH %s ORDER BY rowid DESC LIMIT %s",
                [query, most],
            )
        return [row[0] for row in cursor.fetchall()]


def saved(using: str, at_once: int) -> Iterator[tuple[int, str]]:
    """All that is indexed, for a backup: (id, folded words). `using` is an alias with a transaction open."""
    here = connections[using]
    if here.vendor == "postgresql":
        sql = "SELECT ticket_id, array_to_string(tsvector_to_array(words), ' ') FROM search_ticket"
        last, order = 0, f"{sql} WHERE ticket_id > %s ORDER BY ticket_id LIMIT %s"
    else:
        last, order = 0, "SELECT rowid, words FROM search_ticket WHERE rowid > %s ORDER BY rowid LIMIT %s"
    while True:
        with here.cursor() as cursor:
            cursor.execute(order, [last, at_once])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def load(rows: Sequence[tuple[int, str]]) -> None:
    """Put back what `saved` gave, into an empty index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany("INSERT INTO search_ticket VALUES (%s, to_tsvector('simple', %s))", rows)
        else:
            cursor.executemany("INSERT INTO search_ticket (rowid, words) VALUES (%s, %s)", rows)
