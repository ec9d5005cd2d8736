/** The tools. What makes something new is off where nothing may be written. */
import { useMemo } from "preact/hooks";
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { Menu } from "../../lib/menu.js";
import { t } from "../../lib/text.js";
import { MEDIATORS, canWrite, ownLayer } from "../model.js";
import { kindWord } from "../look.js";
import { kindHint } from "../words.js";
import { createInsert } from "./insert.js";
/** @import { State } from "../../session/model.js" */
/** @import { Dialogs } from "../dialogs.js" */
/** @import { Deeds } from "./deeds.js" */
/** @import { Desk, Tool } from "./desk.js" */

/** In the order of `server/board/mark.py`. */
export const COLOURS = ["", "grey", "yellow", "green", "blue", "violet", "red"];

/** @param {string} colour */
export function colourWord(colour) {
  switch (colour) {
    case "grey": return t("Grey");
    case "yellow": return t("Yellow");
    case "green": return t("Green");
    case "blue": return t("Blue");
    case "violet": return t("Violet");
    case "red": return t("Red");
    default: return t("No colour");
  }
}

/** @param {{state: State, desk: Desk, deeds: Deeds, dialogs: Dialogs}} props */
export function Toolbar({ state, desk, deeds, dialogs }) {
  const insert = useMemo(() => createInsert({ desk, deeds, dialogs }), [desk, deeds, dialogs]);
  const layer = desk.active(state);
  const off = !canWrite(state, layer);
  const colour = desk.colour.value;
  const tool = (/** @type {Tool} */ name, /** @type {string} */ icon, /** @type {string} */ label, disabled = false) => html`
    <button type="button" class="tool" aria-pressed=${desk.tool.value === name ? "true" : "false"} disabled=${disabled} title=${label} aria-label=${label}
      onClick=${() => void (desk.tool.value = desk.tool.value === name ? "choose" : name)}><${Icon} name=${icon} /></button>`;
  const kinds = ["issue", "interest", "idea", ...(layer === ownLayer(state) ? ["proposal", ...(layer === MEDIATORS ? [] : ["package"])] : [])];
  const templates = [
    { label: t("Options for each issue"), icon: "templates", act: insert.optionGrid },
    { label: t("Map of interests"), icon: "people", act: insert.interestsMap },
    { label: t("Timeline"), icon: "clock", act: insert.timeline },
  ];
  return html`
    <div class="toolbar" role="toolbar" aria-label=${t("Tools of the board")} aria-orientation="vertical">
      ${tool("choose", "cursor", t("Choose and move"))}
      ${tool("frame", "frame", t("Choose several with a frame"))}
      <span class="toolbar__gap" role="presentation"></span>
      <${Menu} class="tool" disabled=${off} label=${t("New card")} items=${kinds.map((kind) => ({ label: kindWord(kind), hint: kindHint(/** @type {any} */ (kind)), icon: kind, act: () => insert.card(/** @type {any} */ (kind)) }))}>
        <${Icon} name="card" /><//>
      ${tool("text", "text", t("Write a text"), off)}
      ${tool("arrow", "arrow", t("Draw an arrow"), off)}
      ${tool("ink", "ink", t("Draw by hand"), off)}
      ${tool("group", "group", t("Make a group"), off)}
      <button type="button" class="tool" disabled=${off} title=${t("Add a picture or a file")} aria-label=${t("Add a picture or a file")} onClick=${() => dialogs.addFile(layer)}><${Icon} name="picture" /></button>
      <${Menu} class="tool" disabled=${off} label=${t("Templates")} items=${templates}><${Icon} name="templates" /><//>
      <${Menu} class=${`tool tool--colour ${colour ? `c-${colour}` : ""}`} disabled=${off} label=${t("Colour for drawing: {colour}", { colour: colourWord(colour) })}
        items=${COLOURS.map((one) => ({ label: colourWord(one), checked: one === colour, act: () => void (desk.colour.value = one) }))}><span class=${`swatch ${colour ? `c-${colour}` : ""}`}></span><//>
    </div>`;
}
