import assert from "node:assert/strict";
import { test } from "node:test";
import { arrivals } from "../../../../web/static/js/board/arrivals.js";
import { actions, hasMenu, menuItems } from "../../../../web/static/js/board/list/actions.js";
import { dependsOn } from "../../../../web/static/js/board/list/shape.js";
import { answerName, fromWhom, stateName, whoSees } from "../../../../web/static/js/board/words.js";
import { reduce } from "../../../../web/static/js/session/model.js";
import { at, card } from "./boards.mjs";

const told = (state, fact) => reduce(state, { type: "fact", number: state.number + 1, fact: { kind: "board", put: [], gone: [], ...fact } });
const texts = (state, put) => arrivals(state, told(state, { put })).texts;
const around = (state, one) => ({ state, card: one, acts: {}, dialogs: {}, ask: () => undefined });
const names = (state, one) => actions(around(state, one)).map((found) => found.name);
const items = (state, one) => menuItems(around(state, one)).map((found) => found.label);

test("what another side puts on the table is said with its name", () => {
  const state = at("A");
  assert.deepEqual(texts(state, [card({ author: "side:B", state: "tabled" })]), ["Nordhaus GmbH put a proposal on the table: A title"]);
  assert.deepEqual(texts(state, [card({ author: "side:B", kind: "issue" })]), ["Nordhaus GmbH put something on the table. Issue: A title"]);
  assert.deepEqual(texts(state, [card({ author: "side:A", state: "tabled" })]), [], "one's own is no news");
});

test("an idea of a round is told without a name", () => {
  assert.deepEqual(texts(at("A"), [card({ kind: "idea", author: null, round: "q" })]), ["A new idea: A title"]);
});

test("answers, agreements and withdrawals are said, a side's own answer is not", () => {
  const before = card({ author: "side:B", state: "tabled", sides: ["A", "B"] });
  const state = at("A", [before]);
  const reply = (side, answer) => ({ side, answer, reason: "", by: "", at: 1 });
  assert.deepEqual(texts(state, [{ ...before, replies: [reply("B", "accept")] }]), ["Nordhaus GmbH accepts: A title"]);
  assert.deepEqual(texts(state, [{ ...before, replies: [reply("A", "accept")] }]), []);
  assert.deepEqual(texts(state, [{ ...before, state: "agreed" }]), ["Agreed: A title"]);
  assert.deepEqual(texts(state, [{ ...before, state: "withdrawn" }]), ["Nordhaus GmbH has withdrawn: A title"]);
});

test("much at once is counted, and what one comes to read newly is no news", () => {
  const state = at("A");
  const many = [1, 2, 3, 4].map((n) => card({ id: `n${n}`, author: "side:B", state: "tabled" }));
  assert.deepEqual(texts(state, many), ["4 changes on the board."]);
  const widened = told(state, { layers: ["joint", "side:A"], put: many });
  assert.deepEqual(arrivals(state, widened).texts, []);
});

test("a release is news for the mediators, and its way for the side", () => {
  const release = { id: "r", layer: "ledger:A", kind: "release", side: "A", card: "c1", title: "A title", state: "open", carried: [] };
  assert.deepEqual(texts(at("mediators"), [release]), ["Okafor has released something to you: A title"]);
  const state = at("A", [release]);
  assert.deepEqual(texts(state, [{ ...release, carried: [{ layer: "joint", card: "x", at: 1 }] }]), ["Passed on, as you allowed: A title"]);
});

test("a draft goes to the table in the joint room, and to the mediator from everywhere", () => {
  const draft = card({ layer: "side:A", state: "draft" });
  assert.deepEqual(names(at("A", [draft]), draft), ["table", "release", "edit"]);
  assert.deepEqual(names(at("A", [draft], { joint: false }), draft), ["release", "edit"]);
});

test("what is on the table already is not put there twice", () => {
  const draft = card({ layer: "side:A", state: "draft", crossed: [{ layer: "joint", card: "t1", at: 1 }] });
  assert.deepEqual(names(at("A", [draft, card({ id: "t1", state: "tabled" })]), draft), ["edit"]);
});

test("an empty package goes nowhere", () => {
  const whole = card({ layer: "side:A", state: "draft", kind: "package" });
  assert.deepEqual(names(at("A", [whole]), whole), ["edit"]);
});

test("somebody else's proposal is answered with one's own, one's own is withdrawn and still stands", () => {
  const theirs = card({ author: "side:B", state: "tabled", sides: ["A", "B"] });
  assert.deepEqual(names(at("A", [theirs], { joint: false }), theirs), ["counter"]);
  const ours = { ...theirs, author: "side:A", state: "countered" };
  assert.deepEqual(names(at("A", [ours]), ours), ["stands"]);
  assert.ok(items(at("A", [ours]), ours).includes("Withdraw…"));
  assert.ok(!items(at("A", [theirs]), theirs).includes("Withdraw…"));
});

