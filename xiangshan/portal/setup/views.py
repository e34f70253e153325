"""What a county's administrator still has to do, and what a county sets for itself."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from services.models import Department, ServiceCategory
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.counties import County, county_at
from xiangshan.core.areas.models import Area
from xiangshan.core.areas.outlines import CountyOutlines
from xiangshan.core.keys import key_of
from xiangshan.core.rules import require
from xiangshan.portal.setup import actions, forms, rules, selectors
from xiangshan.shared.responses import answer_action, form_page, get_or_post

MODELS: dict[str, Any] = {"department": Department, "category": ServiceCategory}
PAGES = {
    "county": "setup:county_edit",
    "lookups": "setup:lookups",
    "people": "people:person_invite",
    "mfa": "mfa_index",
}


def _county(request: PortalRequest) -> County:
    """The administrator's own; of several the one the address names."""
    require(rules.can_set_up(request.user))
    over = request.user.scope(Role.ADMINISTRATOR)
    counties = set(Area.objects.counties().values_list("pk", flat=True)) if 0 in over else over
    asked = key_of(request.GET.get("county"))
    if not counties or (asked and asked not in counties):
        raise Http404
    # As it is stored, not as it was kept for a minute: it is about to be changed.
    pk = asked or min(counties)
    return County.objects.filter(pk=pk).first() or county_at(pk)


@require_GET
def setup_home(request: PortalRequest) -> HttpResponse:
    county = _county(request)
    items = selectors.items_of(request, request.user, county)
    shown = [(item, reverse(PAGES[item.page]) if item.page else "") for item in items]
    context = {"county": county, "items": shown, "open": sum(not item.is_done for item in items)}
    return render(request, "setup/setup_home.html", context)


@require_POST
def setup_confirm(request: PortalRequest) -> HttpResponse:
    """A thing only a person can know, or a test that the portal makes."""
    county, item = _county(request), request.POST.get("item", "")
    here = reverse("setup:setup_home")
    if item == "mail":
        return answer_action(
            request, lambda: actions.send_test_letter(by=request.user), done="已交付寄送，稍后刷新看结果", to=here
        )
    if item == "backup":
        return answer_action(
            request, lambda: actions.back_up_now(by=request.user), done="已开始备份，稍后刷新看结果", to=here
        )
    known = {one.posts_to for one in selectors.items_of(request, request.user, county) if one.posts_to}
    if item not in known:
        raise Http404
    return answer_action(request, lambda: actions.confirm(county, item, by=request.user), done="已确认", to=here)


@get_or_post
def county_edit(request: PortalRequest) -> HttpResponse:
    county = _county(request)

    def act(data: dict[str, Any]) -> None:
        actions.change_county(county, by=request.user, **data)
        actions.confirm(county, "county", by=request.user)

    return form_page(
        request,
        forms.CountyForm(request.POST or None, instance=county),
        act,
        done="已保存",
        to=reverse("setup:setup_home"),
        heading=f"本县设置：{county}",
        hint="编号里可以用 {简称}、{年}、{序号}，案号还要有 {工作室}；改了只影响以后的编号。",
    )


@get_or_post
def outlines_edit(request: PortalRequest) -> HttpResponse:
    """A real map in place of tiles, for a county that has one it may show."""
    county = _county(request)
    outlines = CountyOutlines.objects.filter(pk=county.pk).first()
    of_county = f"?county={county.pk}"
    form = forms.OutlinesForm(request.POST or None, request.FILES or None, instance=outlines)
    return form_page(
        request,
        form,
        lambda data: actions.draw_outlines(
            county, content=data["file"], review_number=data["review_number"], by=request.user
        ),
        done="已导入，数据总览和镇街分布改用地图",
        to=reverse("setup:outlines_edit") + of_county,
        back=reverse("setup:setup_home") + of_county,
        template="setup/outlines.html",
        heading="镇街轮廓",
        remove_page=reverse("setup:outlines_remove") + of_county,
        about=str(county.area),
        hint="没有时各镇街画成方块。公开或投屏的地图须经审核，图下写审图号（《地图管理条例》第二十二条）。",
        button="导入",
        town_map=selectors.map_of(outlines),
    )


@require_POST
def outlines_remove(request: PortalRequest) -> HttpResponse:
    county = _county(request)
    return answer_action(
        request,
        lambda: actions.remove_outlines(county, by=request.user),
        done="已移除，各镇街画成方块",
        to=f"{reverse('setup:outlines_edit')}?county={county.pk}",
    )


@require_GET
def lookups(request: PortalRequest) -> HttpResponse:
    county = _county(request)
    tables = [
        (kind, str(model._meta.verbose_name), model.objects.of_counties({county.pk}).order_by("county", "pk"))
        for kind, model in MODELS.items()
    ]
    return render(request, "setup/lookups.html", {"county": county, "tables": tables})


@get_or_post
def entry_new(request: PortalRequest, kind: str) -> HttpResponse:
    county, model = _county(request), MODELS[kind]
    return form_page(
        request,
        forms.EntryForm(request.POST or None),
        lambda data: actions.add_entry(model, data["name"], county=county, by=request.user),
        done="已增加",
        to=reverse("setup:lookups"),
        heading=f"增加{model._meta.verbose_name}",
    )


@require_POST
def entry_switch(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    """停用 or 恢复."""
    county = _county(request)
    entry = get_object_or_404(MODELS[kind], pk=pk, county=county.pk)
    return answer_action(
        request,
        lambda: actions.set_entry_active(entry, by=request.user, is_active=not entry.is_active),
        done="已保存",
        to=reverse("setup:lookups"),
    )
