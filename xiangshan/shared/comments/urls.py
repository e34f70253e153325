from django.urls import path

from xiangshan.shared.comments import views

urlpatterns = [
    path("comments/<slug:kind>/<int:pk>/new/", views.comment_new, name="comment_new"),
    path("comments/<int:pk>/remove/", views.comment_remove, name="comment_remove"),
    path("mentions/<int:pk>/done/", views.mention_done, name="mention_done"),
]
