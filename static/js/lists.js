// The way through a list: back to it as it was filtered, and to the record before and after, for as long as the tab is open.
const PREFIX = "list:";
const LISTS_AT_MOST = 20;

export function linksOf(rows) {
  return rows.map((row) => row.querySelector("td:not(.pick) a")).filter(Boolean).map((link) => new URL(link.href, location.href).pathname);
}

// The newest list, read in this tab, that leads to this page.
export function listWith(path, lists) {
  return lists.filter((list) => list.links.includes(path)).sort((one, other) => other.at - one.at)[0];
}

export function neighboursOf(path, list) {
  const here = list.links.indexOf(path);
  return { before: list.links[here - 1] || "", after: list.links[here + 1] || "" };
}

function stored() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).map((key) => JSON.parse(sessionStorage.getItem(key)));
}

export function remember(page) {
  const table = page.querySelector("[data-rows]");
  if (!table) return;
  const links = linksOf([...table.tBodies[0].rows]);
  if (!links.length) return;
  const others = stored().filter((list) => list.path !== location.pathname).sort((one, other) => other.at - one.at);
  others.slice(LISTS_AT_MOST - 1).forEach((list) => sessionStorage.removeItem(PREFIX + list.path));
  const entry = { path: location.pathname, query: location.search, links, at: Date.now() };
  sessionStorage.setItem(PREFIX + location.pathname, JSON.stringify(entry));
}

export function showTheWay(page) {
  const place = page.querySelector("[data-neighbours]");
  if (!place) return;
  page.querySelectorAll("[data-back]").forEach((link) => {
    const list = stored().find((entry) => entry.path === link.pathname);
    if (list) link.href = list.path + list.query;
  });
  const list = listWith(location.pathname, stored());
  if (!list) return;
  const { before, after } = neighboursOf(location.pathname, list);
  [["上一条", before, "prev"], ["下一条", after, "next"]].forEach(([text, href, rel]) => {
    if (!href) return;
    const link = page.createElement("a");
    Object.assign(link, { href, rel, textContent: text });
    place.append(link);
  });
  place.hidden = !place.childElementCount;
}
