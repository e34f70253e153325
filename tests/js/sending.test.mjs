// What is sent from the field: once, with its reason where it is refused, and again where the portal did not answer.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

// The browser's database, as far as the pages use it.
const stores = { drafts: new Map(), kept: new Map() };
globalThis.idb = {
  openDB: async () => ({
    get: async (store, key) => structuredClone(stores[store].get(key)),
    getAll: async (store) => [...stores[store].values()].map((one) => structuredClone(one)),
    put: async (store, value, key) => stores[store].set(key ?? value.key, structuredClone(value)),
    delete: async (store, key) => stores[store].delete(key),
  }),
};
globalThis.localStorage = { setItem() {} };
globalThis.document = { body: { dataset: { data: "/data", send: "/send", photos: "/photo", sentKeptDays: "7" } } };

const { state } = await import("../../static/js/field/state.js");
const { mine, purge, put } = await import("../../static/js/field/storage.js");
const { load, sendAll } = await import("../../static/js/field/sending.js");

let asked = [];
const answers = (...replies) => {
  asked = [];
  globalThis.fetch = async (address, options = {}) => {
    asked.push([address, options.method || "GET"]);
    const [status, content] = replies.shift();
    return { ok: status < 300, status, json: async () => content };
  };
};
const draft = (more = {}) => ({ key: "k1", user: 1, kind: "strength", state: "waiting", values: { volunteers: 3 }, photos: [], ...more });

beforeEach(() => {
  stores.drafts.clear();
  Object.assign(state, { me: { user: 1 }, token: "t", online: true, login: false });
});

test("what arrived is kept as sent, and not sent again", async () => {
  await put(draft());
  answers([200, { page: "/orgs/1/" }]);
  await sendAll();
  await sendAll();
  const [kept] = await mine();
  assert.deepEqual([kept.state, kept.page, asked.length], ["sent", "/orgs/1/", 1]);
});

test("what is refused keeps what was filled in, with the reason", async () => {
  await put(draft());
  answers([422, { reason: "人数不能为空" }]);
  await sendAll();
  const [kept] = await mine();
  assert.deepEqual([kept.state, kept.reason, kept.values], ["refused", "人数不能为空", { volunteers: 3 }]);
});

test("a conflict brings what the portal has", async () => {
  await put(draft());
  answers([409, { reason: "已被改动", theirs: { pk: 7 } }]);
  await sendAll();
  const [kept] = await mine();
  assert.deepEqual([kept.state, kept.theirs], ["conflict", { pk: 7 }]);
});

test("without an answer it waits, and goes later", async () => {
  await put(draft());
  globalThis.fetch = async () => {
    throw new TypeError("no network");
  };
  await sendAll();
  assert.deepEqual([(await mine())[0].state, state.online], ["waiting", false]);
  answers([503, {}]);
  await sendAll();
  assert.equal((await mine())[0].state, "waiting");
});

test("logged out, nothing is lost", async () => {
  await put(draft());
  answers([401, {}]);
  await sendAll();
  assert.deepEqual([(await mine())[0].state, state.login], ["waiting", true]);
});

test("another user's data takes the place of the first's; unsent records stay", async () => {
  await put(draft());
  await put(draft({ key: "k2", state: "sent" }));
  answers([200, { user: 2, token: "t2" }]);
  await load();
  assert.deepEqual([state.me.user, state.token, [...stores.drafts.keys()]], [2, "t2", ["k1"]]);
});

test("sent records go after the days the page names", async () => {
  await put(draft({ key: "old", state: "sent" }));
  stores.drafts.get("old").changed = Date.now() - 8 * 86400e3;
  await put(draft({ key: "new", state: "sent" }));
  await purge();
  assert.deepEqual([...stores.drafts.keys()], ["new"]);
});
