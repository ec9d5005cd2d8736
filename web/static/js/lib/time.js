// Times as people read them. Inputs are milliseconds since 1970 or durations in milliseconds.
import { language, n, t } from "./text.js";

/** "10:02" (or "10:02 AM" where that is usual).
 * @param {number} at */
export function clockTime(at) {
  return new Intl.DateTimeFormat(language(), { hour: "numeric", minute: "2-digit" }).format(at);
}

/** "29 November 2026".
 * @param {number} at */
export function longDate(at) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "long" }).format(at);
}

/** The clock time when it is today, else the date with the time.
 * @param {number} at
 * @param {number} now */
export function moment(at, now) {
  const same = new Date(at).toDateString() === new Date(now).toDateString();
  return same ? clockTime(at) : new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** How long: "just now", "4 min", "1 h 5 min". Whole minutes: a clock that ticks seconds makes people nervous.
 * @param {number} ms */
export function howLong(ms) {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return t("just now");
  if (minutes < 60) return n("{count} min", "{count} min", minutes);
  return t("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** "4:07" for a running clock of the mediator.
 * @param {number} ms */
export function runningClock(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
