// Words on the screen: looks up translations and puts names and numbers into them.
//
// The catalogue is gettext's, as JSON: {"English source": "translation"} and {"English singular": ["form", …]} for plurals. A script
// of its own (words/<language>.js), which runs before any module, has put it into `catalogue`: so t() answers at once, also while a
// module is being read, and browsers keep it.
// Babel finds the strings: always a literal first argument, t("…"), n("…", "…", count).

/** @typedef {Record<string, string | string[]>} Words */

/** The order of gettext's plural forms in our catalogues; a language has some of them. */
const ORDER = ["zero", "one", "two", "few", "many", "other"];

// First-strong isolate and its end: a name in another script must not turn the sentence around it (Unicode UAX #9).
const ISOLATE = "\u2068";
const END = "\u2069";
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

let words = /** @type {Words} */ ({});
let lang = "en";
let dir = "ltr";
let rules = new Intl.PluralRules("en");
let categories = ["one", "other"];

/**
 * Take a catalogue. Pages need not call it: what stands in the page is taken when this module is read.
 * @param {Words} catalogue
 * @param {string} tag a BCP 47 language tag
 * @param {string} [direction] "ltr" or "rtl"
 */
export function setWords(catalogue, tag, direction = "ltr") {
  words = catalogue;
  lang = tag;
  dir = direction;
  rules = new Intl.PluralRules(tag);
  const has = new Set(rules.resolvedOptions().pluralCategories);
  categories = ORDER.filter((category) => has.has(/** @type {any} */ (category)));
}

/** The language of the page, for Intl. */
export function language() {
  return lang;
}

/** "ltr" or "rtl". */
export function direction() {
  return dir;
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function isolated(value) {
  const text = String(value);
  return typeof value === "string" && (dir === "rtl" || RIGHT_TO_LEFT.test(text)) ? ISOLATE + text + END : text;
}

/**
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 */
function fill(text, values) {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? isolated(values[name]) : whole)) : text;
}

/**
 * The translation of a sentence, with {names} filled in.
 * @param {string} message
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function t(message, values) {
  const found = words[message];
  return fill(typeof found === "string" && found ? found : message, values);
}

/**
 * The translation of a sentence that counts something; {count} is filled in by itself.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function n(one, many, count, values) {
  const forms = words[one];
  const found = Array.isArray(forms) ? forms[categories.indexOf(rules.select(count))] : "";
  const number = new Intl.NumberFormat(lang).format(count);
  return fill(found || (count === 1 ? one : many), { ...values, count: number });
}

/**
 * A translated sentence whose {names} are nodes: rich(t("Call {number}."), {number: html`<b>…</b>`}).
 * @param {string} text what t() gave, without values
 * @param {Record<string, unknown>} nodes
 * @returns {unknown[]} strings and nodes, in the order of the translation
 */
export function rich(text, nodes) {
  return text.split(/\{(\w+)\}/g).map((part, index) => (index % 2 ? (part in nodes ? nodes[part] : `{${part}}`) : part));
}

/**
 * Names as the language lists them: "Ann, Ben and Cyd".
 * @param {string[]} names
 * @param {"conjunction" | "disjunction"} [type]
 */
export function list(names, type = "conjunction") {
  return new Intl.ListFormat(lang, { type }).format(names.map(isolated));
}

if (typeof document !== "undefined") {
  const root = document.documentElement;
  const { catalogue } = /** @type {{ catalogue?: Words }} */ (globalThis);
  setWords(catalogue ?? {}, root.lang || "en", root.dir || "ltr");
}
