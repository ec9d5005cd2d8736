/**
 * Which things are drawn now. Not everything near at once, or the frame in which more comes near takes too long: what
 * is in sight first, then the rest by portions, one a frame. Pure but for what it remembers of how long drawing took.
 */

const MOVING_MS = 1; // of a frame for drawing more while the view moves. More jerks; less shows empty edges sooner.
const RESTING_MS = 100; // of a frame while it is still. More makes a click wait; less takes longer until all is there.
const FIRST_MS = 0.1; // for one thing, before any was measured
const LEARNING = 0.3; // how much the newest measure counts
const MOST = 400; // of one portion, whatever was measured

/**
 * The next portion.
 * @param {ReadonlyMap<string, boolean>} drawn    what is drawn already, and whether as from afar
 * @param {readonly string[]} near    what is to be drawn in the end
 * @param {boolean} far    how it is to be drawn in the end; what is drawn otherwise stays as it is until its turn comes
 * @param {(id: string) => boolean} inSight
 * @param {number} most    how many more, at least 1
 * @returns {{drawn: ReadonlyMap<string, boolean>, added: number, rest: boolean}}    rest: there is more to add, or to take away
 */
export function nextPortion(drawn, near, far, inSight, most) {
  const lacking = near.filter((id) => drawn.get(id) !== far);
  const adding = lacking.length > most ? [...lacking.filter(inSight), ...lacking.filter((id) => !inSight(id))].slice(0, most) : lacking;
  const next = new Map(drawn);
  for (const id of adding) next.set(id, far);
  if (adding.length < lacking.length) return { drawn: next, added: adding.length, rest: true };
  // Whatever has gone far away is taken away afterwards, likewise by portions.
  const wanted = new Set(near);
  const gone = [...drawn.keys()].filter((id) => !wanted.has(id));
  const room = Math.max(0, most - adding.length);
  for (const id of gone.slice(0, room)) next.delete(id);
  return { drawn: next, added: adding.length, rest: gone.length > room };
}

/** How many things fit into a frame, by how long the last ones took. */
export function createPace() {
  let each = FIRST_MS;
  return {
    /** @param {boolean} moving @returns {number} */
    most: (moving) => Math.min(MOST, Math.max(1, Math.floor((moving ? MOVING_MS : RESTING_MS) / each))),
    /** So many took so long, ms: script, style and layout. @param {number} count @param {number} spent */
    took(count, spent) {
      if (count) each += (spent / count - each) * LEARNING;
    },
  };
}
