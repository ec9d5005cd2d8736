import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { backOff, throttled, wait } from "../../../web/static/js/lib/timing.js";
import { howLong, runningClock } from "../../../web/static/js/lib/time.js";

test("pauses grow to their ceiling and never beyond, and jitter keeps half of them", () => {
  const low = [0, 1, 2, 3, 50].map((tries) => backOff(tries, { first: 100, most: 1000, random: () => 0 }));
  const high = [0, 1, 2, 3, 50].map((tries) => backOff(tries, { first: 100, most: 1000, random: () => 1 }));
  assert.deepEqual(low, [50, 100, 200, 400, 500]);
  assert.deepEqual(high, [100, 200, 400, 800, 1000]);
});

test("a throttled act happens at once, then at most once per pause, the last call not lost", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const seen = [];
  const act = throttled(100, (value) => seen.push(value));
  act(1);
  act(2);
  act(3);
  assert.deepEqual(seen, [1]);
  mock.timers.tick(100);
  assert.deepEqual(seen, [1, 3]);
  mock.timers.tick(100);
  act(4);
  assert.deepEqual(seen, [1, 3, 4]);
  mock.timers.reset();
});

test("a wait can be ended early", async () => {
  const stop = new AbortController();
  const waiting = wait(1_000_000, stop.signal);
  stop.abort();
  await waiting;
  await wait(1_000_000, stop.signal);
});

test("durations are said in whole minutes, clocks run in seconds", () => {
  assert.equal(howLong(59_000), "just now");
  assert.equal(howLong(-5), "just now");
  assert.equal(howLong(240_000), "4 min");
  assert.equal(howLong(3_900_000), "1 h 5 min");
  assert.equal(runningClock(247_000), "4:07");
  assert.equal(runningClock(3_661_000), "1:01:01");
});
