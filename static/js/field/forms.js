// One form for all kinds of records: begun, filled, kept while it is filled, and given to be sent.
import { shrink, thumbnail } from "../photos.js";
import { state } from "./state.js";
import { count, database, mine, newKey, put, unsent } from "./storage.js";
import { BADGES, LABELS, localMoment, today, when } from "./labels.js";

const PHOTOS = 9;
export const from = (name) => document.getElementById(`t-${name}`).content.cloneNode(true);

export async function begin(kind, about) {
  const begun = unsent(await mine()).find((draft) => draft.kind === kind && String(draft.about) === String(about) && !["reception", "case"].includes(kind));
  if (begun) return begun;
  const draft = { key: newKey(), user: state.me.user, kind, about, state: "draft", reason: "", photos: [], values: {} };
  const day = today();
  const team = state.me.teams.find((one) => String(one.pk) === String(about));
  if (kind === "report") {
    const one = state.me.sessions.find((found) => String(found.pk) === String(about));
    if (!one) return null;
    draft.title = one.title;
    draft.session = one;
    draft.values = { ...one.values, session: one.pk, seen: one.version };
  } else if (kind === "strength") {
    draft.title = `${team.name} 队伍规模`;
    draft.values = { ...team.values, organization: team.pk, as_of: day };
  } else if (kind === "call_out") {
    draft.title = `${team.name} 应急出勤`;
    draft.values = { organization: team.pk, started_at: new Date().toISOString(), kind: "other" };
    await put(draft); // one tap: it has begun
  } else if (kind === "case") {
    draft.title = "接案";
    const moment = localMoment();
    draft.values = { studio: state.me.studios[0] && state.me.studios[0].pk, received_at: moment, kind: "wages" };
  } else {
    draft.title = "接待登记";
    draft.values = { studio: state.me.studios[0] && state.me.studios[0].pk, received_on: day, people: 1 };
  }
  return draft;
}

function options(select, rows, empty) {
  if (empty) select.append(new Option("无", ""));
  rows.forEach((one) => select.append(new Option(one.name, one.pk)));
}

export async function form(draft, view, sendNow) {
  if (!draft) return (location.hash = "#");
  const page = from("form"), fields = from(draft.kind);
  page.querySelector("[data-title]").textContent = draft.title;
  const badge = page.querySelector("[data-state]");
  badge.textContent = LABELS[draft.state];
  badge.classList.add(`s-${BADGES[draft.state]}`);
  const about = fields.querySelector("[data-about]");
  if (draft.kind === "report") {
    const one = draft.session;
    about.textContent = `${one.organization} · ${when(one)}`;
    const note = fields.querySelector("[data-if=note]");
    note.hidden = !one.note;
    note.textContent = `请更正：${one.note}`;
    fields.querySelector("[data-signs]").textContent = one.sign_ins ? `已签到 ${one.sign_ins} 人。` : "没有签到记录，人数按现场点数记。";
    options(fields.querySelector("[name=venue]"), state.me.venues, true);
  } else if (draft.kind === "call_out") {
    about.textContent = `${new Date(draft.values.started_at).toLocaleString("zh-CN")} 出发。可以先返回，归队后再填。`;
    if (!draft.values.ended_at) draft.values.ended_at = localMoment();
  } else if (draft.kind === "reception" || draft.kind === "case") options(fields.querySelector("[name=studio]"), state.me.studios);
  if (draft.kind === "case") {
    about.textContent = `${draft.values.received_at.replace("T", " ")} 接到。姓名、电话送到后加密保存，本机的随即清除。`;
    const towns = fields.querySelector("[name=area]");
    towns.append(new Option("工作室所在镇街", ""));
    options(towns, state.me.towns);
    fields.querySelector("[name=studio]").closest(".row").hidden = state.me.studios.length === 1;
  }
  page.querySelector("[data-fields]").append(fields);
  const reason = page.querySelector("[data-reason]");
  reason.hidden = draft.state !== "refused";
  reason.textContent = `没有被接收：${draft.reason}。填的内容还在，可以修改后再提交。`;
  const element = page.querySelector("form"), saved = page.querySelector("[data-saved]");
  const shown = (name) => element.elements.namedItem(name);
  for (const [name, value] of Object.entries(draft.values)) if (shown(name)) shown(name).value = value ?? "";
  element.addEventListener("input", async (event) => {
    if (!event.target.name) return;
    draft.values[event.target.name] = event.target.value;
    if (draft.state === "waiting") draft.state = "draft";
    await put(draft);
    saved.textContent = `已存在本机 ${new Date().toLocaleTimeString("zh-CN")}`;
  });
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const empty = [...element.elements].find((field) => field.required && !field.value.trim());
    if (empty) {
      reason.hidden = false;
      reason.textContent = `请填写${element.querySelector(`label[for=${empty.id}]`).textContent}`;
      return empty.focus();
    }
    for (const field of element.elements) if (field.name) draft.values[field.name] = field.value;
    await put({ ...draft, state: "waiting", reason: "" });
    location.hash = "#";
    sendNow();
  });
  if (draft.kind === "report") photos(page, draft);
  if (draft.state === "conflict") conflict(page, draft, sendNow);
  const remove = page.querySelector("[data-delete]");
  remove.hidden = !(await (await database).get("drafts", draft.key));
  remove.addEventListener("click", async () => {
    if (!confirm("删除后不能找回，确定删除吗？")) return;
    await (await database).delete("drafts", draft.key);
    await count();
    location.hash = "#";
  });
  view.replaceChildren(page);
}

