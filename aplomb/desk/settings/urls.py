"""Settings."""

from django.urls import path

from aplomb.desk.settings import catalogue, mailbox_setup, mailboxes, own, quick, staff

urlpatterns = [
    path("settings", own.own_settings, name="own_settings"),
    path("settings", own.own_settings, name="settings"),
    path("settings/language", quick.set_language, name="set_language"),
    path("settings/theme", quick.set_theme, name="set_theme"),
    path("settings/tokens", own.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke", own.revoke, name="revoke_token"),
    path("settings/people", staff.people, name="people"),
    path("settings/people/add", staff.add, name="add_person"),
    path("settings/people/<int:pk>", staff.person, name="person"),
    path("settings/people/<int:pk>/link", staff.person_link, name="person_link"),
    path("settings/people/<int:pk>/switch", staff.switch_person, name="switch_person"),
    path("settings/teams", staff.teams, name="teams"),
    path("settings/teams/add", staff.add_team_page, name="add_team"),
    path("settings/teams/<int:pk>", staff.team, name="team"),
    path("settings/mailboxes", mailboxes.mailboxes, name="mailboxes"),
    path("settings/mailboxes/add", mailboxes.add, name="add_mailbox"),
    path("settings/mailboxes/<int:pk>", mailboxes.mailbox, name="mailbox"),
    path("settings/mailboxes/<int:pk>/fetch", mailboxes.fetch, name="fetch_mailbox"),
    path("settings/mailboxes/new", mailbox_setup.begin, name="new_mailbox"),
    path("settings/mailboxes/consent", mailbox_setup.consented, name="mailbox_consented"),
    path("settings/mailboxes/<int:pk>/setup", mailbox_setup.servers, name="setup_mailbox"),
    path("settings/mailboxes/<int:pk>/search", mailbox_setup.searched, name="mailbox_search"),
    path("settings/mailboxes/<int:pk>/search-again", mailbox_setup.search_again, name="search_mailbox_again"),
    path("settings/mailboxes/<int:pk>/sign-in", mailbox_setup.sign_in, name="sign_in_mailbox"),
    path("settings/mailboxes/<int:pk>/consent", mailbox_setup.consent, name="consent_to_mailbox"),
    path("settings/mailboxes/<int:pk>/try", mailbox_setup.attempt, name="try_mailbox"),
    path("settings/mailboxes/<int:pk>/folder", mailbox_setup.choose_folder, name="choose_mailbox_folder"),
    path("settings/mailboxes/<int:pk>/test", mailbox_setup.test, name="mailbox_test"),
    path("settings/mailboxes/<int:pk>/test/steps", mailbox_setup.test_steps, name="mailbox_test_steps"),
    path("settings/mailboxes/<int:pk>/finish", mailbox_setup.finish, name="finish_mailbox"),
    path("settings/mailboxes/<int:pk>/discard", mailbox_setup.discard, name="discard_mailbox"),
    path("settings/catalogue", catalogue.catalogue, name="catalogue"),
    path("settings/catalogue/add", catalogue.add, name="add_product"),
    path("settings/catalogue/<int:pk>", catalogue.product, name="product"),
    path("settings/catalogue/<int:pk>/settle", catalogue.settle, name="settle_product"),
    path("settings/desk", mailboxes.desk, name="desk_settings"),
]
