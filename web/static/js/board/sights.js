/**
 * Which cards were really shown to this person. Said only in a session that notes it, to nobody but the server, some at a time; else
 * nothing is looked at and nothing is sent.
 */
import { useEffect } from "preact/hooks";
import { every, wait } from "../lib/timing.js";
import { may } from "../session/rights.js";
import { card as cardOf } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { Store } from "../session/store.js" */
/** @import { Answer, Card, Command } from "../session/types.js" */

/** So long must a card stand before somebody to be seen, and so far apart is it said, ms. */
export const MOMENT = 1_000;
/** Cards of one command; the server takes no more. */
const MOST = 100;

/**
 * @typedef {{card: string, version: number}} Sight
 * @typedef {ReturnType<typeof createSights>} Sights
 */

/** Is it noted what this person sees, here and now? @param {State} state */
export function isNoted(state) {
  return Boolean(state.view?.session.seen && state.view.room && may(state, "saw_cards"));
}

/** Whose it is, nobody keeps; so nobody keeps either who looks at it. @param {Card} card */
export function canBeNoted(card) {
  return card.round === null;
}

/**
 * @param {{store: Store, ask: (command: Command) => Promise<Answer>, pause?: () => Promise<unknown>}} wiring    pause: between two commands
 */
export function createSights({ store, ask, pause = () => wait(MOMENT) }) {
  /** Said already, by where it was: each stay in a room once. @type {Set<string>} */
  const said = new Set();
  /** @type {Sight[][]} */
  let waiting = [];
  let busy = false;

  async function send() {
    if (busy) return;
    busy = true;
    for (await pause(); waiting.length; await pause()) {
      const cards = (waiting.shift() ?? []).filter(stillThere);
      if (!cards.length) continue;
      const answer = await ask({ name: "saw_cards", cards });
      const half = Math.ceil(cards.length / 2); // one of them is gone meanwhile: the others were seen all the same
      if (!answer.ok && answer.reason === "unknown_card" && half < cards.length) waiting = [cards.slice(0, half), cards.slice(half), ...waiting];
    }
    busy = false;
  }

  /** @param {Sight} one */
  function stillThere({ card, version }) {
    const state = store.state.peek();
    return isNoted(state) && (cardOf(state, card)?.version ?? 0) >= version;
  }

  return {
    /** These cards have stood before the person, as they are here. @param {Card[]} cards */
    shown(cards) {
      const state = store.state.peek();
      const room = state.view?.room;
      if (!isNoted(state) || !room) return;
      for (const card of cards.filter(canBeNoted)) {
        const key = [room.id, room.since, card.id, card.version].join(" ");
        if (said.has(key)) continue;
        said.add(key);
        const last = waiting.at(-1);
        if (last && last.length < MOST) last.push({ card: card.id, version: card.version });
        else waiting.push([{ card: card.id, version: card.version }]);
      }
      if (waiting.length) void send();
    },
  };
}

/**
 * Looks whether this element stands before the person for a moment, with these cards on it. Not while the page is hidden.
 * @param {import("preact").RefObject<HTMLElement|null>} element @param {State} state @param {Card[]} cards @param {Sights} sights
 */
export function useSight(element, state, cards, sights) {
  const room = state.view?.room;
  const on = isNoted(state) && cards.some(canBeNoted);
  useEffect(() => {
    if (!on || !element.current) return undefined;
    let stop = () => {};
    const observer = new IntersectionObserver((entries) => {
      stop();
      if (!fills(/** @type {IntersectionObserverEntry} */ (entries.at(-1)))) return;
      stop = every(MOMENT, () => {
        if (document.visibilityState === "hidden") return;
        stop();
        sights.shown(cards);
      });
    }, { threshold: [0, 0.25, 0.5, 0.75, 1] });
    observer.observe(element.current);
    return () => (stop(), observer.disconnect());
  }, [on, room?.id, room?.since, cards.map((one) => `${one.id} ${one.version}`).join()]);
}

/** Half of it is in sight, or it fills half of the window. @param {IntersectionObserverEntry} entry */
function fills({ intersectionRatio, intersectionRect, rootBounds }) {
  return intersectionRatio >= 0.5 || intersectionRect.height >= (rootBounds?.height ?? Infinity) / 2;
}
