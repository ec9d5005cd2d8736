import assert from "node:assert/strict";
import { test } from "node:test";
import { createActs } from "../../../../web/static/js/board/acts.js";
import { reduce } from "../../../../web/static/js/session/model.js";
import { at, card } from "./boards.mjs";

/** A page whose server answers when the test says so. */
function page(state) {
  const store = { state: { value: state } };
  const asked = [];
  const said = [];
  const acts = createActs({ store, say: (text) => said.push(text), ask: (command) => new Promise((resolve) => asked.push({ command, answer: (a) => (resolve(a), soon()) })) });
  const tell = (fact) => { store.state.value = reduce(store.state.value, { type: "fact", number: store.state.value.number + 1, fact: { kind: "board", put: [], gone: [], ...fact } }); };
  return { acts, asked, said, tell, store };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));
const ok = (result = {}) => ({ ok: true, result });
const words = (title) => ({ title, text: "", terms: [] });

test("what is asked is shown as under way until it is answered", async () => {
  const { acts, asked } = page(at("A"));
  acts.addThings({ layer: "side:A", cards: [{ kind: "issue", words: words("Roof") }] });
  assert.deepEqual(acts.pending.value.map((one) => one.label), ["New card: Roof"]);
  assert.deepEqual(asked[0].command.seen, { epoch: 12 });
  await asked[0].answer(ok({ ids: ["n1"] }));
  assert.deepEqual(acts.pending.value, []);
});

test("the audience is the one that the person was looking at when the writing began", () => {
  const { acts, asked } = page(at("A"));
  acts.writeComment({ card: "c1", layer: "joint", text: "x", seen: { room: "r_old", epoch: 3 } });
  assert.deepEqual(asked[0].command.seen, { room: "r_old", epoch: 3 });
});

test("taking an answer back needs no audience", () => {
  const { acts, asked } = page(at("B"));
  acts.replyTo({ card: "c1", answer: null });
  assert.deepEqual(asked[0].command, { name: "reply_to", card: "c1", answer: null, reason: "" });
});

test("nothing is released further for want of a field", () => {
  const { acts, asked } = page(at("A"));
  acts.releaseCard({ card: "c1", version: 2, to: [] });
  assert.deepEqual(asked[0].command, { name: "release_card", card: "c1", version: 2, to: [], own: false, condition: "", until: null, compare: false, answer: null, reason: "", parts: [], seen: { epoch: 11 } });
});

test("what goes forward goes as it stood on the screen", () => {
  const { acts, asked } = page(at("A"));
  const parts = [card({ id: "m1", version: 4 }), card({ id: "m2", version: 1 })];
  acts.releaseCard({ card: "c1", version: 2, parts, to: [] });
  acts.tableCard({ card: "c1", version: 2, parts });
  for (const { command } of asked) assert.deepEqual([command.version, command.parts], [2, [{ card: "m1", version: 4 }, { card: "m2", version: 1 }]]);
});

test("a new card is undone by removing it and done again by putting it back", async () => {
  const { acts, asked } = page(at("A"));
  acts.addThings({ layer: "side:A", cards: [{ kind: "issue", words: words("Roof") }] });
  await asked[0].answer(ok({ ids: ["n1"] }));
  assert.equal(acts.history.canUndo.value, true);
  acts.history.undo();
  assert.deepEqual(asked[1].command, { name: "remove_things", things: ["n1"] });
  await asked[1].answer(ok());
  acts.history.redo();
  assert.deepEqual(asked[2].command, { name: "restore_things", things: ["n1"], seen: { epoch: 12 } });
});

test("undone twice at once, both are undone, and done again at once, the last comes back", async () => {
  const { acts, asked } = page(at("A", [card({ id: "c1", layer: "side:A" }), card({ id: "c2", layer: "side:A" })]));
  for (const id of ["c1", "c2"]) acts.removeThings({ things: [id] });
  for (const one of asked.slice()) await one.answer(ok());
  acts.history.undo();
  const second = acts.history.undo();
  const again = acts.history.redo();
  assert.equal(asked.length, 3, "one after the other");
  await asked[2].answer(ok());
  await asked[3].answer(ok());
  await asked[4].answer(ok());
  assert.deepEqual(asked.slice(2).map((one) => [one.command.name, ...one.command.things]), [["restore_things", "c2"], ["restore_things", "c1"], ["remove_things", "c1"]]);
  assert.equal((await second).label, (await again).label);
});

test("what is undone is what was done last, also while it is on its way", async () => {
  const { acts, asked } = page(at("A", [card({ id: "c1", layer: "side:A" }), card({ id: "c2", layer: "side:A" })]));
  acts.removeThings({ things: ["c1"] });
  await asked[0].answer(ok());
  acts.removeThings({ things: ["c2"] });
  acts.history.undo();
  assert.equal(asked.length, 2, "not the one before it");
  await asked[1].answer(ok());
  assert.deepEqual(asked[2].command.things, ["c2"]);
});

test("a change is undone over the version of that moment", async () => {
  const { acts, asked, tell } = page(at("A", [card({ layer: "side:A", title: "Old", about: "i1" })]));
  acts.editCard({ card: "c1", words: words("New") });
  assert.equal(asked[0].command.version, 1);
  assert.equal(asked[0].command.links.about, "i1", "links stay");
  tell({ put: [card({ layer: "side:A", title: "New", about: "i1", version: 4 })] });
  await asked[0].answer(ok({ version: 4 }));
  acts.history.undo();
  assert.equal(asked[1].command.version, 4);
  assert.equal(asked[1].command.words.title, "Old");
});

test("where things were is where they go back to, and what was never placed stays", async () => {
  const { acts, asked } = page(at("A", [card({}), card({ id: "c2", place: null })]));
  acts.placeThings({ places: [{ thing: "c1", x: 9, y: 9, w: 260, h: 140 }, { thing: "c2", x: 1, y: 1, w: 260, h: 140 }] });
  await asked[0].answer(ok());
  acts.history.undo();
  assert.deepEqual(asked[1].command.places, [{ thing: "c1", x: 0, y: 0, w: 260, h: 140 }]);
});

test("what was removed comes back to those who read its layer now", async () => {
  const { acts, asked, tell } = page(at("A", [card({ layer: "side:A" })]));
  acts.removeThings({ things: ["c1"] });
  tell({ gone: ["c1"] });
  await asked[0].answer(ok());
  acts.history.undo();
  assert.deepEqual(asked[1].command, { name: "restore_things", things: ["c1"], seen: { epoch: 12 } });
});

test("a refused undo is gone, and what was refused is not remembered as done", async () => {
  const { acts, asked, said } = page(at("A", [card({ layer: "side:A" })]));
  acts.removeThings({ things: ["c1"] });
  await asked[0].answer({ ok: false, reason: "not_yours", detail: {}, text: "This belongs to somebody else." });
  assert.equal(acts.history.canUndo.value, false);
  assert.deepEqual(said, ["This belongs to somebody else."]);
});

test("a refusal that has a form is left to the form", async () => {
  const { acts, asked, said } = page(at("A"));
  const answered = acts.writeComment({ card: "c1", layer: "side:A", text: "x" });
  asked[0].answer({ ok: false, reason: "audience_grew", detail: { joined: ["Ana"] }, text: "Not sent." });
  assert.equal((await answered).reason, "audience_grew");
  assert.deepEqual(said, []);
});
