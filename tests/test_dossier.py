"""Files, comments and history on any business record: as the record is seen, and nothing harmful kept."""

import io
import os
import subprocess
import sys
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from PIL import Image

from orgs.actions import organizations, people
from services.actions import contracts, sessions
from tests import factories
from tests.prepared import ROOT
from tests.test_pages import client_of
from tests.test_tables import body_of, sheet
from xiangshan.core import uploads
from xiangshan.core.areas.models import Area
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.comments.models import Comment, Mention


def send(client: Any, record: Any, *files: tuple[str, bytes]) -> Any:
    kind = record._meta.model_name
    sent = [SimpleUploadedFile(name, body) for name, body in files]
    return client.post(f"/files/{kind}/{record.pk}/new/", {"files": sent}, follow=True)


def archive(*names: str, body: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, body)
    return file.getvalue()


def with_place() -> bytes:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 28.0, 0.0), 3: "E", 4: (121.0, 51.0, 0.0)})
    exif[0x010F] = "PhoneMaker"
    exif[0x0112] = 6
    return factories.picture(exif=exif)


def test_a_photo_comes_back_without_its_place(leader, organization):
    sent = with_place()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825), "the test's photo says where"
    client = client_of(leader)
    assert "已上传" in send(client, organization, ("救援 现场.JPG", sent)).content.decode()
    attachment = Attachment.objects.get()
    assert attachment.name == "救援 现场.jpg"
    response = client.get(f"/files/{attachment.key}/")
    back = Image.open(io.BytesIO(body_of(response)))
    assert dict(back.getexif()) == {}
    assert back.size == (480, 640), "turned upright"
    with attachment.file.open() as kept:
        assert b"PhoneMaker" not in kept.read()
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    small = Image.open(io.BytesIO(body_of(client.get(f"/files/{attachment.key}/small/"))))
    assert max(small.size) == uploads.THUMBNAIL_SIDE


def bomb() -> bytes:
    """A small file of 200 million pixels."""
    file = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("照片.jpg", b"MZ\x90\x00" + b"\x00" * 200, "类型不能上传"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "类型不能上传"),
        ("图.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "类型不能上传"),
        ("页.pdf", b"<html><script>alert(1)</script></html>", "类型不能上传"),
        ("大图.png", bomb, "尺寸过大"),
        ("包.xlsx", lambda: archive("xl/workbook.xml", body=b"0" * 210_000_000), "解压后过大"),
        ("宏.docx", lambda: archive("word/document.xml", "word/vbaProject.bin"), "宏"),
        ("包.docx", lambda: archive("readme.txt"), "压缩包不能上传"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "旧版 Office"),
        ("空.pdf", b"", "没有选择文件|空文件|照片或文件|提交的文件"),
        ("坏.jpg", factories.picture()[:200], "类型不能上传"),
        ("很大.pdf", lambda: b"%PDF-1.7" + b"0" * (21 * 1024 * 1024), "超过 20 MB"),
    ],
)
def test_what_could_do_harm_is_refused(leader, organization, name, body, text):
    content = body() if callable(body) else body
    answer = send(client_of(leader), organization, (name, content), ("好.jpg", factories.picture())).content.decode()
    assert any(word in answer for word in text.split("|")), answer[:200]
    assert not Attachment.objects.exists(), "all of them or none"


def test_a_file_of_200_megabytes_is_refused(leader, organization, tmp_path):
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(200 * 1024 * 1024)
    with path.open("rb") as file:
        response = client_of(leader).post(
            f"/files/socialorganization/{organization.pk}/new/", {"files": file}, follow=True
        )
    assert "超过 20 MB" in response.content.decode()
    assert not Attachment.objects.exists()


def test_documents_are_downloads_with_chinese_names(leader, organization):
    client = client_of(leader)
    send(
        client,
        organization,
        ("年度 总结.docx", archive("[Content_Types].xml", "word/document.xml")),
        ("证书.pdf", b"%PDF-1.7 x"),
    )
    attachment = Attachment.objects.get(name="年度 总结.docx")
    response = client.get(f"/files/{attachment.key}/")
    body_of(response)
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "filename*=utf-8''%E5%B9%B4%E5%BA%A6%20%E6%80%BB%E7%BB%93.docx" in disposition
    assert client.get(f"/files/{attachment.key}/small/").status_code == 404
    send(client, organization, ("再传一次.pdf", b"%PDF-1.7 x"))
    assert Attachment.objects.count() == 2, "the same file is kept once"


