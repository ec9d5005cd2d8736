/** The rows in which the terms of a proposal are written: added by kind, put in order and removed by buttons. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "../lib/icon.js";
import { t } from "../lib/text.js";
import { COMMON, currenciesByName, currencyName, moneyText, numberText, plainNumber } from "./amount.js";
import { Field, Group } from "./field.js";
import { TERM_KINDS, TERMS_MOST, blankTerm, moved, termKindName } from "./terms.js";
/** @import { Typed } from "./field.js" */
/** @import { TermKind, TermRow } from "./terms.js" */
/** @import { Wrong } from "./refusal.js" */

const SIGNS = { money: "money", date: "date", number: "number", text: "text", deed: "person" };

/** @param {{terms: TermRow[], wrong: Wrong|null, onChange: (terms: TermRow[], field?: string) => void}} props */
export function TermRows({ terms, wrong, onChange }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const fresh = useRef(/** @type {number|null} */ (null));

  useLayoutEffect(() => { // a new row is written in at once: letters that come with it must find it
    if (fresh.current === null) return;
    const row = box.current?.querySelector(`[data-row="${fresh.current}"] :is(input, textarea)`);
    fresh.current = null;
    if (row instanceof HTMLElement) row.focus();
  }, [terms]);

  const add = (/** @type {TermKind} */ kind) => {
    const row = blankTerm(kind);
    fresh.current = row.key;
    onChange([...terms, row]);
  };
  return html`
    <div ref=${box}>
      <${Group} name="terms" label=${t("Terms")} wrong=${wrong} class="terms" hint=${terms.length ? null : t("Who would pay, do or get what, and when. One row for each.")}>
        ${terms.length > 0 && html`<ol role="list" class="terms__rows">
          ${terms.map((row, index) => html`<${Row} key=${row.key} row=${row} index=${index} count=${terms.length} wrong=${wrong}
            onChange=${(/** @type {Partial<TermRow>} */ change, /** @type {string} */ field) => onChange(terms.map((one) => (one === row ? { ...one, ...change } : one)), field)}
            onMove=${(/** @type {-1|1} */ by) => onChange(moved(terms, index, by))}
            onRemove=${() => onChange(terms.filter((one) => one !== row))} />`)}
        </ol>`}
        ${terms.length < TERMS_MOST && html`
          <div class="terms__add" role="group" aria-label=${t("Add a term")}>
            ${TERM_KINDS.map((kind) => html`<button type="button" key=${kind} class="button button--small" onClick=${() => add(kind)}><${Icon} name="add" /> ${termKindName(kind)}</button>`)}
          </div>`}
      <//>
    </div>`;
}

/**
 * @param {{row: TermRow, index: number, count: number, wrong: Wrong|null, onChange: (change: Partial<TermRow>, field: string) => void,
 *   onMove: (by: -1|1) => void, onRemove: () => void}} props
 */
