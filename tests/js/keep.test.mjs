import assert from "node:assert/strict";
import { test } from "node:test";

import { isFresh, restore, valuesOf, worthKeeping } from "../../static/js/keep.js";

const field = (name, value, type = "text", checked = false) => ({ name, value, type, checked });

test("passwords, files and tokens are never kept", () => {
  for (const type of ["password", "file", "hidden", "submit"]) assert.equal(worthKeeping(field("a", "1", type)), false);
  assert.equal(worthKeeping(field("csrfmiddlewaretoken", "1")), false);
  assert.equal(worthKeeping(field("workers_served", "1", "number")), true);
});

test("what was typed comes back, ticks by their value", () => {
  const kept = valuesOf([field("summary", "六场"), field("kind", "a", "radio", false), field("kind", "b", "radio", true)]);
  const empty = [field("summary", ""), field("kind", "a", "radio", true), field("kind", "b", "radio", false), field("new", "")];
  assert.equal(restore(empty, kept), 3);
  assert.deepEqual([empty[0].value, empty[1].checked, empty[2].checked, empty[3].value], ["六场", false, true, ""]);
});

test("what is a day old is not offered", () => {
  assert.equal(isFresh({ at: 1000 }, 1000 + 11 * 3600 * 1000), true);
  assert.equal(isFresh({ at: 1000 }, 1000 + 13 * 3600 * 1000), false);
  assert.equal(isFresh(null, 0), false);
});