def test_a_removed_file_is_out_of_reach_and_in_the_history(leader, county_staff, organization):
    client = client_of(leader)
    send(client, organization, ("错.jpg", factories.picture()))
    attachment = Attachment.objects.get()
    assert client.post(f"/files/{attachment.key}/remove/").status_code == 302
    assert client.get(f"/files/{attachment.key}/").status_code == 404
    attachment.refresh_from_db()
    assert attachment.removed_at
    assert attachment.file.storage.exists(attachment.file.name)


def test_files_of_a_contract_are_not_shown_without_its_money(town_staff, county_staff):
    contract = factories.ContractFactory(organization=factories.OrganizationFactory(), amount=88_888)
    contracts.move(contract, "terminated", by=county_staff, reason="组织解散")
    attachment = factories.AttachmentFactory(record=contract)
    town, county = client_of(town_staff), client_of(county_staff)
    assert town.get(f"/services/contracts/{contract.pk}/").status_code == 200
    assert town.get(f"/files/{attachment.key}/").status_code == 404
    body_of(county.get(f"/files/{attachment.key}/"))
    draft = contracts.draft(
        by=county_staff,
        organization=contract.organization,
        title="新合同",
        department=contract.department,
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        amount=77_777,
    )
    assert "77777" in county.get(f"/history/servicecontract/{draft.pk}/").content.decode()
    assert "77777" not in town.get(f"/history/servicecontract/{draft.pk}/").content.decode()
    assert "77777" not in town.get(f"/services/contracts/{draft.pk}/").content.decode()


def test_history_says_who_changed_what_in_words(county_staff, organization):
    organizations.edit(organization, by=county_staff, phone="0574-65712345", area=Area.objects.get(name="丹西街道"))
    organizations.change_stage(organization, "incubating", by=county_staff, reason="进驻孵化基地")
    page = client_of(county_staff).get(f"/history/socialorganization/{organization.pk}/").content.decode()
    for text in (
        "更新资料",
        "0574-65712345",
        "所在地区",
        "丹西街道",
        "变更阶段",
        "进驻孵化基地",
        "孵化中",
        "阶段历史",
        str(county_staff),
    ):
        assert text in page
    assert "initials" not in page


def test_the_auditor_reads_the_history_of_what_an_auditor_sees(county_staff, organization):
    far = factories.OrganizationFactory(area_id=factories.elsewhere().pk)
    organizations.edit(organization, by=county_staff, address="新地址一号")
    organizations.edit(far, by=factories.somebody("county_staff", factories.ELSEWHERE), address="远方地址")
    auditor = client_of(factories.somebody("auditor"))
    page = auditor.get("/history/").content.decode()
    assert "新地址一号" in page
    assert "远方地址" not in page
    lines = sheet(auditor.get("/history/?export=xlsx&kind=socialorganization&verb=更新"))
    assert [line[2] for line in lines[1:]] == ["更新资料"]
    assert client_of(county_staff).get("/history/").status_code == 403


def test_whoever_is_mentioned_has_it_to_do(county_staff, leader, town_staff, organization):
    client = client_of(county_staff)
    address = f"/comments/socialorganization/{organization.pk}/new/"
    client.post(address, {"text": "请核对队伍人数", "mentioned": [leader.pk, town_staff.pk]})
    todo = client_of(leader)
    assert "请核对队伍人数" in todo.get("/").content.decode()
    mention = Mention.objects.get(user=leader)
    assert client_of(town_staff).post(f"/mentions/{mention.pk}/done/").status_code == 404
    todo.post(f"/mentions/{mention.pk}/done/")
    assert "请核对队伍人数" not in todo.get("/").content.decode()
    assert "请核对队伍人数" in client_of(town_staff).get("/").content.decode()


