"""Letters in the settings, and canned replies on a ticket."""

from django.urls import URLPattern, path

from aplomb.desk.letters import canned, editing, listing, previews, standing

urlpatterns: list[URLPattern] = [
    path("settings/letters", listing.letters, name="letters"),
    path("settings/letters/add", listing.add, name="add_letter"),
    path("settings/letters/<str:letter>", listing.letter, name="letter"),
    path("settings/letters/<str:letter>/in/<slug:language>", editing.edit, name="edit_letter"),
    path("settings/letters/<str:letter>/in/<slug:language>/preview", previews.preview, name="preview_letter"),
    path("settings/letters/<str:letter>/in/<slug:language>/holds", standing.confirm, name="confirm_translation"),
    path("settings/letters/<str:letter>/in-force", standing.put, name="put_letter_in_force"),
    path("settings/letters/<str:letter>/discard", standing.discard, name="discard_letter_draft"),
    path("settings/letters/<str:letter>/archive", standing.archive, name="archive_letter"),
    path("settings/letters/<str:letter>/versions/<int:version>", listing.version, name="letter_version"),
    path("settings/letters/<str:letter>/versions/<int:version>/retire", standing.retire, name="retire_letter"),
    path("tickets/<str:number>/canned", canned.choose, name="canned"),
    path("tickets/<str:number>/canned/<str:letter>", canned.insert, name="insert_canned"),
]
