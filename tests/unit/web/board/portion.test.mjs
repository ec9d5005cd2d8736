// Which things of the canvas are drawn now: what is in sight first, a portion a frame.
import assert from "node:assert/strict";
import { test } from "node:test";
import { distant, isDistant } from "../../../../web/static/js/board/canvas/distance.js";
import { createPace, nextPortion } from "../../../../web/static/js/board/canvas/portion.js";

const seen = (...ids) => (id) => ids.includes(id);

const near = (ids) => new Map([...ids].map((id) => [id, false]));

/** Portion after portion until nothing is left, as sorted rows of what was drawn. */
function steps(drawn, ids, inSight, most) {
  const rows = [];
  for (let portion = { drawn, rest: true }; portion.rest; rows.push([...portion.drawn.keys()].sort().join(""))) {
    portion = nextPortion(portion.drawn, ids, false, inSight, most);
    assert.ok(rows.length < 50, "it comes to an end");
  }
  return rows;
}

test("what fits into one portion is drawn at once", () => {
  const portion = nextPortion(near(""), ["a", "b"], false, seen(), 2);
  assert.deepEqual([[...portion.drawn.keys()], portion.added, portion.rest], [["a", "b"], 2, false]);
});

test("what is in sight comes first, then the rest, in the order of reading", () => {
  assert.deepEqual(steps(near(""), ["a", "b", "c", "d", "e"], seen("d", "b"), 2), ["bd", "abcd", "abcde"]);
});

test("what has gone far away is taken away when all that is near is there, by portions too", () => {
  assert.deepEqual(steps(near("abcdef"), ["f", "g"], seen("g"), 2), ["bcdefg", "defg", "fg"]);
});

test("what is drawn and stays near is not drawn anew", () => {
  const portion = nextPortion(near("ab"), ["b", "c"], false, seen(), 5);
  assert.deepEqual([[...portion.drawn.keys()], portion.added, portion.rest], [["b", "c"], 1, false]);
});

test("what is seen from nearer or from farther is drawn anew by portions, and never gone meanwhile", () => {
  const portion = nextPortion(near("abc"), ["a", "b", "c"], true, seen("c"), 2);
  assert.deepEqual([Object.fromEntries(portion.drawn), portion.rest], [{ a: true, b: false, c: true }, true]);
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

test("from afar a card is its ground, its head and its edge; an arrow and a text are as they are", () => {
  const card = ["g", { class: "p-thing k-idea" }, [["rect", { class: "p-card l-joint" }, []], ["path", { class: "p-strip l-joint" }, []], ["path", { class: "p-icon" }, []],
    ["text", { class: "t-ink" }, ["Who pays"]], ["image", { href: "/x" }, []], ["rect", { class: "p-edge" }, []]]];
  assert.deepEqual(distant(card)[2].map(([tag]) => tag), ["rect", "path", "image", "rect"]);
  assert.equal(distant(card), distant(card), "made once");
  const arrow = ["g", { class: "p-line" }, [["path", { class: "p-arrow" }, []]]];
  assert.equal(distant(arrow), arrow);
  assert.ok(isDistant(0.2) && !isDistant(0.5));
});

test("nothing measured changes nothing", () => {
  const pace = createPace();
  const before = pace.most(true);
  pace.took(0, 50);
  assert.equal(pace.most(true), before);
});
