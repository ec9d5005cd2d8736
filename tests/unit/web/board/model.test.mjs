import assert from "node:assert/strict";
import { test } from "node:test";
import * as model from "../../../../web/static/js/board/model.js";
import { empty, reduce } from "../../../../web/static/js/session/model.js";
import { at as within, load } from "../session/vectors.mjs";
import { at, card } from "./boards.mjs";

for (const vector of load("frames/board.json")) {
  test(`the board: ${vector.case}`, () => {
    const state = vector.frames.reduce(reduce, empty());
    assert.deepEqual(Object.keys(state.board.things).sort(), vector.things);
    for (const [path, value] of Object.entries(vector.then ?? {})) assert.deepEqual(within(state.board.things, path), value, path);
  });
}

const ids = (list) => list.map((one) => one.id);

test("a board is never changed, only followed by another", () => {
  const board = Object.freeze({ things: Object.freeze({ c1: card({}) }), layers: null });
  assert.notEqual(model.withFact(board, { put: [card({ id: "c2" })], gone: ["c1"] }), board);
});

test("one's own layer is the group's; who waits to be let in has none", () => {
  assert.equal(model.ownLayer(at("A")), "side:A");
  assert.equal(model.ownLayer(at("mediators")), "mediators");
  assert.equal(model.ownLayer(at("A", [], { waiting: true })), null);
});

test("what was found on a board is found anew on the next, and whoever got a list may do with it what they like", () => {
  const first = at("A", [card({ id: "c1" })]);
  model.cards(first).length = 0;
  assert.deepEqual(ids(model.cards(first)), ["c1"]);
  const next = { ...first, board: model.withFact(first.board, { put: [card({ id: "c2" })] }) };
  assert.deepEqual(ids(model.cards(next)), ["c1", "c2"]);
  assert.deepEqual(ids(model.cards(first)), ["c1"]);
});

test("a command says the audience that was on the screen: the room's for the joint layer, else the layer's", () => {
  const state = at("A");
  assert.deepEqual(model.seen(state, "joint"), { room: state.view.room.id, epoch: 7 });
  assert.deepEqual(model.seen(state, "side:A"), { epoch: 12 });
  assert.deepEqual(model.seen(state, "ledger:A"), { epoch: 11 });
});

test("the joint layer is written to in the joint room alone", () => {
  assert.equal(model.canWrite(at("A"), "joint"), true);
  assert.equal(model.canWrite(at("A", [], { joint: false }), "joint"), false);
  assert.equal(model.canWrite(at("A", [], { joint: false }), "side:A"), true);
  assert.equal(model.canWrite(at("A"), "ledger:A"), false);
});

test("every card stands under one heading, the members of a package within it", () => {
  const state = at("A", [
    card({ id: "mine", layer: "side:A", state: "draft" }), card({ id: "carried", layer: "side:A", author: "side:B", came: true, state: "tabled" }),
    card({ id: "open", state: "tabled" }), card({ id: "met", state: "countered" }), card({ id: "issue", kind: "issue" }),
    card({ id: "yes", state: "agreed" }), card({ id: "back", state: "withdrawn" }), card({ id: "late", state: "lapsed" }),
    card({ id: "whole", kind: "package", state: "tabled", members: ["part"] }), card({ id: "part", state: "tabled", package: "whole" }),
  ]);
  const found = model.headings(state);
  assert.deepEqual(Object.fromEntries(Object.entries(found).map(([name, list]) => [name, ids(list)])), {
    ours: ["mine"], passed: ["carried"], table: ["open", "met", "issue", "whole"], agreed: ["yes"], ended: ["back", "late"],
  });
  assert.deepEqual(ids(model.members(state, state.board.things.whole)), ["part"]);
});

test("a proposal is answered by the sides that it names, while it is open, and through its package", () => {
  const may = (more, group = "B", how = {}) => model.canAnswer(at(group, [card({ state: "tabled", sides: ["A", "B"], ...more })], how), card({ state: "tabled", sides: ["A", "B"], ...more }));
  assert.equal(may({}), true);
  assert.equal(may({}, "A"), true, "the author's side says yes of its own");
  assert.equal(may({ state: "agreed" }), false);
  assert.equal(may({ sides: ["A", "C"] }), false);
  assert.equal(may({ package: "p" }), false);
  assert.equal(may({ kind: "issue" }), false);
  assert.equal(may({}, "mediators"), false);
  assert.equal(may({}, "B", { waiting: true }), false);
});

test("words are changed by their own group, and no more once they are on the table", () => {
  const state = at("A");
  assert.equal(model.canEdit(state, card({ layer: "side:A", state: "draft" })), true);
  assert.equal(model.canEdit(state, card({ layer: "side:A", state: "draft", came: true })), false);
  assert.equal(model.canEdit(state, card({ state: "tabled" })), false);
  assert.equal(model.canEdit(state, card({ kind: "issue", author: "side:B" })), false);
  assert.equal(model.canEdit(at("mediators"), card({ kind: "issue", author: "side:B" })), false, "not even by mediators");
});

test("an author is named as the reader knows it", () => {
  const state = at("A");
  assert.equal(model.authorName(state, "side:B"), "Nordhaus GmbH");
  assert.equal(model.authorName(state, "mediators"), "Maria Lindqvist");
  assert.equal(model.authorName(state, null), "Nobody in particular");
});

test("comments and releases are found by what they belong to", () => {
  const state = at("A", [
    card({}), { id: "k1", layer: "side:A", kind: "comment", card: "c1", author: "side:A", by: "Amara", made: 1, text: "x" },
    { id: "r1", layer: "ledger:A", kind: "release", side: "A", card: "c1", state: "open" }, { id: "q", layer: "joint", kind: "round", question: "?", open: true, made: 1, until: 9 },
  ]);
  assert.deepEqual(ids(model.comments(state, { id: "c1" })), ["k1"]);
  assert.deepEqual(ids(model.releases(state)), ["r1"]);
  assert.equal(model.releases(state, "B").length, 0);
  assert.equal(model.round(state).id, "q");
});

test("what was found to be shared with one side is compared with the others still", () => {
  const release = (id, side, carried = []) => ({ id, layer: `ledger:${side}`, kind: "release", side, compare: true, state: "open", carried });
  const found = (side) => ({ layer: `side:${side}`, card: null, at: 1 });
  const one = release("r1", "A", [found("B")]);
  const state = at("mediators", [one, release("r2", "B", [found("A")]), release("r3", "B"), { ...release("r4", "B"), compare: false }]);
  assert.deepEqual(model.comparable(state, one), []);
  assert.deepEqual(model.comparable(state, { ...one, carried: [] }).map((two) => two.id), ["r3"]);
});
