"""The API as the desk mounts it: path("api/v1/", api.urls)."""

from django.urls import path

from aplomb.api import attachments, contacts, me, messages, tickets
from aplomb.api.docs import docs_page
from aplomb.api.doors import DeskApi

api = DeskApi(
    path("docs", docs_page, name="docs"),
    title="Aplomb",
    version="1",
    description="The desk for machines. Bearer tokens; JSON in UTF-8; instants in UTC; errors as RFC 9457 problems.",
    urls_namespace="api",
)
for module in (tickets, messages, contacts, attachments, me):
    api.add_router("", module.router)
