// The field's pages: filled without a network, kept on this phone, sent when it can be, and arriving once.
import { begin, form, from } from "./forms.js";
import { load, post, sendAll } from "./sending.js";
import { addresses, state } from "./state.js";
import { all, database, forget, mine, purge, put, unsent } from "./storage.js";
import { BADGES, KINDS, LABELS, daysUntil, toReport, when } from "./labels.js";

const view = document.getElementById("view");

async function round() {
  await load();
  await sendAll();
  if (state.online && !state.login) await load();
  show(false);
}

function row(title, quiet, state, href) {
  const found = from("row");
  found.querySelector(".what").textContent = title;
  found.querySelector(".quiet").textContent = quiet;
  const badge = found.querySelector(".badge");
  badge.hidden = !state;
  if (state) {
    badge.textContent = LABELS[state] || state;
    badge.classList.add(`s-${BADGES[state] || "planned"}`);
  }
  found.querySelector("a").href = href;
  return found;
}

function head() {
  document.getElementById("who").textContent = state.me ? state.me.name : "";
  const net = document.getElementById("net");
  net.textContent = !state.online ? "没有网络" : state.login ? "请登录" : "已连接";
  net.className = `badge ${state.online && !state.login ? "s-verified" : "s-submitted"}`;
}

async function home() {
  const found = from("home"), drafts = await mine();
  const others = unsent(await all()).filter((draft) => !state.me || draft.user !== state.me.user);
  const open = unsent(drafts), sent = drafts.filter((draft) => draft.state === "sent");
  const reported = new Set(sent.filter((draft) => draft.kind === "report").map((draft) => draft.values.session));
  const begun = new Set(open.filter((draft) => draft.kind === "report").map((draft) => draft.values.session));
  const sessions = state.me ? state.me.sessions.filter((one) => !begun.has(one.pk) && (!reported.has(one.pk) || one.status === "returned")) : [];
  const due = toReport(sessions), coming = sessions.filter((one) => daysUntil(one.held_on) > 0);
  const has = {
    login: state.login || (!state.me && state.online),
    stranger: state.me && others.some((draft) => !draft.keptByChoice),
    drafts: open.length,
    leads: state.me && state.me.teams.length,
    coming: coming.length,
    mediates: state.me && state.me.studios.length,
    sent: sent.length,
  };
  found.querySelectorAll("[data-if]").forEach((part) => !has[part.dataset.if] && part.remove());
  const list = (name) => found.querySelector(`[data-list=${name}]`);
  open.forEach((draft) => list("drafts").append(row(draft.title, draft.reason || KINDS[draft.kind], draft.state, `#item/${draft.key}`)));
  sent.forEach((draft) => list("sent").append(row(draft.title, KINDS[draft.kind], "sent", draft.page)));
  if (has.leads) {
    due.forEach((one) => list("due").append(row(one.title, when(one), one.status === "returned" ? "退回修改" : "", `#report/${one.pk}`)));
    found.querySelector("[data-empty=due]").hidden = due.length > 0;
    for (const team of state.me.teams) {
      const actions = [["strength", "上报队伍规模"]];
      if (team.goes_out) actions.unshift(["call_out", "应急出勤：现在出发"]);
      for (const [kind, label] of actions) {
        const link = document.createElement("a");
        link.className = `btn btn-lg ${kind === "call_out" ? "btn-primary" : "btn-outline-primary"}`;
        link.href = `#${kind}/${team.pk}`;
        link.textContent = state.me.teams.length > 1 ? `${team.name} ${label}` : label;
        list("teams").append(link);
      }
    }
  }
  coming.forEach((one) => list("coming") && list("coming").append(row(one.title, when(one), "", `#report/${one.pk}`)));
  const enter = found.querySelector("[data-login]");
  if (enter) enter.href = `${addresses.login}?next=${location.pathname}`;
  if (has.stranger) stranger(found, others);
  found.querySelector("#fresh").textContent = state.me ? `数据更新于 ${new Date(state.me.fresh).toLocaleString("zh-CN")}。` : "请先联网登录一次。";
  found.querySelector("[data-leave]").hidden = !state.me;
  found.querySelector("[data-leave]").addEventListener("click", () => (location.hash = "#leave"));
  view.replaceChildren(found);
}

// Another user's unsent records: how many, not what; kept or wiped by choice.
function stranger(found, others) {
  found.querySelector("[data-text]").textContent = `这部手机上还有另一位用户没有送到的 ${others.length} 份记录（内容不显示）。`;
  found.querySelector("[data-keep]").addEventListener("click", async () => {
    for (const draft of others) await put({ ...draft, keptByChoice: true });
    show();
  });
  found.querySelector("[data-wipe]").addEventListener("click", async () => {
    for (const draft of others) await (await database).delete("drafts", draft.key);
    show();
  });
}

async function leave() {
  const found = from("leave"), open = unsent(await mine());
  found.querySelector("[data-text]").textContent = open.length ? `还有 ${open.length} 份没有送到。` : "本机上的活动清单会清空。";
  const [first, keep, wipe] = ["first", "keep", "wipe"].map((name) => found.querySelector(`[data-${name}]`));
  first.hidden = keep.hidden = !open.length;
  first.addEventListener("click", async () => {
    await round();
    leave();
  });
  keep.addEventListener("click", () => out(false));
  wipe.addEventListener("click", () => out(true));
  view.replaceChildren(found);
}

async function out(unsentToo) {
  const user = state.me && state.me.user;
  if (!unsentToo) for (const draft of unsent(await mine())) await put({ ...draft, keptByChoice: true });
  try {
    await post(addresses.logout, new FormData());
  } catch {
    state.online = false;
    if (!confirm("现在没有网络，平台上的登录还在；本机数据照常清理。继续吗？")) return;
  }
  await forget(user, unsentToo);
  localStorage.removeItem("field-unsent");
  location.href = addresses.login;
}

async function show(moved = true) {
  head();
  const [name, about] = location.hash.slice(1).split("/");
  // What is being filled in is not drawn anew below the finger.
  if (!moved && name) return;
  if (name === "leave" && state.me) return leave();
  if (name === "item") return form((await mine()).find((draft) => draft.key === about), view, round);
  if (KINDS[name] && state.me) return form(await begin(name, about), view, round);
  return home();
}

(async () => {
  state.me = (await (await database).get("kept", "me")) || null;
  await purge();
  await show();
  window.addEventListener("hashchange", () => show());
  window.addEventListener("online", round);
  window.addEventListener("offline", () => {
    state.online = false;
    head();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && round());
  setInterval(async () => (await mine()).some((draft) => draft.state === "waiting") && round(), 15e3);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(addresses.worker).catch(() => {});
  await round();
})();
