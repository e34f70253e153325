"""What is asked about closing a year."""

from typing import Any

from django import forms

from xiangshan.core.accounts.mfa import code_is_due, is_good_code, is_good_password
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.shared.forms import PortalForm


class CompileForm(PortalForm):
    """编制年度数据."""

    remarks = forms.CharField(
        label="编制说明",
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text="检查中还有未完事项的，写明原因；会印在年度报表里。",
    )


class SignForm(PortalForm):
    """签署: who signs proves once more who they are."""

    digest = forms.CharField(widget=forms.HiddenInput)  # of what the signer has before them
    opinion = forms.CharField(label="签署意见", max_length=300, required=False, widget=forms.Textarea)
    password = forms.CharField(
        label="您的登录密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label="动态验证码",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text="身份验证器应用里的 6 位数字，或一个备用码。",
    )

    def __init__(self, *args: Any, request: PortalRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if not code_is_due(request.user):
            del self.fields["code"]

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not is_good_password(self.request, password):
            raise forms.ValidationError("密码不对")
        return password

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if "password" not in self.cleaned_data:
            return code  # a recovery code is not spent on a wrong password
        if not is_good_code(self.request, code):
            raise forms.ValidationError("验证码不对或已过期，请看应用里的新数字")
        return code
