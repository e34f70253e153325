// What goes to the portal and comes from it. Sent twice, a record arrives once: it has a key of its own.
import { addresses, state } from "./state.js";
import { count, database, forget, mine, note } from "./storage.js";

let busy = false;

export async function load() {
  let response;
  try {
    response = await fetch(addresses.data, { credentials: "same-origin", cache: "no-store" });
  } catch {
    state.online = false;
    return;
  }
  state.online = true;
  state.login = response.status === 401;
  if (!response.ok) return;
  const found = await response.json();
  state.token = found.token;
  delete found.token;
  const db = await database;
  if (state.me && state.me.user !== found.user) await forget(state.me.user, false);
  state.me = { ...found, fresh: Date.now() };
  await db.put("kept", state.me, "me");
  await count();
}

export async function post(address, content, headers = {}) {
  const ask = () => fetch(address, { method: "POST", body: content, headers: { ...headers, "X-CSRFToken": state.token }, credentials: "same-origin" });
  let response = await ask();
  if (response.status === 403) {
    await load(); // logged in anew: another token
    response = await ask();
  }
  return response;
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
      if (!(await arrived(draft, await post(addresses.photos, content)))) return;
      await note(draft.key, (now) => ({ photos: now.photos.map((one) => (one.key === photo.key ? { ...one, sent: true } : one)) }));
    }
    const content = JSON.stringify({ kind: draft.kind, key: draft.key, values: draft.values });
    const response = await post(addresses.send, content, { "Content-Type": "application/json" });
    if (!(await arrived(draft, response))) return;
    const { page } = await response.json();
    await note(draft.key, (now) =>
      now.state === "waiting"
        ? { state: "sent", reason: "", photos: [], page, values: now.kind === "case" ? {} : now.values }
        : { state: "refused", reason: "这份在您修改之前已经送到，改动没有送出；要更正请联系工会退回" },
    );
  } catch {
    state.online = false; // it waits, and is sent again when the network is back
  }
}

// Whether it arrived; where not, why, kept with the draft. A busy or broken server is asked again later.
async function arrived(draft, response) {
  if (response.ok) return true;
  state.login = response.status === 401;
  if (response.status === 409 || response.status === 422) {
    const answer = await response.json();
    const verdict = response.status === 409 ? "conflict" : "refused";
    await note(draft.key, () => ({ state: verdict, reason: answer.reason, theirs: answer.theirs }));
  } else if ([400, 404, 405, 413, 415].includes(response.status)) {
    await note(draft.key, () => ({ state: "refused", reason: "平台没有接收，请删去过大的照片后再试" }));
  }
  return false;
}

export async function sendAll() {
  if (busy || !state.me) return;
  busy = true;
  try {
    for (const draft of (await mine()).filter((one) => one.state === "waiting")) {
      await send(draft);
      if (!state.online || state.login) break;
    }
  } finally {
    busy = false;
  }
}
