from allauth.account import views as account_views
from django.urls import include, path

from mediation.views.requests import ask_help, ask_help_done
from services.views.calendars import calendar_feed
from services.views.requests import ask, ask_find, ask_rate, ask_state, ask_withdraw
from services.views.surveys import survey_answer, survey_sign_in, survey_thanks
from xiangshan.core.accounts.admin import site
from xiangshan.core.accounts.views import account_invitation, login
from xiangshan.metrics.views.sharing import shared_dashboard
from xiangshan.portal import api, health
from xiangshan.portal.manual import views as manual_views
from xiangshan.portal.people import own
from xiangshan.portal.search.views import search
from xiangshan.portal.todo import views as todo_views

health.register_figures()
handler400 = "xiangshan.portal.errors.bad_request"

urlpatterns = [
    path("", todo_views.todo_list, name="todo_list"),
    path("help/", manual_views.help_page, name="help_page"),
    path("help/welcome/close/", manual_views.welcome_close, name="welcome_close"),
    path("dashboard/", include("xiangshan.metrics.urls")),
    path("share/<str:token>/", shared_dashboard, name="shared_dashboard"),
    path("api/v1/", api.urls),
    path("files/", include("xiangshan.shared.attachments.urls")),
    path("", include("xiangshan.shared.comments.urls")),
    path("history/", include("xiangshan.shared.history.urls")),
    path("notices/", include("xiangshan.shared.notifications.urls")),
    path("search/", search, name="search"),
    path("imports/", include("xiangshan.shared.imports.urls")),
    path("lists/", include("xiangshan.shared.lists.urls")),
    path("orgs/", include("orgs.urls")),
    path("projects/", include("projects.urls")),
    path("services/", include("services.urls")),
    path("mediation/", include("mediation.urls")),
    path("field/", include("xiangshan.portal.field.urls")),
    path("s/<slug:code>/", survey_answer, name="survey_answer"),
    path("s/<slug:code>/sign-in/", survey_sign_in, name="survey_sign_in"),
    path("s/<slug:code>/thanks/", survey_thanks, name="survey_thanks"),
    path("ask/", ask, name="ask"),
    path("ask/find/", ask_find, name="ask_find"),
    path("ask/help/", ask_help, name="ask_help"),
    path("ask/help/done/", ask_help_done, name="ask_help_done"),
    path("ask/<slug:code>/", ask_state, name="ask_state"),
    path("ask/<slug:code>/rate/", ask_rate, name="ask_rate"),
    path("ask/<slug:code>/withdraw/", ask_withdraw, name="ask_withdraw"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("accounts/login/", login, name="account_login"),
    path("accounts/logout/", account_views.logout, name="account_logout"),
    path("accounts/password/change/", account_views.password_change, name="account_change_password"),
    path("accounts/reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("accounts/invitation/<str:token>/", account_invitation, name="account_invitation"),
    path("accounts/password/forgotten/", own.password_forgotten, name="password_forgotten"),
    path("accounts/password/reset/<str:token>/", own.password_reset, name="password_reset"),
    path("account/", own.account, name="account"),
    path("account/contact/", own.account_contact, name="account_contact"),
    path("account/large-text/", own.account_large_text, name="account_large_text"),
    path("account/devices/<int:pk>/end/", own.account_end_device, name="account_end_device"),
    path("account/log-out-everywhere/", own.account_log_out_everywhere, name="account_log_out_everywhere"),
    path("people/", include("xiangshan.portal.people.urls")),
    path("setup/", include("xiangshan.portal.setup.urls")),
    path("admin/", site.urls),
]