test("nobody takes away what is agreed, or what another side has put on the table", () => {
  for (const one of [card({ state: "agreed" }), card({ author: "side:B", state: "tabled" }), card({ kind: "issue", author: "side:B" })]) {
    assert.ok(!items(at("A", [one]), one).includes("Remove"));
  }
  const brought = card({ layer: "side:A", author: "side:B", came: true });
  assert.ok(items(at("A", [brought]), brought).includes("Remove"), "what was brought to us may be put away");
});

test("everything that a drag does, a menu does too", () => {
  const draft = card({ layer: "side:A", state: "draft" });
  const state = at("A", [
    draft, card({ id: "p", layer: "side:A", kind: "package", state: "draft", title: "All of it" }), card({ id: "i", kind: "issue", title: "Roof" }),
    { id: "g", layer: "side:A", kind: "group", text: "Later", place: { x: 900, y: 900, w: 400, h: 400 } },
  ]);
  const found = items(state, draft);
  for (const label of ["Move to…", "Package “All of it”", "Issue “Roof”", "Group “Later”", "The top of the board", "The bottom of the board"]) assert.ok(found.includes(label), label);
});

test("what others have not answered and what they take time for look alike", () => {
  assert.equal(answerName(undefined), "not yet");
  assert.match(answerName({ side: "A", answer: "time" }), /only your side/);
});

test("every part of the list says who sees it", () => {
  assert.equal(whoSees(at("A"), "ours"), "Only your side sees this. Not even Maria Lindqvist.");
  assert.equal(whoSees(at("mediators"), "ours"), "Only the mediators see this.");
  assert.equal(whoSees(at("A"), "table"), "Everybody who takes part sees this.");
});

test("whose a card is and how it stands are words", () => {
  const state = at("A");
  assert.equal(fromWhom(state, card({ by: "Amara Okafor" })), "Ours, Amara Okafor");
  assert.equal(fromWhom(state, card({ author: "side:B" })), "From Nordhaus GmbH");
  assert.equal(fromWhom(state, card({ author: null, round: "q" })), "From an idea round");
  assert.equal(stateName(state, card({ state: "countered" })).text, "Answered by another proposal");
  assert.equal(stateName(state, card({ kind: "issue" })), null);
});

test("whether a menu holds anything is known without making what it holds", () => {
  const brought = card({ layer: "joint", author: "side:B", state: "tabled", place: null });
  for (const others of [[], [card({ id: "x" })], [card({ id: "x", kind: "issue", place: null })]]) {
    for (const one of [brought, { ...brought, version: 2 }, card({ layer: "side:A", state: "draft" }), { ...brought, state: "agreed" }]) {
      const state = at("A", [one, ...others]);
      assert.equal(hasMenu(around(state, one)), items(state, one).length > 0);
    }
  }
});

test("how a card looks depends on what it names, what is written to it and who looks, and on nothing else", () => {
  const issue = card({ id: "i1", kind: "issue" });
  const part = card({ id: "p1", about: "i1" });
  const one = card({ id: "c1", kind: "package", members: ["p1"], conditions: ["k1"], crossed: [{ layer: "joint", card: "t1", at: 1 }] });
  const before = at("A", [issue, part, one, card({ id: "k1" }), card({ id: "t1" }), card({ id: "else" })]);
  const comment = { id: "m1", layer: "joint", kind: "comment", card: "c1", author: "side:B", by: "", made: 1, text: "" };
  const release = { id: "r", layer: "ledger:A", kind: "release", side: "A", card: "c1", title: "", state: "open", carried: [] };
  const same = (after) => {
    const [was, now] = [before, after].map((state) => dependsOn(state, state.board.things.c1));
    return was.length === now.length && was.every((value, index) => value === now[index]);
  };
  const other = (thing) => told(before, { put: [thing] });
  assert.ok(same(other(card({ id: "else", title: "Other words" }))));
  assert.ok(same(other({ ...comment, card: "else" })));
  assert.ok(same({ ...before, speaking: ["b1"] }));
  for (const named of [issue, part, card({ id: "k1" }), card({ id: "t1" }), comment, release]) assert.ok(!same(other({ ...named, title: "Other words" })), named.id);
  assert.ok(!same({ ...before, view: { ...before.view } }));
  assert.ok(!same({ ...before, link: "lost" }));
});