function photos(page, draft) {
  const list = page.querySelector("[data-photos]"), input = page.querySelector("#photos");
  const draw = () => {
    list.replaceChildren(
      ...draft.photos.map((photo, at) => {
        const item = document.createElement("li"), image = document.createElement("img"), drop = document.createElement("button");
        image.src = photo.thumb;
        image.alt = `照片 ${at + 1}`;
        drop.type = "button";
        drop.className = "btn btn-sm btn-link";
        drop.textContent = photo.sent ? "已送到" : "去掉";
        drop.disabled = Boolean(photo.sent);
        drop.addEventListener("click", async () => {
          draft.photos.splice(at, 1);
          await put(draft);
          draw();
        });
        item.append(image, drop);
        return item;
      }),
    );
  };
  input.addEventListener("change", async () => {
    for (const file of [...input.files].slice(0, PHOTOS - draft.photos.length)) {
      const blob = await shrink(file);
      const taken_at = new Date(file.lastModified).toISOString();
      draft.photos.push({ key: newKey(), name: file.name, blob, taken_at, thumb: await thumbnail(blob) });
      await put(draft);
    }
    input.value = "";
    draw();
  });
  draw();
}

function conflict(page, draft, sendNow) {
  const part = page.querySelector("[data-conflict]"), theirs = draft.theirs;
  part.hidden = false;
  const lines = [["状态", "—", theirs.status_text + (theirs.reported_by ? `(${theirs.reported_by})` : "")]];
  for (const [name, value] of Object.entries(theirs.values || {})) {
    const field = page.querySelector(`[name=${name}]`);
    lines.push([page.querySelector(`label[for=${field.id}]`).textContent.trim(), shownAs(field, draft.values[name]), shownAs(field, value)]);
  }
  for (const line of lines) {
    const cells = document.createElement("tr");
    line.forEach((text) => (cells.insertCell().textContent = text ?? "—"));
    part.querySelector("tbody").append(cells);
  }
  const over = part.querySelector("[data-mine]");
  over.hidden = !theirs.can_report;
  part.querySelector("[data-why]").textContent = theirs.can_report ? "" : `${theirs.reason}。您填的内容还在下面，可以抄下来。`;
  over.addEventListener("click", async () => {
    draft.values.seen = theirs.version;
    await put({ ...draft, session: theirs, state: "waiting", reason: "" });
    location.hash = "#";
    sendNow();
  });
  part.querySelector("[data-theirs]").addEventListener("click", async () => {
    if (!confirm("放弃后，您填的内容不能找回。确定吗？")) return;
    await (await database).delete("drafts", draft.key);
    await count();
    location.hash = "#";
  });
}

// A value as its field shows it: a choice by its words.
function shownAs(field, value) {
  if (field.tagName !== "SELECT") return value;
  const option = [...field.options].find((one) => one.value === String(value));
  return option ? option.text : "—";
}
