from django.urls import path

from xiangshan.shared.attachments import views

urlpatterns = [
    path("files/<slug:kind>/<int:pk>/new/", views.attachment_new, name="attachment_new"),
    path("files/<uuid:key>/", views.attachment_file, name="attachment_file"),
    path("files/<uuid:key>/small/", views.attachment_small, name="attachment_small"),
    path("files/<uuid:key>/remove/", views.attachment_remove, name="attachment_remove"),
    path("comments/<slug:kind>/<int:pk>/new/", views.comment_new, name="comment_new"),
    path("comments/<int:pk>/remove/", views.comment_remove, name="comment_remove"),
    path("mentions/<int:pk>/done/", views.mention_done, name="mention_done"),
    path("history/", views.history_list, name="history_list"),
    path("history/<slug:kind>/<int:pk>/", views.record_history, name="record_history"),
]