def test_an_internal_comment_stays_inside(county_staff, leader, organization):
    client = client_of(county_staff)
    address = f"/comments/socialorganization/{organization.pk}/new/"
    client.post(address, {"text": "考虑重点扶持", "is_internal": "on"})
    page = f"/orgs/{organization.pk}/"
    assert "考虑重点扶持" in client.get(page).content.decode()
    assert "考虑重点扶持" not in client_of(leader).get(page).content.decode()
    response = client.post(address, {"text": "内部意见", "is_internal": "on", "mentioned": [leader.pk]})
    assert response.status_code == 422
    assert "看不到这条批注" in response.content.decode()
    assert "内部意见" in response.content.decode()
    assert Comment.objects.count() == 1


def test_a_leader_cannot_reach_anothers_files_comments_or_history(leader, county_staff):
    other = factories.OrganizationFactory()
    attachment = factories.AttachmentFactory(record=other)
    Comment.objects.create(record=other, text="外人不可见", by=county_staff)
    client = client_of(leader)
    assert client.get(f"/files/{attachment.key}/").status_code == 404
    assert client.get(f"/files/{attachment.key}/small/").status_code == 404
    assert client.post(f"/files/{attachment.key}/remove/").status_code == 404
    assert client.get(f"/history/socialorganization/{other.pk}/").status_code == 404
    assert client.post(f"/comments/socialorganization/{other.pk}/new/", {"text": "x"}).status_code == 404
    assert send(client, other, ("a.jpg", factories.picture())).status_code == 404
    assert client.get("/history/").status_code == 403
    for kind in ("stagespan", "nothing", "user"):
        assert client.get(f"/history/{kind}/1/").status_code == 404


def test_a_stranger_is_not_mentioned(county_staff, stranger, organization):
    response = client_of(county_staff).post(
        f"/comments/socialorganization/{organization.pk}/new/", {"text": "你好", "mentioned": [stranger.pk]}
    )
    assert response.status_code == 302
    assert not Comment.objects.exists()


def test_files_go_to_a_bucket_where_one_is_named(tmp_path):
    """The setting alone moves them: the storage the portal then uses is the bucket's, and nothing is public in it."""
    code = "from django.core.files.storage import storages as s; d = s['default']; print(type(d).__name__, d.bucket_name, d.default_acl)"
    env = os.environ | {"VAR": str(tmp_path), "S3_BUCKET": "portal-files", "S3_ENDPOINT": "http://127.0.0.1:9"}
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--no-imports", "--command", code]
    answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    assert answer.split() == ["GuardedS3Storage", "portal-files", "private"]


@pytest.mark.parametrize("typed", ["²", "12²", "x", "٣"])
def test_an_address_with_odd_digits_is_no_fault(client, county_staff, organization, typed):
    client.force_login(county_staff)
    assert client.get(f"/history/socialorganization/{organization.pk}/", {"before": typed}).status_code == 200
    assert client.get("/services/sessions/queue/", {"skip": typed}).status_code == 200


def test_the_history_of_all_shows_names_and_no_keys(county_staff, organization):
    session = factories.SessionFactory(organization=organization, reported=True)
    sessions.verify(session, by=county_staff)
    auditor = client_of(factories.somebody("auditor"))
    page = auditor.get("/history/?kind=activitysession").content.decode()
    assert f"核实人：（空） → {county_staff.name}" in page
    told = sheet(auditor.get("/history/?export=xlsx&kind=activitysession"))
    assert any(f"核实人：（空） → {county_staff.name}" in str(line) for line in told)


def test_the_history_is_in_chinese(county_staff, organization, leader):
    people.propose_profile(organization, by=leader, address="丹东街道 1 号")
    page = client_of(factories.somebody("auditor")).get("/history/?kind=profileproposal").content.decode()
    assert "丹东街道 1 号" in page
    assert "\\u" not in page


@pytest.mark.parametrize("typed", ["{{}}", "{[]: 1}", "[2024]", "[" * 900 + "]" * 90])
def test_what_a_person_typed_stands_in_the_history_as_typed(county_staff, organization, typed):
    client = client_of(county_staff)
    organizations.edit(organization, by=county_staff, introduction=typed)
    answer = client.get(f"/history/socialorganization/{organization.pk}/")
    assert answer.status_code == 200
    assert escape(typed[:40]) in answer.content.decode()
