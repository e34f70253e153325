// The words and colours of what is kept on the phone.
export const LABELS = { draft: "存在本机", waiting: "等待发送", sent: "已送到", refused: "没有被接收", conflict: "有冲突" };
export const BADGES = { draft: "planned", waiting: "submitted", sent: "verified", refused: "returned", conflict: "returned" };
export const KINDS = { report: "上报活动", strength: "队伍规模", call_out: "应急出勤", reception: "接待登记", case: "接案" };

// Today as a day, in the phone's own time; and how many days lie between.
export const today = (now = new Date()) => now.toLocaleDateString("sv");
export const daysUntil = (day, now = new Date()) => Math.round((new Date(day) - new Date(today(now))) / 86400e3);
// A moment as a field of a form has it.
export const localMoment = (now = new Date()) => new Date(now - now.getTimezoneOffset() * 6e4).toISOString().slice(0, 16);

// What is sent back first, then what came last: a session of years ago does not head the list of today.
export const toReport = (sessions, now = new Date()) => sessions
  .filter((one) => daysUntil(one.held_on, now) <= 0)
  .sort((one, other) => (other.status === "returned") - (one.status === "returned") || other.held_on.localeCompare(one.held_on));

export function when(session, now = new Date()) {
  const days = daysUntil(session.held_on, now);
  const distance = days === 0 ? "今天" : days < 0 ? `已过 ${-days} 天` : `${days} 天后`;
  return `${session.held_on} ${session.starts_at} · ${distance}`;
}
