// Which things of the canvas are drawn now: what is in sight first, a portion a frame.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace, nextPortion } from "../../../../web/static/js/board/canvas/portion.js";

const seen = (...ids) => (id) => ids.includes(id);

/** Portion after portion until nothing is left, as sorted rows of what was drawn. */
function steps(drawn, near, inSight, most) {
  const rows = [];
  for (let portion = { drawn, rest: true }; portion.rest; rows.push([...portion.drawn].sort().join(""))) {
    portion = nextPortion(portion.drawn, near, inSight, most);
    assert.ok(rows.length < 50, "it comes to an end");
  }
  return rows;
}

test("what fits into one portion is drawn at once", () => {
  const portion = nextPortion(new Set(), ["a", "b"], seen(), 2);
  assert.deepEqual([[...portion.drawn], portion.added, portion.rest], [["a", "b"], 2, false]);
});

test("what is in sight comes first, then the rest, in the order of reading", () => {
  assert.deepEqual(steps(new Set(), ["a", "b", "c", "d", "e"], seen("d", "b"), 2), ["bd", "abcd", "abcde"]);
});

test("what has gone far away is taken away when all that is near is there, by portions too", () => {
  assert.deepEqual(steps(new Set("abcdef"), ["f", "g"], seen("g"), 2), ["bcdefg", "defg", "fg"]);
});

test("what is drawn and stays near is not drawn anew", () => {
  const portion = nextPortion(new Set(["a", "b"]), ["b", "c"], seen(), 5);
  assert.deepEqual([[...portion.drawn], portion.added, portion.rest], [["b", "c"], 1, false]);
});

test("a slow machine draws less at once while the view moves, and never nothing", () => {
  const pace = createPace();
  const quick = pace.most(true);
  for (let n = 0; n < 30; n += 1) pace.took(10, 20);
  assert.equal(pace.most(true), 1);
  assert.ok(quick > 1 && pace.most(false) > pace.most(true));
  for (let n = 0; n < 60; n += 1) pace.took(100, 0.1);
  assert.ok(pace.most(true) > quick);
});

test("nothing measured changes nothing", () => {
  const pace = createPace();
  const before = pace.most(true);
  pace.took(0, 50);
  assert.equal(pace.most(true), before);
});
