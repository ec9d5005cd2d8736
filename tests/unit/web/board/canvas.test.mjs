import assert from "node:assert/strict";
import { test } from "node:test";
import { aligned, distributed, freeSpot, tidied } from "../../../../web/static/js/board/canvas/arrange.js";
import { NUMBERS_MOST, outline, simplified, withPen } from "../../../../web/static/js/board/canvas/ink.js";
import { createScene, withMoved } from "../../../../web/static/js/board/canvas/scene.js";
import { around, chose, framed, inside, placed, together } from "../../../../web/static/js/board/canvas/select.js";
import { snapped } from "../../../../web/static/js/board/canvas/snap.js";
import { extentOf, interestsMap, optionGrid, timeline } from "../../../../web/static/js/board/canvas/templates.js";
import { FAR, between, centred, fitted, holds, middle, panned, revealed, seenBox, toBoard, toStage, wheelFactor, zoomedAt } from "../../../../web/static/js/board/canvas/view.js";
import { picture } from "../../../../web/static/js/board/picture.js";
import { load } from "../session/vectors.mjs";

const SIZE = { width: 800, height: 600 };
const VIEW = { x: 100, y: -50, zoom: 0.5 };
const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} is not ${other}`);
const mark = (id, kind, x, y, w, h, more = {}) => ({ id, kind, layer: "joint", made: 1, text: id, colour: "", points: [], from: null, to: null, place: { x, y, w, h }, ...more });
const boxesOf = (...things) => new Map(things.map(({ id, place }) => [id, [place.x, place.y, place.w, place.h]]));

// --- the view

test("a point of the board and its place on the stage lead to each other", () => {
  assert.deepEqual(toBoard(VIEW, 40, 60), [180, 70]);
  assert.deepEqual(toStage(VIEW, 180, 70), [40, 60]);
});

test("what lies under the pointer stays there, however far one zooms", () => {
  for (const factor of [0.5, 1.1, 3, 1000, 0.0001]) {
    const [x, y] = toBoard(VIEW, 300, 200);
    const [px, py] = toStage(zoomedAt(VIEW, factor, 300, 200), x, y);
    near(px, 300);
    near(py, 200);
  }
});

test("zoom has a least and a most, and the canvas an end", () => {
  assert.equal(zoomedAt(VIEW, 1e9, 0, 0).zoom, 4);
  assert.equal(zoomedAt(VIEW, 1e-9, 0, 0).zoom, 0.1);
  assert.equal(panned(VIEW, 1e12, 0).x, -FAR);
});

test("the wheel zooms in when it is turned away, and one turn of a coarse wheel is not too much", () => {
  assert.ok(wheelFactor(-10) > 1 && wheelFactor(10) < 1);
  near(wheelFactor(-40) * wheelFactor(40), 1);
  assert.ok(wheelFactor(-10_000) < 1.5);
});

test("what is fitted is wholly seen, in the middle, and never larger than it is", () => {
  for (const box of [[0, 0, 100, 100], [-5_000, 20, 3_000, 900], [0, 0, 10, 5_000]]) {
    const view = fitted(box, SIZE);
    assert.ok(holds(seenBox(view, SIZE), box));
    assert.ok(view.zoom <= 1);
    near(middle(view, SIZE)[0], box[0] + box[2] / 2);
  }
});

test("a box is revealed by the shortest way, and nothing moves for one that is seen", () => {
  const view = { x: 0, y: 0, zoom: 1 };
  assert.equal(revealed(view, [100, 100, 200, 100], SIZE), view);
  for (const box of [[900, 100, 200, 100], [-400, 100, 200, 100], [100, 900, 100, 100], [100, -500, 100, 100]]) {
    assert.ok(holds(seenBox(revealed(view, box, SIZE), SIZE), box), String(box));
  }
  assert.equal(revealed(view, [900, 100, 200, 100], SIZE).y, 0);
});

test("a journey begins where one is and ends exactly there", () => {
  const to = centred(5_000, 100, 2, SIZE);
  near(between(VIEW, to, 0, SIZE).x, VIEW.x);
  assert.equal(between(VIEW, to, 1, SIZE), to);
});

// --- in line

test("what comes near an edge or a middle catches on it, and what is far does not", () => {
  const other = [0, 0, 100, 50];
  assert.deepEqual(snapped([3, 200, 80, 50], [other], 8), { dx: -3, dy: 0, guides: [{ x1: 0, x2: 0, y1: 0, y2: 250 }] });
  assert.equal(snapped([12, 200, 76, 50], [other], 8).dx, 0); // its middle is in line already
  assert.deepEqual(snapped([300, 300, 50, 50], [other], 8), { dx: 0, dy: 0, guides: [] });
});

test("the nearest line wins", () => {
  assert.equal(snapped([95, 500, 40, 40], [[80, 0, 10, 10], [94, 0, 12, 10]], 8).dx, -1);
});

test("things are brought into line at each edge and in the middle", () => {
  const boxes = new Map([["a", [0, 0, 100, 50]], ["b", [40, 200, 50, 80]]]);
  assert.deepEqual([...aligned(boxes, "start").values()], [[0, 0], [0, 200]]);
  assert.deepEqual([...aligned(boxes, "end").values()], [[0, 0], [50, 200]]);
  assert.deepEqual([...aligned(boxes, "middle").values()], [[0, 0], [25, 200]]);
  assert.deepEqual([...aligned(boxes, "bottom").values()], [[0, 230], [40, 200]]);
});

test("between things at equal distances the gaps are equal, and the outermost stay", () => {
  const found = distributed(new Map([["a", [0, 5, 10, 10]], ["c", [200, 9, 20, 10]], ["b", [20, 7, 30, 10]]]), "across");
  assert.deepEqual([found.get("a"), found.get("b"), found.get("c")], [[0, 5], [90, 7], [200, 9]]);
});

test("things that are tidied up lie on nothing of each other", () => {
  const boxes = new Map(Array.from({ length: 7 }, (_, n) => [`t${n}`, [n, n, 100 + n * 10, 50 + (n % 3) * 40]]));
  const all = [...tidied(boxes)].map(([id, [x, y]]) => [x, y, ...boxes.get(id).slice(2)]);
  for (const [n, one] of all.entries()) {
    for (const other of all.slice(n + 1)) {
      assert.ok(one[0] + one[2] <= other[0] || other[0] + other[2] <= one[0] || one[1] + one[3] <= other[1] || other[1] + other[3] <= one[1]);
    }
  }
});

test("a free spot is where it was wanted, or beside what lies there", () => {
  assert.deepEqual(freeSpot([0, 0, 100, 100], []), [0, 0]);
  assert.deepEqual(freeSpot([0, 0, 100, 100], [[10, 10, 50, 50]]), [124, 0]);
});

// --- what is chosen

test("choosing once more with shift takes away again", () => {
  assert.deepEqual(chose(new Set(["a"]), "b", false), new Set(["b"]));
  assert.deepEqual(chose(new Set(["a"]), "b", true), new Set(["a", "b"]));
  assert.deepEqual(chose(new Set(["a", "b"]), "b", true), new Set(["a"]));
});

test("a frame takes what it touches, and a group only whole", () => {
  const things = [mark("g", "group", 0, 0, 500, 500), mark("t", "text", 90, 90, 50, 50), mark("u", "text", 300, 300, 50, 50)];
  assert.deepEqual(framed([0, 0, 100, 100], things, boxesOf(...things)), new Set(["t"]));
  assert.deepEqual(framed([-1, -1, 600, 600], things, boxesOf(...things)), new Set(["g", "t", "u"]));
});

test("a group takes along what lies wholly in it, of its own layer", () => {
  const things = [mark("g", "group", 0, 0, 500, 500), mark("in", "text", 10, 10, 50, 50), mark("half", "text", 480, 10, 50, 50), mark("private", "text", 90, 90, 50, 50, { layer: "side:A" })];
  assert.deepEqual(inside(things[0], things, boxesOf(...things)), ["in"]);
  assert.deepEqual(together(["g"], things, boxesOf(...things)), ["g", "in"]);
});

test("an arrow that is tied goes with what it is tied to, and is never put anywhere itself", () => {
  const things = [mark("a", "arrow", 0, 0, 9, 9, { from: "t" }), mark("free", "arrow", 0, 0, 9, 9)];
  assert.deepEqual(together(["a", "free"], things, boxesOf(...things)), ["free"]);
});

test("a card that has grown with its words keeps the size that it was given", () => {
  const card = mark("t", "text", 0, 0, 260, 140);
  assert.deepEqual(placed(card, [0, 0, 260, 400], 10.4, 20.6), { thing: "t", x: 10, y: 21, w: 260, h: 140 });
});

test("around nothing there is no box", () => {
  assert.equal(around(["x"], new Map()), null);
  assert.deepEqual(around(["a", "b"], new Map([["a", [0, 0, 10, 10]], ["b", [90, -5, 10, 10]]])), [0, -5, 100, 15]);
});

// --- ink

test("ink is a closed outline of whole numbers around where the pen went", () => {
  const points = outline(Array.from({ length: 30 }, (_, n) => [n * 10, Math.sin(n / 3) * 40, 0.5]), { width: 6 });
  assert.ok(points.length >= 12 && points.length % 2 === 0 && points.every(Number.isInteger));
  const xs = points.filter((_, n) => n % 2 === 0);
  assert.ok(Math.min(...xs) <= 0 && Math.max(...xs) >= 288 && Math.max(...xs) < 300);
});

test("a point is a dot, and no pen draws nothing", () => {
  assert.ok(outline([[5, 5, 0.5]]).length >= 6);
  assert.deepEqual(outline([]), []);
});

test("however long one draws, a stroke stays below what the server takes", () => {
  let pens = [];
  for (let n = 0; n < 20_000; n += 1) pens = withPen(pens, [Math.cos(n / 7) * n * 0.4, Math.sin(n / 5) * n * 0.3, 0.5]);
  assert.ok(pens.length <= 4_001);
  const points = outline(pens);
  assert.ok(points.length >= 6 && points.length <= NUMBERS_MOST);
});

test("a simplified line keeps its ends and its corners", () => {
  const line = Array.from({ length: 101 }, (_, n) => (n <= 50 ? [n, 0] : [50, n - 50]));
  assert.deepEqual(simplified(line, 0.5), [[0, 0], [50, 0], [50, 50]]);
});

// --- templates

for (const rtl of [false, true]) {
  test(`templates lie where they were wanted, in one command, ${rtl ? "from right to left" : "from left to right"}`, () => {
    const words = { title: "Issues", options: "Options", issue: (n) => `Issue ${n}` };
    for (const draft of [optionGrid(70, 30, words, rtl), interestsMap(70, 30, { names: ["A", "B"], shared: "all" }, rtl), timeline(70, 30, { steps: ["one", "two", "three"] }, rtl)]) {
      const places = [...draft.cards, ...draft.marks].flatMap((one) => (one.place ? [one.place] : []));
      assert.equal(Math.min(...places.map((one) => one.x)), 70);
      assert.ok(places.every((one) => [one.x, one.y, one.w, one.h].every(Number.isInteger)));
      assert.ok(extentOf(draft).w > 400);
    }
    const [first, last] = timeline(0, 0, { steps: ["begin", "end"] }, rtl).marks;
    assert.equal(first.place.x < last.place.x, !rtl);
  });
}

test("every issue of the grid lies in the group of issues", () => {
  const { cards, marks } = optionGrid(0, 0, { title: "Issues", options: "Options", issue: String });
  const box = (place) => [place.x, place.y, place.w, place.h];
  assert.ok(cards.every((one) => holds(box(marks[0].place), box(one.place))));
});

// --- the scene

const VECTOR = load("picture/board.json")[1];

test("the scene is the picture: the same things in the same order", () => {
  const scene = createScene()(VECTOR.things, VECTOR.look);
  const drawn = picture(VECTOR.things, VECTOR.look)[2].slice(1).map((one) => one[1]["data-thing"]);
  assert.deepEqual(scene.things.map((one) => one.id), drawn);
});

test("what has not changed is not drawn anew, whatever else has", () => {
  const scene = createScene();
  const first = scene(VECTOR.things, VECTOR.look);
  const moved = VECTOR.things.map((one) => (one.id === "one" ? { ...one, place: { ...one.place, x: 999 } } : one));
  const second = scene(moved, { ...VECTOR.look, terms: {} });
  assert.equal(second.trees.get("one"), first.trees.get("one"));
  assert.deepEqual(second.boxes.get("one").slice(0, 2), [999, 100]);
  const renamed = moved.map((one) => (one.id === "one" ? { ...one, title: "Uno" } : one));
  const third = scene(renamed, VECTOR.look);
  assert.notEqual(third.trees.get("one"), first.trees.get("one"));
  assert.equal(third.trees.get("words"), first.trees.get("words"));
});

test("a card with another's title on it is drawn anew with that title", () => {
  const [{ things, look }] = load("picture/board.json");
  const scene = createScene();
  const before = scene(things, look).trees.get("half");
  const after = scene(things.map((one) => (one.id === "issue" ? { ...one, title: "Another" } : one)), look).trees.get("half");
  assert.ok(JSON.stringify(after).includes("On “Another”") && !JSON.stringify(before).includes("Another"));
});

test("while a thing is dragged its arrows follow, and the scene itself stays as it was", () => {
  const scene = createScene()(VECTOR.things, VECTOR.look);
  const before = JSON.stringify(scene.trees.get("tied"));
  const moved = withMoved(scene, new Map([["two", { x: 900, y: 900, w: 180, h: 90 }]]), VECTOR.look);
  assert.notEqual(JSON.stringify(moved.trees.get("tied")), before);
  assert.equal(JSON.stringify(scene.trees.get("tied")), before);
  assert.deepEqual(moved.boxes.get("two").slice(0, 2), [900, 900]);
});
