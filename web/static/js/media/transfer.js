/** What a line carries, from transfers of a bounded size: a small one first, a larger one only where that was quick. kbit/s. */

const DOWN = [32_768, 262_144]; // bytes; what the server gives at most
const UP = [16_384, 98_304]; // and takes at most
/** A transfer that took so long, ms, says enough: no larger one follows. */
const ENOUGH = 700;
/** No transfer lasts longer, ms. */
const PATIENCE = 4_000;

/**
 * The speed of a transfer without the time that asking takes.
 * @param {number} bytes
 * @param {number} took    ms
 * @param {number} trip    ms
 */
export function speed(bytes, took, trip) {
  return (bytes * 8) / Math.max(took - trip, took / 2, 1);
}

/** @param {string} place @param {number} trip    ms @param {AbortSignal} stopped @returns {Promise<number|null>} null: not known */
export function measureDown(place, trip, stopped) {
  return climb(DOWN, trip, async (size) => {
    const answer = await fetch(`${place}?bytes=${size}`, { cache: "no-store", signal: within(stopped) });
    if (!answer.ok || !answer.body) return null;
    let got = 0;
    try {
      for (const reader = answer.body.getReader();;) {
        const { done, value } = await reader.read();
        if (done) break;
        got += value.length;
      }
    } catch {
      if (stopped.aborted) return null; // else its time was up, and what has come says how fast it was
    }
    return got;
  });
}

/** @param {string} place @param {number} trip    ms @param {AbortSignal} stopped @returns {Promise<number|null>} null: not known */
export function measureUp(place, trip, stopped) {
  return climb(UP, trip, async (size) => {
    try {
      const answer = await fetch(place, { method: "POST", body: noise(size), cache: "no-store", signal: within(stopped) });
      return answer.ok && Number(await answer.text()) === size ? size : null;
    } catch (error) {
      // Its time was up: the line is no faster than this.
      return !stopped.aborted && /** @type {Error} */ (error).name === "TimeoutError" ? size : null;
    }
  });
}

/**
 * @param {number[]} sizes
 * @param {number} trip
 * @param {(size: number) => Promise<number|null>} transfer    answers how many bytes came through
 */
async function climb(sizes, trip, transfer) {
  let found = null;
  for (const size of sizes) {
    const began = performance.now();
    const bytes = await transfer(size).catch(() => null);
    const took = performance.now() - began;
    if (bytes === null) break;
    found = speed(bytes, took, trip);
    if (took > ENOUGH) break;
  }
  return found;
}

/** @param {AbortSignal} stopped */
function within(stopped) {
  return AbortSignal.any ? AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE)]) : AbortSignal.timeout(PATIENCE);
}

/** Bytes that nothing on the way can make smaller. @param {number} size */
function noise(size) {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
