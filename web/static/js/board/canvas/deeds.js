/** What is done with what is chosen: one place, so that a key, a menu and a button do the same. */
import { announce } from "../../lib/announce.js";
import { n, t } from "../../lib/text.js";
import { toast } from "../../lib/toast.js";
import { wordsOf, linksOf } from "../acts.js";
import { canEdit, canWrite, isCard, isMark, isOurs } from "../model.js";
import { aligned, distributed, freeSpot, tidied } from "./arrange.js";
import { around, placed, together } from "./select.js";
import { overlap } from "./view.js";
/** @import { Desk } from "./desk.js" */
/** @import { Dialogs } from "../dialogs.js" */
/** @import { Line } from "./arrange.js" */
/** @import { Box } from "../picture/strokes.js" */
/** @import { Card, Place, Thing } from "../../session/types.js" */

/** @typedef {ReturnType<typeof createDeeds>} Deeds */

const BESIDE = 24;

/** @param {{desk: Desk, dialogs: Dialogs}} wiring */
export function createDeeds({ desk, dialogs }) {
  const { acts } = desk;
  const scene = () => desk.sceneNow();
  /** @param {string|null} [id] @returns {string[]} what is meant: what is chosen, if this is among it */
  const meant = (id) => {
    const chosen = desk.chosen.peek();
    return id && !chosen.has(id) ? [id] : [...chosen];
  };
  /** @param {string} id @returns {Thing|undefined} */
  const thing = (id) => /** @type {Thing|undefined} */ (scene()?.known.get(id));

  const deeds = {
    thing,
    meant,

    async undo() {
      const done = await acts.history.undo();
      if (done?.answer.ok) announce(t("Undone: {what}", { what: done.label }));
      if (!done) announce(t("There is nothing to undo."));
    },
    async redo() {
      const done = await acts.history.redo();
      if (done?.answer.ok) announce(t("Done again: {what}", { what: done.label }));
      if (!done) announce(t("There is nothing to do again."));
    },

    /** The editor of a card, or the words of a mark. @param {string} id */
    open(id) {
      const found = thing(id);
      if (!found || !desk.state) return;
      if (isCard(found)) {
        if (found.kind === "file") desk.reading.value = found.id;
        else if (canEdit(desk.state, found)) dialogs.edit(found);
        else dialogs.history(found);
      } else if (isMark(found) && found.kind !== "ink" && deeds.canRewrite(found)) {
        desk.writing.value = { mark: found, kind: found.kind, layer: found.layer };
      }
    },

    /** @param {Thing} found */
    canRewrite(found) {
      const state = desk.state;
      if (!state || !canWrite(state, found.layer)) return false;
      if (isCard(found)) return canEdit(state, found);
      return isMark(found) && isOurs(state, found);
    },

    /** @param {string|null} [id] */
    async remove(id) {
      const ids = meant(id);
      /** @type {Map<string, string[]>} */
      const layers = new Map();
      for (const one of ids) {
        const found = thing(one);
        if (found && desk.canMove(found)) layers.set(found.layer, [...(layers.get(found.layer) ?? []), one]);
      }
      for (const things of layers.values()) {
        const answer = await acts.removeThings({ things });
        if (!answer.ok) continue;
        desk.chosen.value = new Set();
        toast(n("{count} thing removed.", "{count} things removed.", things.length), { action: { label: t("Undo"), act: deeds.undo } });
      }
    },

    /** The same once more, beside it, in the layer that is written to. @param {string|null} [id] */
    async duplicate(id) {
      const state = desk.state;
      const now = scene();
      if (!state || !now) return;
      const layer = desk.active(state);
      if (!canWrite(state, layer)) return void toast(t("This part of the board is read-only from here."), { icon: "lock" });
      const things = together(meant(id), now.things, now.boxes).map(thing).filter((one) => one !== undefined).filter((one) => one.layer === layer);
      if (!things.length) return void toast(t("These lie in another part of the board. Choose that part to write in first."), { icon: "info" });
      const at = (/** @type {Thing} */ one) => {
        const box = now.boxes.get(one.id) ?? [0, 0, 1, 1];
        const { thing: _, ...place } = placed(one, box, box[0] + BESIDE, box[1] + BESIDE);
        return place;
      };
      const cards = things.filter(isCard).filter((one) => one.kind !== "file" && one.kind !== "package")
        .map((one) => ({ kind: one.kind, words: wordsOf(one), links: { ...linksOf(one), answers: null, members: [], conditions: [], until: null }, place: at(one) }));
      const marks = things.filter(isMark).map((one) => ({ kind: one.kind, text: one.text, colour: one.colour, points: one.points, from: one.from, to: one.to, place: at(one) }));
      const answer = await acts.addThings({ layer, cards, marks });
      if (answer.ok) desk.chosen.value = new Set(answer.result.ids);
      return undefined;
    },

    /** @param {string} colour @param {string|null} [id] */
    async paint(colour, id) {
      for (const one of meant(id).map(thing)) {
        if (!one || !deeds.canRewrite(one)) continue;
        if (isMark(one)) await acts.editMark({ mark: one.id, colour });
        else if (isCard(one)) await acts.editCard({ card: one.id, words: wordsOf(one), links: { ...linksOf(one), colour } });
      }
    },

    /** @param {Line|"across"|"down"|"tidy"} how */
    arrange(how) {
      const now = scene();
      if (!now) return;
      const order = now.things.map((one) => one.id);
      const ids = meant().filter((one) => desk.canMove(now.known.get(one)) && now.known.get(one)?.kind !== "arrow").sort((a, b) => order.indexOf(a) - order.indexOf(b));
      if (ids.length < 2) return;
      const boxes = new Map(ids.map((one) => [one, /** @type {Box} */ (now.boxes.get(one))]));
      const corners = how === "tidy" ? tidied(boxes) : how === "across" || how === "down" ? distributed(boxes, how) : aligned(boxes, how);
      const places = [...corners].flatMap(([one, [x, y]]) => {
        const box = /** @type {Box} */ (boxes.get(one));
        return desk.shifted(together([one], now.things, now.boxes), x - box[0], y - box[1]);
      });
      desk.place([...new Map(places.map((one) => [one.thing, one])).values()]);
    },

    /** By so much. @param {number} dx @param {number} dy @param {string|null} [id] */
    moveBy(dx, dy, id) {
      const now = scene();
      if (!now) return;
      const places = desk.shifted(together(meant(id), now.things, now.boxes), dx, dy);
      desk.place(places);
      if (places.length) announce(t("Moved."));
    },

    /** To where a box is free: in the middle of what is seen, in a group, below a card. @param {Box} near @param {string|null} [id] */
    moveTo(near, id) {
      const now = scene();
      const box = now && around(meant(id), now.boxes);
      if (!now || !box) return;
      const moving = new Set(together(meant(id), now.things, now.boxes));
      const taken = now.things.filter((one) => !moving.has(one.id) && one.kind !== "group" && one.kind !== "arrow").map((one) => now.boxes.get(one.id)).filter((one) => one !== undefined);
      const [x, y] = freeSpot([near[0], near[1], box[2], box[3]], taken);
      deeds.moveBy(x - box[0], y - box[1], id);
    },

    /** @param {number} factor @param {string} id */
    resize(factor, id) {
      const now = scene();
      const found = now?.known.get(id);
      const box = now?.boxes.get(id);
      if (!found || !box || !desk.canMove(found)) return;
      const w = Math.round(Math.min(8_000, Math.max(120, box[2] * factor)));
      const h = found.kind === "group" ? Math.round(Math.min(8_000, Math.max(90, box[3] * factor))) : found.place?.h ?? 140;
      desk.place([{ ...placed(found, box, box[0], box[1]), w, h }]);
    },

    /** Where something new of this size goes: into the middle of what is seen, on nothing else. @param {number} w @param {number} h @returns {Place} */
    spot(w, h) {
      const now = scene();
      const [x, y] = desk.gaze.middle();
      const seen = desk.gaze.seen(1);
      const taken = [...(now?.things ?? [])].filter((one) => one.kind !== "group" && one.kind !== "arrow").map((one) => now?.boxes.get(one.id)).filter((one) => one !== undefined)
        .filter((one) => overlap(seen, one));
      const [fx, fy] = freeSpot([x - w / 2, y - h / 2, w, h], taken);
      return { x: fx, y: fy, w, h };
    },

    /** @param {string} from @param {string} to */
    connect(from, to) {
      const layer = thing(from)?.layer;
      if (layer) acts.addThings({ layer, marks: [{ kind: "arrow", from, to }] });
    },

    /** @param {Card[]} cards */
    bundle(cards) {
      dialogs.packageOf(cards);
    },
  };
  return deeds;
}
