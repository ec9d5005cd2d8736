/**
 * What lies on the board, asked by meaning: whose it is, where it may be written, under which heading it stands. Pure.
 *
 * What is known stands in `state.board` (session/board.js). The server decides who may do what; this only keeps buttons from promising what
 * would be refused.
 */
import { t } from "../lib/text.js";
import { sideName } from "../session/people.js";
export { empty, fromSnapshot, withFact } from "../session/board.js";
/** @import { State } from "../session/model.js" */
/** @import { BoardLayer, Card, CardComment, CardKind, Mark, Release, Round, Seen, Thing } from "../session/types.js" */

export const JOINT = "joint";
export const MEDIATORS = "mediators";
/** @type {readonly string[]} */
export const CARD_KINDS = ["issue", "interest", "idea", "proposal", "package", "file"];
/** @type {readonly string[]} */
const MARK_KINDS = ["ink", "arrow", "text", "group"];

/** @param {Thing} one @returns {one is Card} */
export const isCard = (one) => CARD_KINDS.includes(one.kind);
/** @param {Thing} one @returns {one is Mark} */
export const isMark = (one) => MARK_KINDS.includes(one.kind);
/** What a side may answer. @param {{kind: string}} one */
export const isAnswerable = (one) => one.kind === "proposal" || one.kind === "package";
/** On the table, and neither agreed nor over. @param {{state: string}} one */
export const isOpen = (one) => one.state === "tabled" || one.state === "countered";

// --- things

/** What was found on a board, by its things, which are never changed in place. @type {WeakMap<object, Map<string, any>>} */
const known = new WeakMap();

/**
 * Found once for each board as it is: a list of hundreds of cards asks hundreds of times.
 * @template T
 * @param {State} state @param {string} what @param {() => T} find @returns {T}
 */
function once(state, what, find) {
  const { things } = state.board;
  const found = known.get(things) ?? new Map();
  if (!found.size) known.set(things, found);
  if (!found.has(what)) found.set(what, find());
  return found.get(what);
}

/** Everything, the oldest first. @param {State} state @returns {Thing[]} */
export function all(state) {
  return [...once(state, "all", () => Object.values(state.board.things))];
}

/** @param {State} state @param {string|null|undefined} id @returns {Thing|null} */
export function thing(state, id) {
  return id ? state.board.things[id] ?? null : null;
}

/** @param {State} state @param {string|null|undefined} id @returns {Card|null} null also for what is no card */
export function card(state, id) {
  const found = thing(state, id);
  return found && isCard(found) ? found : null;
}

/** @param {State} state @param {{kind?: CardKind, layer?: string}} [which] @returns {Card[]} */
export function cards(state, { kind, layer } = {}) {
  return [...once(state, `cards ${kind ?? ""} ${layer ?? ""}`, () =>
    all(state).filter(isCard).filter((one) => (!kind || one.kind === kind) && (!layer || one.layer === layer)))];
}

/** How many cards of a layer have a place on the canvas. @param {State} state @param {string} layer @returns {number} */
export function placed(state, layer) {
  return once(state, `placed ${layer}`, () => cards(state, { layer }).filter((one) => one.place).length);
}

/** @param {State} state @param {string} [layer] @returns {Mark[]} */
export function marks(state, layer) {
  return [...once(state, `marks ${layer ?? ""}`, () => all(state).filter(isMark).filter((one) => !layer || one.layer === layer))];
}

/** What was written to a card, in whatever layer. @param {State} state @param {{id: string}} card @returns {CardComment[]} */
export function comments(state, card) {
  const written = once(state, "comments", () => {
    /** @type {Map<string, CardComment[]>} */
    const found = new Map();
    for (const one of all(state)) if (one.kind === "comment") found.set(one.card, [...(found.get(one.card) ?? []), one]);
    return found;
  });
  return [...(written.get(card.id) ?? [])];
}

/** What a side's ledger holds; without `side`: all that are read. @param {State} state @param {string} [side] @returns {Release[]} */
export function releases(state, side) {
  return [...once(state, `releases ${side ?? ""}`, () => /** @type {Release[]} */ (all(state).filter((one) => one.kind === "release" && (!side || one.side === side))))];
}

/** What may be found to be the same as this release: of other sides, compared still, and not found with each other yet. @param {State} state @param {Release} one */
export function comparable(state, one) {
  const found = (/** @type {Release} */ release, /** @type {string} */ side) => release.carried.some((went) => went.layer === sideLayer(side));
  return releases(state).filter((two) => two.compare && two.state === "open" && two.side !== one.side && !found(two, one.side) && !found(one, two.side));
}

