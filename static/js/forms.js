// What helps at a form; every form works without it: type-ahead for long lists, rows added by a button, sums, a warning before
// what was typed is left behind.
const LONG = 15;

// 1,234.50 or ¥1234.5 as a number; null where it is none.
export function amountOf(text) {
  const plain = String(text).replace(/[¥,\s\uffe5\uff0c]/g, "");
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Number(plain) : null;
}

export function withSeparators(amount) {
  const [whole, fraction] = amount.toFixed(2).split(".");
  return `¥${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${fraction === "00" ? "" : `.${fraction}`}`;
}

// 64000.5 -> 陆万肆仟元伍角: the digits of vouchers and cheques (支付结算办法, appendix 1).
export function capitals(amount) {
  const digits = "零壹贰叁肆伍陆柒捌玖";
  const fen = Math.round(amount * 100);
  const whole = Math.floor(fen / 100);
  const group = (number) => {
    let text = "", gap = false;
    [...String(number).padStart(4, "0")].forEach((digit, n) => {
      if (digit === "0") gap = gap || text !== "";
      else {
        text += (gap ? "零" : "") + digits[digit] + ["仟", "佰", "拾", ""][n];
        gap = false;
      }
    });
    return text;
  };
  let text = "", rest = whole, groups = [];
  while (rest > 0) {
    groups.push(rest % 10000);
    rest = Math.floor(rest / 10000);
  }
  groups.reverse().forEach((value, n) => {
    const unit = ["", "万", "亿", "万亿"][groups.length - 1 - n];
    if (value === 0) return;
    if (text && (value < 1000 || groups[n - 1] === 0)) text += "零";
    text += group(value) + unit;
  });
  const jiao = Math.floor(fen / 10) % 10, last = fen % 10;
  if (!jiao && !last) return `${text || "零"}元整`;
  const small = (jiao ? `${digits[jiao]}角` : text ? "零" : "") + (last ? `${digits[last]}分` : "");
  return (text ? `${text}元` : "") + small;
}

// In the order of pinyin (Unicode CLDR, zh), the first sign of each letter: reckoned here, since the initials of hundreds of options
// would weigh half as much again as the form. A sign of two readings is taken by its usual one.
const LETTERS = "abcdefghjklmnopqrstwxyz", FIRST_SIGNS = [..."吖驁嚓銼飿貮鰒過嚿葰頢駱縸喔慪巬裠篛嗩蘀窹顨縕"];
const byPinyin = new Intl.Collator("zh-CN-u-co-pinyin");

function initialOf(sign) {
  if (/[a-z0-9]/i.test(sign)) return sign.toLowerCase();
  if (!/[\u4e00-\u9fff]/.test(sign)) return "";
  let place = FIRST_SIGNS.length - 1;
  while (place > 0 && byPinyin.compare(FIRST_SIGNS[place], sign) > 0) place -= 1;
  return LETTERS[place];
}

// Of the whole and of each of its words: 丹东街道 · 塔山社区 is found by ddjdtssq and by tssq.
export function initialsOf(text) {
  return [text, ...text.split(/[ ·]+/)].map((part) => [...part].map(initialOf).join("")).join(" ");
}

