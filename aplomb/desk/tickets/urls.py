"""Queues, tickets, their messages and files."""

from django.urls import URLPattern, path

from aplomb.desk.tickets import changing, composing, files, new, queue, ticket

urlpatterns: list[URLPattern] = [
    path("", queue.queue, name="queue"),
    path("find", queue.find_tickets, name="find"),
    path("filters", queue.filters, name="filters"),
    path("tickets/new", new.new_ticket, name="new_ticket"),
    path("tickets/contacts", new.suggest_contacts, name="suggest_contacts"),
    path("tickets/<str:number>", ticket.ticket, name="ticket"),
    path("tickets/<str:number>/news", ticket.news, name="news"),
    path("tickets/<str:number>/earlier", ticket.earlier, name="earlier"),
    path("tickets/<str:number>/history", ticket.history, name="history"),
    path("tickets/<str:number>/reply", composing.reply, name="reply"),
    path("tickets/<str:number>/note", composing.note, name="note"),
    path("tickets/<str:number>/draft/<slug:kind>", composing.draft, name="draft"),
    path("tickets/<str:number>/files/<slug:kind>", files.upload, name="upload"),
    path("tickets/<str:number>/change", changing.change, name="change"),
    path("tickets/<str:number>/pick/<slug:field>", changing.pick, name="pick"),
    path("tickets/<str:number>/bin", changing.put_in_bin, name="bin"),
    path("tickets/<str:number>/restore", changing.restore, name="restore"),
    path("messages/<int:message_id>/html", files.message_html, name="message_html"),
    path("messages/<int:message_id>/undo", composing.undo, name="undo"),
    path("messages/<int:message_id>/release", composing.settle, {"choice": "release"}, name="release_message"),
    path("messages/<int:message_id>/again", composing.again, name="send_again"),
    path("messages/<int:message_id>/discard", composing.settle, {"choice": "discard"}, name="discard_message"),
    path("attachments/<int:attachment_id>/remove", files.drop, name="drop_upload"),
    path("attachments/<int:attachment_id>/<str:name>", files.attachment, name="attachment"),
]
