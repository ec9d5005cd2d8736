/** The typed terms of a proposal: as they are being written, as the wire has them, and in words. Pure. */
import { language, t } from "../lib/text.js";
import { moneyText, numberText, plainNumber } from "./amount.js";

/**
 * @typedef {"money"|"date"|"number"|"text"|"deed"} TermKind
 * @typedef {{kind: TermKind, label: string, value: string, unit: string, who: string, by: string}} Term    as on the wire
 * @typedef {Term & {key: number, bad?: string[]}} TermRow    while it is written. key: stays with the row wherever it moves;
 *   bad: fields in which the browser sees something that is no date, and says "" to us
 */

/** @type {TermKind[]} */
export const TERM_KINDS = ["money", "date", "number", "text", "deed"];

/** Terms of one card, at most; the server has the last word (`too_many_terms`). */
export const TERMS_MOST = 20;

let last = 0;

/** @param {TermKind} kind @returns {TermRow} */
export function blankTerm(kind) {
  return { key: ++last, kind, label: "", value: "", unit: "", who: "", by: "" };
}

/** @param {Term[]} terms @returns {TermRow[]} */
export function rowsOf(terms) {
  return terms.map((term) => ({ ...term, key: ++last }));
}

/** The rows as the wire takes them: every field, numbers in plain digits. @param {TermRow[]} rows @returns {Term[]} */
export function termsOf(rows) {
  return rows.map(({ kind, label, value, unit, who, by }) => {
    const number = kind === "money" || kind === "number";
    return { kind, label, value: number ? plainNumber(value) : value, unit, who, by };
  });
}

/**
 * A row moved by one place. Moving beyond an end changes nothing.
 * @template T @param {T[]} rows @param {number} index @param {-1|1} by @returns {T[]}
 */
export function moved(rows, index, by) {
  const target = index + by;
  if (target < 0 || target >= rows.length) return rows;
  const next = [...rows];
  [next[index], next[target]] = [next[target], next[index]];
  return next;
}

/** A field that holds no date, although something was typed: `terms.2.by`, or null. @param {TermRow[]} rows */
export function badDate(rows) {
  const index = rows.findIndex((row) => row.bad?.length);
  return index < 0 ? null : `terms.${index}.${rows[index].bad?.[0]}`;
}

/** What one adds. @param {TermKind} kind */
export function termKindName(kind) {
  switch (kind) {
    case "money": return t("An amount");
    case "date": return t("A date");
    case "number": return t("A number");
    case "deed": return t("Who does what by when");
    default: return t("Text");
  }
}

/** What a term says, without its label. @param {Term} term */
export function termText(term) {
  switch (term.kind) {
    case "money": return moneyText(term.value, term.unit);
    case "date": return dateText(term.value);
    case "number": return term.unit ? t("{number} {unit}", { number: numberText(term.value), unit: term.unit }) : numberText(term.value);
    case "deed": return term.by
      ? t("{who}: {what}, by {date}", { who: term.who, what: term.value, date: dateText(term.by) })
      : t("{who}: {what}", { who: term.who, what: term.value });
    default: return term.value;
  }
}

/** A day of the wire ("2026-03-01") as the language writes it; the same day in every time zone. @param {string} day */
export function dateText(day) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return day;
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? day : new Intl.DateTimeFormat(language(), { dateStyle: "long", timeZone: "UTC" }).format(at);
}
