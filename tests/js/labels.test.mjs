// The field's text: days are counted in the phone's own time, whatever the hour.
import assert from "node:assert/strict";
import { test } from "node:test";
import { daysUntil, localMoment, toReport, today, when } from "../../static/js/field/labels.js";

const session = (held_on) => ({ held_on, starts_at: "14:00" });

test("a day is near or far by the calendar, not by hours", () => {
  for (const hour of [0, 12, 23]) {
    const now = new Date(2026, 11, 31, hour, 59);
    assert.equal(daysUntil("2026-12-31", now), 0);
    assert.equal(daysUntil("2027-01-01", now), 1);
    assert.equal(daysUntil("2026-12-28", now), -3);
  }
});

test("a session says how far it is away", () => {
  const now = new Date(2028, 1, 29, 8, 0);
  assert.equal(when(session("2028-02-29"), now), "2028-02-29 14:00 · 今天");
  assert.equal(when(session("2028-03-01"), now), "2028-03-01 14:00 · 1 天后");
  assert.equal(when(session("2028-02-27"), now), "2028-02-27 14:00 · 已过 2 天");
});

test("a moment is written as a form's field takes it", () => {
  assert.equal(localMoment(new Date(2026, 0, 5, 7, 3)), "2026-01-05T07:03");
  assert.equal(today(new Date(2026, 0, 5, 23, 59)), "2026-01-05");
});

test("what came last is reported first, and what was sent back before all", () => {
  const now = new Date(2026, 10, 30, 23, 59);
  const sessions = [["2020-12-18", "planned"], ["2026-12-01", "planned"], ["2026-11-30", "planned"], ["2026-11-02", "returned"]].map(([held_on, status]) => ({ held_on, status }));
  assert.deepEqual(toReport(sessions, now).map((one) => one.held_on), ["2026-11-02", "2026-11-30", "2020-12-18"]);
});
