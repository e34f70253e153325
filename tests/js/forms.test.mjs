import assert from "node:assert/strict";
import { test } from "node:test";
import { amountOf, capitals, fitting, withSeparators } from "../../static/js/forms.js";

test("amounts as people write them, and nothing else", () => {
  assert.deepEqual(["3,333.33", "¥3333", " 12.5 ", "1e3", "1_000", "", "12.345"].map(amountOf), [3333.33, 3333, 12.5, null, null, null, null]);
});

test("separators, and no needless fen", () => {
  assert.deepEqual([0, 999, 1000, 64000.5, 12345678].map(withSeparators), ["¥0", "¥999", "¥1,000", "¥64,000.50", "¥12,345,678"]);
});

test("amounts in capitals", () => {
  const expected = {
    0: "零元整", 0.05: "伍分", 0.5: "伍角", 10: "壹拾元整", 105: "壹佰零伍元整", 1000.03: "壹仟元零叁分", 64000.5: "陆万肆仟元伍角",
    10001: "壹万零壹元整", 100000000: "壹亿元整", 200010000: "贰亿零壹万元整", 12880000: "壹仟贰佰捌拾捌万元整", 30204.56: "叁万零贰佰零肆元伍角陆分",
  };
  Object.entries(expected).forEach(([amount, words]) => assert.equal(capitals(Number(amount)), words));
});

test("options are found by words and by initials, the beginning first", () => {
  const options = [
    { text: "象山县雄鹰应急救援队", initials: "xsxxyyjjyd xyjyd" },
    { text: "雄鹰读书会", initials: "xydsh" },
    { text: "丹东街道 · 塔山社区", initials: "ddjdtssq" },
  ];
  const found = (typed) => fitting(options, typed).map((option) => option.text);
  assert.deepEqual(found("雄鹰"), ["雄鹰读书会", "象山县雄鹰应急救援队"]);
  assert.deepEqual(found("xyjy"), ["象山县雄鹰应急救援队"]);
  assert.deepEqual(found("tssq"), ["丹东街道 · 塔山社区"]);
  assert.deepEqual(found("没有"), []);
  assert.equal(found("").length, 3);
});