// Options that hold what was typed, in their words or as initials; those that begin with it come first.
export function fitting(options, typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return options;
  const rank = ({ text, initials }) => {
    const words = initials.split(" ");
    if (text.toLowerCase().startsWith(wanted) || words.some((word) => word.startsWith(wanted))) return 0;
    return text.toLowerCase().includes(wanted) || words.some((word) => word.includes(wanted)) ? 1 : 2;
  };
  return options.map((option) => [rank(option), option]).filter(([place]) => place < 2).sort((one, other) => one[0] - other[0]).map(([, option]) => option);
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const isLong = (select) => [...select.options].filter((option) => option.value).length > LONG;

// The box to type in weighs more than the page: it is fetched when somebody turns to the form, before they come to the list.
function typeAhead(page) {
  const lists = [...page.querySelectorAll("select[data-typeahead]")].filter(isLong);
  const source = page.querySelector("script[data-type-ahead]");
  if (!lists.length || !source) return;
  const turns = ["pointerover", "touchstart", "focusin", "keydown"];
  const bring = () => {
    turns.forEach((turn) => page.removeEventListener(turn, bring));
    const script = page.createElement("script");
    script.src = source.dataset.typeAhead;
    script.addEventListener("load", () => lists.forEach((select) => {
      // Who has opened the plain list already chooses from it.
      if (select === page.activeElement) select.addEventListener("blur", () => makeBox(select), { once: true });
      else makeBox(select);
    }));
    page.head.append(script);
  };
  turns.forEach((turn) => page.addEventListener(turn, bring, { passive: true }));
}

function makeBox(select) {
  const options = [...select.options].filter((option) => option.value).map((option) => option.textContent.trim()).map((text) => ({ text, initials: initialsOf(text) }));
  const chosen = select.selectedOptions[0];
  const invalid = select.classList.contains("is-invalid");
  window.accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    defaultValue: chosen && chosen.value ? chosen.textContent.trim() : "",
    source: (typed, show) => show(fitting(options, typed).map((option) => option.text)),
    minLength: 0,
    confirmOnBlur: false, // leaving the box chooses nothing that was not chosen
    showAllValues: true,
    showNoOptionsFound: true,
    inputClasses: invalid ? "is-invalid" : "",
    templates: { inputValue: (text) => text || "", suggestion: escaped }, // names are text, never markup
    placeholder: "输入名称或拼音首字母",
    tNoResults: () => "没有找到，请换个词",
    tStatusQueryTooShort: () => "请继续输入",
    tStatusNoResults: () => "没有找到",
    tStatusSelectedOption: (option, count, at) => `${option}，第 ${at + 1} 个，共 ${count} 个`,
    tStatusResults: (count, option) => `${count} 个结果，${option}`,
    tAssistiveHint: () => "输入后用上下键选择，回车确定",
    onConfirm: (text) => {
      const option = [...select.options].find((one) => one.textContent.trim() === text);
      if (!option) return;
      option.selected = true;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
  // Emptied is nothing chosen; half a name is no name.
  select.parentElement.addEventListener("focusout", (event) => setTimeout(() => {
    if (!event.target.matches(".autocomplete__input")) return;
    const typed = event.target.value.trim();
    const chosen = select.selectedOptions[0];
    if ((chosen && chosen.value ? chosen.textContent.trim() : "") === typed) return;
    const named = [...select.options].find((option) => option.value && option.textContent.trim() === typed);
    select.value = named ? named.value : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }));
}

function focusOnErrors(page) {
  const errors = page.querySelector("[data-errors]");
  if (errors) errors.focus();
}

// A row that holds nothing yet is folded away but for the first; the button brings the next, or makes one.
function rowsByButton(page) {
  page.querySelectorAll("[data-rowset]").forEach((section) => {
    const body = section.querySelector("tbody"), button = section.querySelector("[data-add-row]");
    const total = section.querySelector("input[name$='-TOTAL_FORMS']"), most = section.querySelector("input[name$='-MAX_NUM_FORMS']");
    const template = section.querySelector("template");
    const holds = (row) => row.querySelector(".text-danger") || [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].some((field) => (field.type === "checkbox" ? field.checked : field.value !== ""));
    const empty = [...body.rows].filter((row) => !holds(row));
    empty.slice(body.rows.length === empty.length ? 1 : 0).forEach((row) => (row.hidden = true));
    button.hidden = false;
    button.addEventListener("click", () => {
      let row = [...body.rows].find((one) => one.hidden);
      if (!row) {
        if (Number(total.value) >= Number(most.value)) return;
        const made = page.createElement("tbody");
        made.innerHTML = template.innerHTML.replace(/__prefix__/g, total.value);
        row = body.appendChild(made.rows[0]);
        total.value = Number(total.value) + 1;
      }
      row.hidden = false;
      row.querySelector("input:not([type=hidden]), select, textarea").focus();
    });
  });
}

function sums(page) {
  page.querySelectorAll("[data-rowset]").forEach((section) => {
    const place = section.querySelector("[data-sum]");
    const show = () => {
      const rows = [...section.querySelectorAll("tbody tr")].filter((row) => !row.hidden && !row.querySelector("input[name$='-DELETE']:checked"));
      const named = (row, name) => { const field = row.querySelector(`[name$='-${name}']`); return field ? amountOf(field.value) : null; };
      const amounts = rows.map((row) => named(row, "lump_sum") ?? (named(row, "unit_price") !== null ? named(row, "unit_price") * (named(row, "quantity") || 0) : named(row, "amount")));
      const known = amounts.filter((amount) => amount !== null);
      place.textContent = known.length ? `合计 ${withSeparators(known.reduce((sum, amount) => sum + amount, 0))}` : "";
    };
    if (!place || !section.querySelector("[name$='-amount'], [name$='-unit_price']")) return;
    section.addEventListener("input", show);
    section.addEventListener("click", () => setTimeout(show));
    show();
  });
  page.querySelectorAll("form :not(td) > input[data-money]").forEach((input) => {
    const text = page.createElement("div");
    text.className = "form-text";
    text.setAttribute("aria-live", "polite");
    input.after(text);
    const show = () => {
      const amount = amountOf(input.value);
      text.textContent = amount ? `${withSeparators(amount)} ${capitals(amount)}` : "";
    };
    input.addEventListener("input", show);
    show();
  });
}

// Leaving with something typed is asked about, once; sending it is not leaving.
function warnOfUnsaved(page) {
  const form = page.querySelector("form[method=post][data-warns]");
  if (!form) return;
  let typed = Boolean(form.querySelector("[data-errors]"));
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("change", () => (typed = true));
  form.addEventListener("submit", () => (typed = false));
  window.addEventListener("beforeunload", (event) => {
    if (!typed) return;
    event.preventDefault();
    event.returnValue = "";
  });
}

if (typeof document !== "undefined") {
  rowsByButton(document);
  sums(document);
  warnOfUnsaved(document);
  typeAhead(document);
  focusOnErrors(document);
}
