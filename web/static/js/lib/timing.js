// Waiting, and doing things less often. Durations are milliseconds. Liveness is the server's pings, never one of these timers.

/**
 * @param {number} ms
 * @param {AbortSignal} [signal] ends the wait early (the promise resolves all the same)
 * @returns {Promise<void>}
 */
export function wait(ms, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/**
 * How long to wait before the next try: doubling, with jitter so that many pages do not come back in the same instant.
 * @param {number} tries failures so far, from 0
 * @param {{first?: number, most?: number, random?: () => number}} [options]
 */
export function backOff(tries, { first = 300, most = 10_000, random = Math.random } = {}) {
  const ceiling = Math.min(most, first * 2 ** Math.min(tries, 20));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

/**
 * Call `act` at once and then at most once per `ms`; the last call within the pause is made at its end.
 * @template {unknown[]} A
 * @param {number} ms
 * @param {(...values: A) => void} act
 */
export function throttled(ms, act) {
  let timer = /** @type {ReturnType<typeof setTimeout> | null} */ (null);
  let waiting = /** @type {A | null} */ (null);
  const rest = () => {
    timer = null;
    if (waiting) {
      const values = waiting;
      waiting = null;
      timer = setTimeout(rest, ms);
      act(...values);
    }
  };
  return (/** @type {A} */ ...values) => {
    if (timer !== null) {
      waiting = values;
      return;
    }
    timer = setTimeout(rest, ms);
    act(...values);
  };
}

/**
 * Call `act` when there is nothing better to do, and within `most` ms in any case.
 * @param {() => void} act
 * @param {number} most
 * @returns {() => void} not any more
 */
export function whenIdle(act, most) {
  if (typeof requestIdleCallback !== "function") { // Safari
    const timer = setTimeout(act);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(act, { timeout: most });
  return () => cancelIdleCallback(idle);
}

/**
 * Call `act` every `ms` until the answer is called.
 * @param {number} ms
 * @param {() => void} act
 * @returns {() => void}
 */
export function every(ms, act) {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}
