from django import forms

from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import FilterForm, PortalForm, choices
from xiangshan.shared.notifications.models import Message


class MailForm(PortalForm):
    mail = forms.ChoiceField(label="邮件提醒", choices=User.Mail.choices, widget=forms.RadioSelect)
    email = forms.EmailField(label="邮箱", required=False)

    def clean(self) -> dict[str, str]:
        data = super().clean() or {}
        if data.get("mail") != User.Mail.NEVER and not data.get("email"):
            self.add_error("email", "要收邮件提醒，请填写邮箱")
        return data


class MessageFilterForm(FilterForm):
    q = forms.CharField(label="收件人、地址或标题", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(Message.Status.choices), required=False)