/** The idea round that goes on, if there is one. @param {State} state @returns {Round|null} */
export function round(state) {
  return /** @type {Round|null} */ (all(state).find((one) => one.kind === "round" && one.open) ?? null);
}

/** The proposals of a package, in its order. @param {State} state @param {Card} one @returns {Card[]} */
export function members(state, one) {
  return one.members.map((id) => card(state, id)).filter((found) => found !== null);
}

/** Both ways: the card is one of a round that still goes on, so it is not answered yet. @param {State} state @param {Card} one */
export function inOpenRound(state, one) {
  const found = thing(state, one.round);
  return found?.kind === "round" && found.open;
}

// --- layers

/** @param {State} state @param {string} layer @returns {BoardLayer|null} */
function layerOf(state, layer) {
  return state.view?.board?.layers.find((one) => one.id === layer) ?? null;
}

/** @param {string} side */
export const sideLayer = (side) => `side:${side}`;

/** The side whose layer or ledger this is; also an author's side. @param {string|null|undefined} name @returns {string|null} */
export function sideOf(name) {
  const found = /^(?:side|ledger):(.+)$/.exec(name ?? "");
  return found?.[1] ?? null;
}

/** The layer of one's own group: "side:A", "mediators"; null for who is of none, or was not let in yet. @param {State} state @returns {string|null} */
export function ownLayer(state) {
  return state.view?.board?.layers.find((one) => one.id === MEDIATORS || one.id.startsWith("side:"))?.id ?? null;
}

/** @param {State} state @param {string} layer */
export function canRead(state, layer) {
  return layerOf(state, layer) !== null;
}

/** @param {State} state @param {string|null} layer */
export function canWrite(state, layer) {
  return layer !== null && Boolean(layerOf(state, layer)?.write) && Boolean(state.view?.me.rights.includes("add_things"));
}

/** Before everybody: in a room where the joint layer may be written to. @param {State} state */
export function joint(state) {
  return state.view?.room?.kind === "joint";
}

/** The audience of a layer as it is on the screen now: what a command says that it was meant for. @param {State} state @param {string} layer @returns {Seen} */
export function seen(state, layer) {
  if (layer !== JOINT) return { epoch: layerOf(state, layer)?.epoch ?? 0 };
  const room = state.view?.room;
  return room ? { room: room.id, epoch: room.epoch } : { epoch: 0 };
}

/** @param {State} state @param {string} command */
export function may(state, command) {
  return Boolean(state.view?.me.rights.includes(command));
}

/** The card's words may be changed by this person's group: nobody changes another's, not even a mediator. @param {State} state @param {Card} one */
export function canEdit(state, one) {
  if (one.came || !["", "draft"].includes(one.state) || one.kind === "file" || !canWrite(state, one.layer)) return false;
  return isOurs(state, one);
}

/** The proposal waits for answers, and this person's side is asked. @param {State} state @param {Card} one */
export function canAnswer(state, one) {
  const side = state.view?.me.side ?? null;
  return one.layer === JOINT && isAnswerable(one) && isOpen(one) && !one.package && side !== null && one.sides.includes(side)
    && ownLayer(state) === sideLayer(side) && may(state, "reply_to");
}

/** One's own group has written it, whatever layer it lies in. @param {State} state @param {{author: string|null}} one */
export function isOurs(state, one) {
  return one.author !== null && one.author === ownLayer(state);
}

// --- the list

/**
 * Everything under its heading; the proposals of a package stand within it and not for themselves.
 * @param {State} state
 * @returns {{ours: Card[], table: Card[], agreed: Card[], ended: Card[], passed: Card[]}}
 *   passed: somebody else's words that a mediator has brought to the own side
 */
export function headings(state) {
  const own = ownLayer(state);
  const every = cards(state).filter((one) => !one.package || !card(state, one.package));
  const mine = every.filter((one) => own !== null && one.layer === own);
  const shown = every.filter((one) => one.layer === JOINT);
  return {
    ours: mine.filter((one) => !one.came),
    passed: mine.filter((one) => one.came),
    table: shown.filter((one) => !["agreed", "withdrawn", "lapsed"].includes(one.state)),
    agreed: shown.filter((one) => one.state === "agreed"),
    ended: shown.filter((one) => one.state === "withdrawn" || one.state === "lapsed"),
  };
}

/** Whose it is, in words: a side's name, the mediator's, nobody's. @param {State} state @param {string|null} author */
export function authorName(state, author) {
  const side = sideOf(author);
  if (side) return (state.view && sideName(state.view, side)) || t("Side {letter}", { letter: side });
  if (author === MEDIATORS) return state.view?.mediators[0]?.name || t("The mediator");
  return t("Nobody in particular");
}
