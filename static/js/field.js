// The field's pages: filled without a network, kept on this phone, sent when it can be, and arriving once.
(() => {
  "use strict";
  const body = document.body, view = document.getElementById("view");
  const WORDS = { draft: "存在本机", waiting: "等待发送", sent: "已送到", refused: "没有被接收", conflict: "有冲突" };
  const BADGES = { draft: "planned", waiting: "submitted", sent: "verified", refused: "returned", conflict: "returned" };
  const KINDS = { report: "上报活动", strength: "队伍规模", call_out: "应急出勤", reception: "接待登记", case: "接案" };
  const KEEP_SENT = 7 * 86400e3, PHOTOS = 9;
  let me = null, token = "", online = true, login = false, busy = false;

  const database = idb.openDB("field", 1, {
    upgrade(db) {
      db.createObjectStore("kept");
      db.createObjectStore("drafts", { keyPath: "key" });
    },
  });
  const newKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const put = async (draft) => {
    await (await database).put("drafts", { ...draft, changed: Date.now() });
    await count();
  };
  const all = async () => (await database).getAll("drafts");
  const mine = async () => (await all()).filter((draft) => me && draft.user === me.user);
  const unsent = (drafts) => drafts.filter((draft) => draft.state !== "sent");
  // For the log-out button of the other pages: whether there is something to ask about.
  const count = async () => localStorage.setItem("field-unsent", String(unsent(await mine()).length));

  // Whose phone it is now ---------------------------------------------------------------------------------------------
  async function load() {
    let response;
    try {
      response = await fetch(body.dataset.data, { credentials: "same-origin", cache: "no-store" });
    } catch {
      online = false;
      return;
    }
    online = true;
    login = response.status === 401;
    if (!response.ok) return;
    const found = await response.json();
    token = found.token;
    delete found.token;
    const db = await database;
    if (me && me.user !== found.user) await forget(me.user, false);
    me = { ...found, fresh: Date.now() };
    await db.put("kept", me, "me");
    await count();
  }

  // What was downloaded and what has arrived goes at once; what is unsent stays only by choice.
  async function forget(user, unsentToo) {
    const db = await database;
    for (const draft of await all()) {
      if (draft.user === user && (unsentToo || draft.state === "sent")) await db.delete("drafts", draft.key);
    }
    await db.delete("kept", "me");
    me = null;
  }

  async function purge() {
    const db = await database;
    for (const draft of await all()) {
      if (draft.state === "sent" && draft.changed < Date.now() - KEEP_SENT) await db.delete("drafts", draft.key);
    }
  }

  // Sending -----------------------------------------------------------------------------------------------------------
  async function post(address, content, headers = {}) {
    const ask = () => fetch(address, { method: "POST", body: content, headers: { ...headers, "X-CSRFToken": token }, credentials: "same-origin" });
    let response = await ask();
    if (response.status === 403) {
      await load(); // logged in anew: another token
      response = await ask();
    }
    return response;
  }

  // Only what sending found out is written: what is typed meanwhile stays.
  async function note(key, found) {
    const now = await (await database).get("drafts", key);
    if (now) await put({ ...now, ...found(now) });
  }

  async function send(draft) {
    try {
      for (const photo of draft.photos || []) {
        if (photo.sent) continue;
        const content = new FormData();
        content.append("session", draft.values.session);
        content.append("key", photo.key);
        content.append("taken_at", photo.taken_at);
        content.append("photo", new File([photo.blob], photo.name, { type: "image/jpeg" }));
        if (!(await arrived(draft, await post(body.dataset.photos, content)))) return;
        await note(draft.key, (now) => ({ photos: now.photos.map((one) => (one.key === photo.key ? { ...one, sent: true } : one)) }));
      }
      const content = JSON.stringify({ kind: draft.kind, key: draft.key, values: draft.values });
      const response = await post(body.dataset.send, content, { "Content-Type": "application/json" });
      if (!(await arrived(draft, response))) return;
      const { page } = await response.json();
      await note(draft.key, (now) =>
        now.state === "waiting"
          ? { state: "sent", reason: "", photos: [], page, values: now.kind === "case" ? {} : now.values }
          : { state: "refused", reason: "这份在您修改之前已经送到,改动没有送出;要更正请联系工会退回" },
      );
    } catch {
      online = false; // it waits, and is sent again when the network is back
    }
  }

  // Whether it arrived; where not, why, kept with the draft. A busy or broken server is asked again later.
  async function arrived(draft, response) {
    if (response.ok) return true;
    login = response.status === 401;
    if (response.status === 409 || response.status === 422) {
      const answer = await response.json();
      const state = response.status === 409 ? "conflict" : "refused";
      await note(draft.key, () => ({ state, reason: answer.reason, theirs: answer.theirs }));
    } else if ([400, 404, 405, 413, 415].includes(response.status)) {
      await note(draft.key, () => ({ state: "refused", reason: "平台没有接收,请删去过大的照片后再试" }));
    }
    return false;
  }

  async function sendAll() {
    if (busy || !me) return;
    busy = true;
    try {
      for (const draft of (await mine()).filter((one) => one.state === "waiting")) {
        await send(draft);
        if (!online || login) break;
      }
    } finally {
      busy = false;
    }
  }

  async function round() {
    await load();
    await sendAll();
    if (online && !login) await load();
    show(false);
  }

  // Showing -----------------------------------------------------------------------------------------------------------
  const from = (name) => document.getElementById(`t-${name}`).content.cloneNode(true);
  const day = (text) => Math.round((new Date(text) - new Date(new Date().toLocaleDateString("sv"))) / 86400e3);
  function when(session) {
    const days = day(session.held_on);
    const words = days === 0 ? "今天" : days < 0 ? `已过 ${-days} 天` : `${days} 天后`;
    return `${session.held_on} ${session.starts_at} · ${words}`;
  }
  function row(title, quiet, state, href) {
    const found = from("row");
    found.querySelector(".what").textContent = title;
    found.querySelector(".quiet").textContent = quiet;
    const badge = found.querySelector(".badge");
    badge.hidden = !state;
    if (state) {
      badge.textContent = WORDS[state] || state;
      badge.classList.add(`s-${BADGES[state] || "planned"}`);
    }
    found.querySelector("a").href = href;
    return found;
  }

  function head() {
    document.getElementById("who").textContent = me ? me.name : "";
    const net = document.getElementById("net");
    net.textContent = !online ? "没有网络" : login ? "请登录" : "已连接";
    net.className = `badge ${online && !login ? "s-verified" : "s-submitted"}`;
  }

  async function home() {
    const found = from("home"), drafts = await mine();
    const others = unsent(await all()).filter((draft) => !me || draft.user !== me.user);
    const open = unsent(drafts), sent = drafts.filter((draft) => draft.state === "sent");
    const reported = new Set(sent.filter((draft) => draft.kind === "report").map((draft) => draft.values.session));
    const begun = new Set(open.filter((draft) => draft.kind === "report").map((draft) => draft.values.session));
    const sessions = me ? me.sessions.filter((one) => !begun.has(one.pk) && (!reported.has(one.pk) || one.status === "returned")) : [];
    const due = sessions.filter((one) => day(one.held_on) <= 0), coming = sessions.filter((one) => day(one.held_on) > 0);
    const has = {
      login: login || (!me && online),
      stranger: me && others.some((draft) => !draft.keptByChoice),
      drafts: open.length,
      leads: me && me.teams.length,
      coming: coming.length,
      mediates: me && me.studios.length,
      sent: sent.length,
    };
    found.querySelectorAll("[data-if]").forEach((part) => !has[part.dataset.if] && part.remove());
    const list = (name) => found.querySelector(`[data-list=${name}]`);
    open.forEach((draft) => list("drafts").append(row(draft.title, draft.reason || KINDS[draft.kind], draft.state, `#item/${draft.key}`)));
    sent.forEach((draft) => list("sent").append(row(draft.title, KINDS[draft.kind], "sent", draft.page)));
    if (has.leads) {
      due.forEach((one) => list("due").append(row(one.title, when(one), one.status === "returned" ? "退回更正" : "", `#report/${one.pk}`)));
      found.querySelector("[data-empty=due]").hidden = due.length > 0;
      for (const team of me.teams) {
        const deeds = [["strength", "上报队伍规模"]];
        if (team.goes_out) deeds.unshift(["call_out", "应急出勤:现在出发"]);
        for (const [kind, label] of deeds) {
          const link = document.createElement("a");
          link.className = `btn btn-lg ${kind === "call_out" ? "btn-primary" : "btn-outline-primary"}`;
          link.href = `#${kind}/${team.pk}`;
          link.textContent = me.teams.length > 1 ? `${team.name} ${label}` : label;
          list("teams").append(link);
        }
      }
    }
    coming.forEach((one) => list("coming") && list("coming").append(row(one.title, when(one), "", `#report/${one.pk}`)));
    const enter = found.querySelector("[data-login]");
    if (enter) enter.href = `${body.dataset.login}?next=${location.pathname}`;
    if (has.stranger) stranger(found, others);
    found.querySelector("#fresh").textContent = me ? `数据更新于 ${new Date(me.fresh).toLocaleString("zh-CN")}。` : "请先联网登录一次。";
    found.querySelector("[data-leave]").hidden = !me;
    found.querySelector("[data-leave]").addEventListener("click", () => (location.hash = "#leave"));
    view.replaceChildren(found);
  }

  // Another user's unsent records: how many, not what; kept or wiped by choice.
  function stranger(found, others) {
    found.querySelector("[data-words]").textContent = `这部手机上还有另一位用户没有送到的 ${others.length} 份记录(内容不显示)。`;
    found.querySelector("[data-keep]").addEventListener("click", async () => {
      for (const draft of others) await put({ ...draft, keptByChoice: true });
      show();
    });
    found.querySelector("[data-wipe]").addEventListener("click", async () => {
      for (const draft of others) await (await database).delete("drafts", draft.key);
      show();
    });
  }

  // One form, for all kinds --------------------------------------------------------------------------------------
  async function begin(kind, about) {
    const open = unsent(await mine()).find((draft) => draft.kind === kind && String(draft.about) === String(about) && !["reception", "case"].includes(kind));
    if (open) return open;
    const draft = { key: newKey(), user: me.user, kind, about, state: "draft", reason: "", photos: [], values: {} };
    const today = new Date().toLocaleDateString("sv");
    const team = me.teams.find((one) => String(one.pk) === String(about));
    if (kind === "report") {
      const one = me.sessions.find((found) => String(found.pk) === String(about));
      if (!one) return null;
      draft.title = one.title;
      draft.session = one;
      const { workers_served, volunteers, venue, summary } = one;
      draft.values = { session: one.pk, seen: one.version, workers_served, volunteers, venue, summary };
    } else if (kind === "strength") {
      draft.title = `${team.name} 队伍规模`;
      const { formal_members, volunteers, union_members } = team;
      draft.values = { organization: team.pk, as_of: today, formal_members, volunteers: volunteers ?? 0, union_members: union_members ?? 0 };
    } else if (kind === "call_out") {
      draft.title = `${team.name} 应急出勤`;
      draft.values = { organization: team.pk, started_at: new Date().toISOString(), kind: "other" };
      await put(draft); // one tap: it has begun
    } else if (kind === "case") {
      draft.title = "接案";
      const moment = new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 16);
      draft.values = { studio: me.studios[0] && me.studios[0].pk, received_at: moment, kind: "wages" };
    } else {
      draft.title = "接待登记";
      draft.values = { studio: me.studios[0] && me.studios[0].pk, received_on: today, people: 1 };
    }
    return draft;
  }

  function options(select, rows, empty) {
    if (empty) select.append(new Option("无", ""));
    rows.forEach((one) => select.append(new Option(one.name, one.pk)));
  }

  async function form(draft) {
    if (!draft) return (location.hash = "#");
    const page = from("form"), fields = from(draft.kind);
    page.querySelector("[data-title]").textContent = draft.title;
    const badge = page.querySelector("[data-state]");
    badge.textContent = WORDS[draft.state];
    badge.classList.add(`s-${BADGES[draft.state]}`);
    const about = fields.querySelector("[data-about]");
    if (draft.kind === "report") {
      const one = draft.session;
      about.textContent = `${one.organization} · ${when(one)}`;
      const note = fields.querySelector("[data-if=note]");
      note.hidden = !one.note;
      note.textContent = `请更正:${one.note}`;
      fields.querySelector("[data-signs]").textContent = one.sign_ins ? `已签到 ${one.sign_ins} 人。` : "没有签到记录,人数按现场点数记。";
      options(fields.querySelector("[name=venue]"), me.venues, true);
    } else if (draft.kind === "call_out") {
      about.textContent = `${new Date(draft.values.started_at).toLocaleString("zh-CN")} 出发。可以先返回,归队后再填。`;
      if (!draft.values.ended_at) draft.values.ended_at = new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 16);
    } else if (draft.kind === "reception" || draft.kind === "case") options(fields.querySelector("[name=studio]"), me.studios);
    if (draft.kind === "case") {
      about.textContent = `${draft.values.received_at.replace("T", " ")} 接到。姓名、电话送到后加密保存,本机的随即清除。`;
      const towns = fields.querySelector("[name=area]");
      towns.append(new Option("工作室所在镇街", ""));
      options(towns, me.towns);
      fields.querySelector("[name=studio]").closest("div").hidden = me.studios.length === 1;
    }
    page.querySelector("[data-fields]").append(fields);
    const reason = page.querySelector("[data-reason]");
    reason.hidden = draft.state !== "refused";
    reason.textContent = `没有被接收:${draft.reason}。填的内容还在,可以修改后再提交。`;
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
      round();
    });
    if (draft.kind === "report") photos(page, draft);
    if (draft.state === "conflict") conflict(page, draft);
    const remove = page.querySelector("[data-delete]");
    remove.hidden = !(await (await database).get("drafts", draft.key));
    remove.addEventListener("click", async () => {
      if (!confirm("删除后不能找回,确定删除吗?")) return;
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

  function conflict(page, draft) {
    const part = page.querySelector("[data-conflict]"), theirs = draft.theirs;
    part.hidden = false;
    const venue = (pk) => (me.venues.find((one) => String(one.pk) === String(pk)) || { name: "—" }).name;
    const lines = [
      ["状态", "—", theirs.status_words + (theirs.reported_by ? `(${theirs.reported_by})` : "")],
      ["服务职工", draft.values.workers_served, theirs.workers_served],
      ["志愿者", draft.values.volunteers, theirs.volunteers],
      ["场地", venue(draft.values.venue), venue(theirs.venue)],
      ["简况", draft.values.summary, theirs.summary],
    ];
    for (const line of lines) {
      const cells = document.createElement("tr");
      line.forEach((text) => (cells.insertCell().textContent = text ?? "—"));
      part.querySelector("tbody").append(cells);
    }
    const over = part.querySelector("[data-mine]");
    over.hidden = !theirs.can_report;
    part.querySelector("[data-why]").textContent = theirs.can_report ? "" : `${theirs.reason}。您填的内容还在下面,可以抄下来。`;
    over.addEventListener("click", async () => {
      draft.values.seen = theirs.version;
      await put({ ...draft, session: theirs, state: "waiting", reason: "" });
      location.hash = "#";
      round();
    });
    part.querySelector("[data-theirs]").addEventListener("click", async () => {
      if (!confirm("放弃后,您填的内容不能找回。确定吗?")) return;
      await (await database).delete("drafts", draft.key);
      await count();
      location.hash = "#";
    });
  }

  // Leaving -----------------------------------------------------------------------------------------------------------
  async function leave() {
    const found = from("leave"), open = unsent(await mine());
    found.querySelector("[data-words]").textContent = open.length ? `还有 ${open.length} 份没有送到。` : "本机上的活动清单会清空。";
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
    const user = me && me.user;
    if (!unsentToo) for (const draft of unsent(await mine())) await put({ ...draft, keptByChoice: true });
    try {
      await post(body.dataset.logout, new FormData());
    } catch {
      online = false;
      if (!confirm("现在没有网络,平台上的登录还在;本机数据照常清理。继续吗?")) return;
    }
    await forget(user, unsentToo);
    localStorage.removeItem("field-unsent");
    location.href = body.dataset.login;
  }

  async function show(moved = true) {
    head();
    const [name, about] = location.hash.slice(1).split("/");
    // What is being filled in is not drawn anew below the finger.
    if (!moved && name) return;
    if (name === "leave" && me) return leave();
    if (name === "item") return form((await mine()).find((draft) => draft.key === about));
    if (KINDS[name] && me) return form(await begin(name, about));
    return home();
  }

  (async () => {
    me = (await (await database).get("kept", "me")) || null;
    await purge();
    await show();
    window.addEventListener("hashchange", () => show());
    window.addEventListener("online", round);
    window.addEventListener("offline", () => {
      online = false;
      head();
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && round());
    setInterval(async () => (await mine()).some((draft) => draft.state === "waiting") && round(), 15e3);
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(body.dataset.worker).catch(() => {});
    await round();
  })();
})();
