import assert from "node:assert/strict";
import { test } from "node:test";
import { listWith, neighboursOf } from "../../static/js/lists.js";

const sessions = { path: "/services/sessions/", query: "?status=submitted", links: ["/s/1/", "/s/2/", "/s/3/"], at: 1 };
const contract = { path: "/services/contracts/", query: "", links: ["/s/2/"], at: 2 };

test("the newest list that leads to a page is its list", () => {
  assert.equal(listWith("/s/2/", [sessions, contract]), contract);
  assert.equal(listWith("/s/3/", [sessions, contract]), sessions);
  assert.equal(listWith("/s/9/", [sessions, contract]), undefined);
});

test("the record before and after, none beyond the ends", () => {
  assert.deepEqual(neighboursOf("/s/2/", sessions), { before: "/s/1/", after: "/s/3/" });
  assert.deepEqual(neighboursOf("/s/1/", sessions), { before: "", after: "/s/2/" });
  assert.deepEqual(neighboursOf("/s/3/", sessions), { before: "/s/2/", after: "" });
});
