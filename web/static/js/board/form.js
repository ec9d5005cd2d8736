/** A card that is being written: the form, and what of it goes over the wire. Pure. */
import { rowsOf, termsOf } from "./terms.js";
/** @import { Term, TermRow } from "./terms.js" */

/**
 * @typedef {"issue"|"interest"|"idea"|"proposal"|"package"} Kind
 * @typedef {{title: string, text: string, terms: Term[]}} Words
 * @typedef {{about: string|null, answers: string|null, sides: string[], conditions: string[], members: string[], until: number|null, colour: string}} Links
 * @typedef {object} Form
 * @property {Kind} kind
 * @property {string} title
 * @property {string} text
 * @property {TermRow[]} terms
 * @property {string|null} about
 * @property {string|null} answers
 * @property {string[]} sides
 * @property {string[]} conditions
 * @property {string[]} members
 * @property {string} until       as the browser's field has it: local time, "" for none
 * @property {boolean} untilBad   the browser sees something in that field that is no time
 * @property {string} colour
 */

export const ANSWERABLE = ["proposal", "package"];

/** @param {Partial<Form> & {kind: Kind}} start @returns {Form} */
export function blank(start) {
  return { title: "", text: "", terms: [], about: null, answers: null, sides: [], conditions: [], members: [], until: "", untilBad: false, colour: "", ...start };
}

/**
 * The form of a card that is there.
 * @param {Words & Links & {kind: string}} card
 * @returns {Form}
 */
export function formOf(card) {
  return {
    kind: /** @type {Kind} */ (card.kind), title: card.title, text: card.text, terms: rowsOf(card.terms), about: card.about, answers: card.answers,
    sides: [...card.sides], conditions: [...card.conditions], members: [...card.members], until: localTime(card.until), untilBad: false, colour: card.colour,
  };
}

/** @param {Form} form @returns {Words} */
export function wordsOf(form) {
  return { title: form.title, text: form.text, terms: ANSWERABLE.includes(form.kind) ? termsOf(form.terms) : [] };
}

/** Only proposals have sides, conditions and an end: what another kind cannot carry stays in the form. @param {Form} form @returns {Links} */
export function linksOf(form) {
  const answerable = ANSWERABLE.includes(form.kind);
  return {
    about: form.about,
    answers: answerable ? form.answers : null,
    sides: answerable ? form.sides : [],
    conditions: answerable ? form.conditions : [],
    members: form.kind === "package" ? form.members : [],
    until: answerable ? moment(form.until) : null,
    colour: form.colour,
  };
}

/** Whether two forms would say the same. @param {Form} one @param {Form} other */
export function same(one, other) {
  return one.kind === other.kind && JSON.stringify([wordsOf(one), linksOf(one)]) === JSON.stringify([wordsOf(other), linksOf(other)]);
}

/** Whether there is anything in it that a person typed or chose. @param {Form} form @param {Form} start */
export function touched(form, start) {
  return form.untilBad || form.terms.some((row) => row.bad?.length) || !same(form, start);
}

/** A time of the wire (ms) for the browser's field, in local time: "2026-03-01T14:30"; "" for none. @param {number|null} at */
export function localTime(at) {
  if (at === null) return "";
  const here = new Date(at);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${here.getFullYear()}-${two(here.getMonth() + 1)}-${two(here.getDate())}T${two(here.getHours())}:${two(here.getMinutes())}`;
}

/** The other way round: ms, or null for none. @param {string} text */
export function moment(text) {
  const at = text ? new Date(text).getTime() : NaN;
  return Number.isNaN(at) ? null : at;
}