function Row({ row, index, count, wrong, onChange, onMove, onRemove }) {
  const at = `terms.${index}`;
  const name = t("{number}. {kind}", { number: index + 1, kind: termKindName(row.kind) });
  const put = (/** @type {"label"|"value"|"unit"|"who"|"by"} */ field) => (/** @type {Typed} */ event) => onChange({ [field]: event.currentTarget.value }, `${at}.${field}`);
  return html`
    <li><div class="term" data-row=${row.key} data-kind=${row.kind} role="group" aria-label=${name} data-field=${at} tabindex="-1">
      <div class="term__head">
        <span class="term__name"><${Icon} name=${SIGNS[row.kind]} /> ${name}</span>
        <button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Move up: {name}", { name })} disabled=${index === 0} onClick=${() => onMove(-1)}><${Icon} name="up" /></button>
        <button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Move down: {name}", { name })} disabled=${index === count - 1} onClick=${() => onMove(1)}><${Icon} name="down" /></button>
        <button type="button" class="button button--icon button--small button--quiet" aria-label=${t("Remove: {name}", { name })} onClick=${onRemove}><${Icon} name="delete" /></button>
      </div>
      <div class="term__fields">
        <${Field} name=${`${at}.label`} label=${t("For what (optional)")} wrong=${wrong} class="term__label">
          ${(/** @type {any} */ more) => html`<input class="input" dir="auto" autocomplete="off" value=${row.label} onInput=${put("label")} ...${more} />`}
        <//>
        ${row.kind === "money" && html`<${Money} row=${row} at=${at} wrong=${wrong} put=${put} />`}
        ${row.kind === "number" && html`<${Count} row=${row} at=${at} wrong=${wrong} put=${put} />`}
        ${row.kind === "date" && html`<${Day} row=${row} name="value" at=${at} label=${t("Date")} wrong=${wrong} onChange=${onChange} />`}
        ${row.kind === "text" && html`
          <${Field} name=${`${at}.value`} label=${t("Text")} wrong=${wrong} class="term__wide">
            ${(/** @type {any} */ more) => html`<textarea class="input term__text" rows="2" dir="auto" value=${row.value} onInput=${put("value")} ...${more}></textarea>`}
          <//>`}
        ${row.kind === "deed" && html`
          <${Field} name=${`${at}.who`} label=${t("Who")} wrong=${wrong}>
            ${(/** @type {any} */ more) => html`<input class="input" dir="auto" autocomplete="off" value=${row.who} onInput=${put("who")} ...${more} />`}
          <//>
          <${Field} name=${`${at}.value`} label=${t("does what")} wrong=${wrong} class="term__wide">
            ${(/** @type {any} */ more) => html`<textarea class="input term__text" rows="2" dir="auto" value=${row.value} onInput=${put("value")} ...${more}></textarea>`}
          <//>
          <${Day} row=${row} name="by" at=${at} label=${t("by when (optional)")} wrong=${wrong} onChange=${onChange} />`}
      </div>
    </div></li>`;
}

/** @typedef {{row: TermRow, at: string, wrong: Wrong|null, put: (field: "value"|"unit") => (event: Typed) => void}} RowPart */

/** An amount and its currency. Nothing is chosen beforehand. @param {RowPart} props */
function Money({ row, at, wrong, put }) {
  const all = useMemo(currenciesByName, []);
  const value = plainNumber(row.value);
  const understood = row.unit && /^-?\d/.test(value) ? moneyText(value, row.unit) : "";
  return html`
    <${Field} name=${`${at}.value`} label=${t("Amount")} wrong=${wrong} hint=${understood && !understood.includes(row.value.trim()) && html`= ${understood}`}>
      ${(/** @type {any} */ more) => html`<input class="input" dir="ltr" inputmode="decimal" autocomplete="off" value=${row.value} onInput=${put("value")} ...${more} />`}
    <//>
    <${Field} name=${`${at}.unit`} label=${t("Currency")} wrong=${wrong}>
      ${(/** @type {any} */ more) => html`<select class="input" value=${row.unit} onChange=${put("unit")} ...${more}>
        <option value="">${t("Please choose")}</option>
        <optgroup label=${t("Often needed")}>${COMMON.map((code) => html`<option key=${code} value=${code}>${code} · ${currencyName(code)}</option>`)}</optgroup>
        <optgroup label=${t("All by name")}>${all.filter((one) => !COMMON.includes(one.code)).map(({ code, name }) => html`<option key=${code} value=${code}>${name} · ${code}</option>`)}</optgroup>
      </select>`}
    <//>`;
}

/** A number, and of what. @param {RowPart} props */
function Count({ row, at, wrong, put }) {
  const value = plainNumber(row.value);
  const understood = /^-?\d+(\.\d+)?$/.test(value) ? numberText(value) : "";
  return html`
    <${Field} name=${`${at}.value`} label=${t("Number")} wrong=${wrong} hint=${understood && understood !== row.value.trim() && html`= ${understood}`}>
      ${(/** @type {any} */ more) => html`<input class="input" dir="ltr" inputmode="decimal" autocomplete="off" value=${row.value} onInput=${put("value")} ...${more} />`}
    <//>
    <${Field} name=${`${at}.unit`} label=${t("Of what (optional)")} wrong=${wrong} hint=${t("For example: days")}>
      ${(/** @type {any} */ more) => html`<input class="input" dir="auto" autocomplete="off" value=${row.unit} onInput=${put("unit")} ...${more} />`}
    <//>`;
}

/**
 * A day, in the browser's own field. What that one shows and does not understand reaches us as "": it is remembered as bad.
 * @param {{row: TermRow, name: "value"|"by", at: string, label: string, wrong: Wrong|null, onChange: (change: Partial<TermRow>, field: string) => void}} props
 */
function Day({ row, name, at, label, wrong, onChange }) {
  const look = (/** @type {Typed} */ { currentTarget: input }) => {
    const bad = (row.bad ?? []).filter((one) => one !== name).concat(input.validity.badInput ? [name] : []);
    if (input.value !== row[name] || bad.length !== (row.bad ?? []).length) onChange({ [name]: input.value, bad }, `${at}.${name}`);
  };
  return html`
    <${Field} name=${`${at}.${name}`} label=${label} wrong=${wrong}>
      ${(/** @type {any} */ more) => html`<input class="input" type="date" value=${row[name]} onInput=${look} onBlur=${look} onKeyUp=${look} ...${more} />`}
    <//>`;
}
