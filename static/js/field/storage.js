// What is kept on this phone: drafts, and what was taken along for its user. Everything of one user, and nothing of another.
import { addresses, state } from "./state.js";

// How long a sent record stays in sight; the page says so too.
const SENT_KEPT_FOR = Number(addresses.sentKeptDays) * 86400e3;

export const database = idb.openDB("field", 1, {
  upgrade(db) {
    db.createObjectStore("kept");
    db.createObjectStore("drafts", { keyPath: "key" });
  },
});
export const newKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
export const put = async (draft) => {
  await (await database).put("drafts", { ...draft, changed: Date.now() });
  await count();
};
export const all = async () => (await database).getAll("drafts");
export const mine = async () => (await all()).filter((draft) => state.me && draft.user === state.me.user);
export const unsent = (drafts) => drafts.filter((draft) => draft.state !== "sent");
// For the log-out button of the other pages: whether there is something to ask about.
export const count = async () => localStorage.setItem("field-unsent", String(unsent(await mine()).length));

// What was downloaded and what has arrived goes at once; what is unsent stays only by choice.
export async function forget(user, unsentToo) {
  const db = await database;
  for (const draft of await all()) {
    if (draft.user === user && (unsentToo || draft.state === "sent")) await db.delete("drafts", draft.key);
  }
  await db.delete("kept", "me");
  state.me = null;
}

export async function purge() {
  const db = await database;
  for (const draft of await all()) {
    if (draft.state === "sent" && draft.changed < Date.now() - SENT_KEPT_FOR) await db.delete("drafts", draft.key);
  }
}

// Only what sending found out is written: what is typed meanwhile stays.
export async function note(key, found) {
  const now = await (await database).get("drafts", key);
  if (now) await put({ ...now, ...found(now) });
}
