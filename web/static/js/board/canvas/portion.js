/**
 * Which things are drawn now. Not everything near at once, or the frame in which more comes near takes too long: what
 * is in sight first, then the rest by portions, one a frame. Pure but for what it remembers of how long drawing took.
 */

const MOVING_MS = 3; // of a frame for drawing more while the view moves. More jerks; less shows empty edges sooner.
const RESTING_MS = 24; // of a frame while it is still. More makes a click wait; less takes longer until all is there.
const FIRST_MS = 0.1; // for one thing, before any was measured
const LEARNING = 0.3; // how much the newest measure counts
const MOST = 400; // of one portion, whatever was measured

/**
 * The next portion.
 * @param {ReadonlySet<string>} drawn    what is drawn already
 * @param {readonly string[]} near    what is to be drawn in the end
 * @param {(id: string) => boolean} inSight
 * @param {number} most    how many more, at least 1
 * @returns {{drawn: ReadonlySet<string>, added: number, rest: boolean}}    rest: there is more to add, or to take away
 */
export function nextPortion(drawn, near, inSight, most) {
  const lacking = near.filter((id) => !drawn.has(id));
  const adding = lacking.length > most ? [...lacking.filter(inSight), ...lacking.filter((id) => !inSight(id))].slice(0, most) : lacking;
  if (adding.length < lacking.length) return { drawn: new Set([...drawn, ...adding]), added: adding.length, rest: true };
  // Whatever has gone far away is taken away afterwards, likewise by portions.
  const wanted = new Set(near);
  const far = [...drawn].filter((id) => !wanted.has(id));
  const room = Math.max(0, most - adding.length);
  const next = new Set([...drawn, ...adding]);
  for (const id of far.slice(0, room)) next.delete(id);
  return { drawn: next, added: adding.length, rest: far.length > room };
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
