"""The index: FTS5 on SQLite, tsvector with GIN on PostgreSQL, one row a ticket. Newest tickets first, never ranked."""

from collections.abc import Iterable

from django.db import connection, transaction

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
