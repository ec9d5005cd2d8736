/** What can be done with what is chosen. Everything that a drag does is here too, without dragging: "Move to…", "Larger", "Arrow to…". */
import { html } from "../../lib/html.js";
import { Icon } from "../../lib/icon.js";
import { Menu } from "../../lib/menu.js";
import { n, t } from "../../lib/text.js";
import { isCard, ownLayer, sideOf } from "../model.js";
import { tellsWhoSaw } from "../seen_by.js";
import { callName } from "./spoken.js";
import { COLOURS, colourWord } from "./toolbar.js";
/** @import { State } from "../../session/model.js" */
/** @import { Thing } from "../../session/types.js" */
/** @import { Dialogs } from "../dialogs.js" */
/** @import { Deeds } from "./deeds.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Scene } from "./scene.js" */

const STEP = 100; // board units of "Up" and its kin
const MOST = 12; // places in a menu. More is a list that nobody reads.

/** @param {{state: State, desk: Desk, deeds: Deeds, dialogs: Dialogs, scene: Scene}} props */
export function ChosenBar({ state, desk, deeds, dialogs, scene }) {
  const ids = [...desk.chosen.value].filter((id) => scene.known.has(id));
  if (!ids.length) return null;
  const things = ids.map((id) => /** @type {Thing} */ (scene.known.get(id)));
  const [first] = things;
  const one = things.length === 1;
  const movable = things.some((thing) => desk.canMove(thing));
  const paintable = things.some((thing) => deeds.canRewrite(thing));
  const name = one ? callName(first) : n("{count} thing", "{count} things", things.length);
  const colours = COLOURS.map((colour) => ({ label: colourWord(colour), checked: things.every((thing) => "colour" in thing && thing.colour === colour), act: () => deeds.paint(colour) }));
  return html`
    <div class="chosen-bar" role="toolbar" aria-label=${t("What is chosen: {name}", { name })} data-apart>
      <span class="chosen-bar__name"><bdi>${name}</bdi></span>
      ${one && first.kind !== "ink" && html`<button type="button" class="button button--small" onClick=${() => deeds.open(first.id)}>
        <${Icon} name="edit" /><span class="chosen-bar__word">${deeds.canRewrite(first) ? t("Edit") : t("Open")}</span></button>`}
      ${movable && html`<${Menu} class="button button--small" label=${t("Move to…")} items=${movesTo({ desk, deeds, scene, things })}><${Icon} name="move" /><span class="chosen-bar__word">${t("Move to…")}</span><//>`}
      ${paintable && html`<${Menu} class="button button--small" label=${t("Colour")} items=${colours}><span class=${`swatch ${"colour" in first && first.colour ? `c-${first.colour}` : ""}`}></span><span class="chosen-bar__word">${t("Colour")}</span><//>`}
      ${!one && movable && html`<${Menu} class="button button--small" label=${t("Arrange")} items=${arrangements(deeds)}><${Icon} name="align" /><span class="chosen-bar__word">${t("Arrange")}</span><//>`}
      <${Menu} class="button button--small" label=${t("More about what is chosen")} items=${more({ state, desk, deeds, dialogs, scene, things, movable })} />
      ${movable && html`<button type="button" class="button button--small button--icon" aria-label=${t("Remove")} title=${t("Remove")} onClick=${() => deeds.remove()}><${Icon} name="delete" /></button>`}
      <button type="button" class="button button--small button--icon button--quiet" aria-label=${t("Choose nothing")} title=${t("Choose nothing")} onClick=${() => void (desk.chosen.value = new Set())}><${Icon} name="close" /></button>
    </div>`;
}

/** @param {{desk: Desk, deeds: Deeds, scene: Scene, things: Thing[]}} what */
function movesTo({ desk, deeds, scene, things }) {
  const chosen = new Set(things.map((thing) => thing.id));
  const layers = new Set(things.map((thing) => thing.layer));
  const others = scene.things.filter((thing) => !chosen.has(thing.id) && layers.has(thing.layer));
  const into = others.filter((thing) => thing.kind === "group").slice(0, MOST).map((thing) => ({
    label: t("Into “{name}”", { name: callName(/** @type {Thing} */ (thing)) }), icon: "group",
    act: () => {
      const box = scene.boxes.get(thing.id);
      if (box) deeds.moveTo([box[0] + 24, box[1] + 44, 0, 0]);
    },
  }));
  const below = others.filter((thing) => thing.kind === "issue").slice(0, MOST).map((thing) => ({
    label: t("Below “{name}”", { name: callName(/** @type {Thing} */ (thing)) }), icon: "down",
    act: () => {
      const box = scene.boxes.get(thing.id);
      if (box) deeds.moveTo([box[0], box[1] + box[3] + 24, 0, 0]);
    },
  }));
  return [
    { label: t("Up"), act: () => deeds.moveBy(0, -STEP) },
    { label: t("Down"), act: () => deeds.moveBy(0, STEP) },
    { label: t("Left"), act: () => deeds.moveBy(-STEP, 0) },
    { label: t("Right"), act: () => deeds.moveBy(STEP, 0) },
    { label: t("To the middle of what I see"), act: () => {
      const [x, y, w, h] = desk.gaze.seen();
      deeds.moveTo([x + w / 2 - 130, y + h / 2 - 70, 0, 0]);
    } },
    ...(into.length ? [{ label: t("Groups"), heading: true }, ...into] : []),
    ...(below.length ? [{ label: t("Issues"), heading: true }, ...below] : []),
  ];
}

/** @param {Deeds} deeds */
function arrangements(deeds) {
  return [
    { label: t("Line up at the left"), act: () => deeds.arrange("start") },
    { label: t("Line up in the middle"), act: () => deeds.arrange("middle") },
    { label: t("Line up at the right"), act: () => deeds.arrange("end") },
    { label: t("Line up at the top"), act: () => deeds.arrange("top") },
    { label: t("Line up at the bottom"), act: () => deeds.arrange("bottom") },
    { label: t("Equal distances side by side"), act: () => deeds.arrange("across") },
    { label: t("Equal distances one below the other"), act: () => deeds.arrange("down") },
    { label: t("Tidy up in rows"), act: () => deeds.arrange("tidy") },
  ];
}

/** @param {{state: State, desk: Desk, deeds: Deeds, dialogs: Dialogs, scene: Scene, things: Thing[], movable: boolean}} what */
function more({ state, desk, deeds, dialogs, scene, things, movable }) {
  const [first] = things;
  const one = things.length === 1;
  const own = ownLayer(state);
  const cards = things.filter(isCard);
  const drafts = cards.filter((card) => card.kind === "proposal" && card.state === "draft" && card.layer === own);
  const sized = one && movable && first.kind !== "ink" && first.kind !== "arrow";
  const targets = one && movable && first.kind !== "arrow" ? scene.things.filter((thing) => thing.id !== first.id && thing.layer === first.layer && thing.kind !== "arrow" && thing.kind !== "ink").slice(0, MOST) : [];
  return [
    { label: t("Duplicate"), icon: "copy", act: () => deeds.duplicate() },
    ...(sized ? [{ label: t("Larger"), icon: "add", act: () => deeds.resize(1.25, first.id) }, { label: t("Smaller"), icon: "minus", act: () => deeds.resize(0.8, first.id) }] : []),
    ...(one && isCard(first) ? [{ label: tellsWhoSaw(state, first) ? t("Earlier versions, and who has seen it…") : t("Earlier versions"), icon: "history", act: () => dialogs.history(first) }] : []),
    ...(one && isCard(first) && first.layer === own && sideOf(own) && !first.came && first.kind !== "file"
      ? [{ label: t("The mediator may say this…"), icon: "send", act: () => dialogs.release(first) }] : []),
    ...(drafts.length > 1 && drafts.length === cards.length ? [{ label: t("Bundle into a package"), icon: "package", act: () => deeds.bundle(drafts) }] : []),
    { label: t("Show it larger"), icon: "enlarge", act: () => desk.fit(things.map((thing) => thing.id)) },
    ...(targets.length ? [{ label: t("Arrow to…"), heading: true }, ...targets.map((thing) => ({ label: callName(/** @type {Thing} */ (thing)), icon: "arrow", act: () => deeds.connect(first.id, thing.id) }))] : []),
  ];
}
