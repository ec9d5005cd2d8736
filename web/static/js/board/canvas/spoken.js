/** Things in words, for whoever does not see them, and for menus. */
import { list, t } from "../../lib/text.js";
import { authorName, isCard } from "../model.js";
import { kindWord, layerWord, stateWord } from "../look.js";
/** @import { State } from "../../session/model.js" */
/** @import { Thing } from "../../session/types.js" */

const SHORT = 60;

/** @param {string} text */
function short(text) {
  const letters = [...text.replaceAll("\n", " ")];
  return letters.length > SHORT ? `${letters.slice(0, SHORT - 1).join("")}…` : letters.join("");
}

/** What it is called in a menu: its title, or what it is. @param {Thing|null|undefined} thing @returns {string} */
export function callName(thing) {
  if (!thing) return "";
  if (isCard(thing)) return short(thing.title);
  return "text" in thing && thing.text ? short(thing.text) : kindWord(thing.kind);
}

/** All that a card shows at first sight. @param {State} state @param {Thing} thing @param {(id: string) => Thing|undefined} find */
export function spokenName(state, thing, find) {
  const layer = layerWord(state, thing.layer);
  if (isCard(thing)) {
    const parts = [stateWord(state, thing.state, thing.author), thing.author ? t("from {author}", { author: authorName(state, thing.author) }) : "", t("seen by: {layer}", { layer })];
    return t("{kind}: {title}. {details}", { kind: kindWord(thing.kind), title: thing.title, details: list(parts.filter(Boolean)) });
  }
  if (thing.kind === "arrow") {
    const [from, to] = [find(thing.from ?? ""), find(thing.to ?? "")];
    if (from && to) return t("Arrow from “{from}” to “{to}”", { from: callName(from), to: callName(to) }) + (thing.text ? `: ${short(thing.text)}` : "");
  }
  const text = "text" in thing ? short(thing.text) : "";
  return text ? t("{kind}: {title}. {details}", { kind: kindWord(thing.kind), title: text, details: t("seen by: {layer}", { layer }) }) : kindWord(thing.kind);
}
