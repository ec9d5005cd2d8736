import assert from "node:assert/strict";
import { test } from "node:test";
import { createSights, isNoted } from "../../../../web/static/js/board/sights.js";
import { seenWords, tellsWhoSaw } from "../../../../web/static/js/board/seen_by.js";
import { notedWords } from "../../../../web/static/js/join/honest_lines.js";
import { reduce } from "../../../../web/static/js/session/model.js";
import { at, card } from "./boards.mjs";

/** What a session says of it, put into a page's state. */
function noting(state, seen = true, rights = ["saw_cards"]) {
  const view = { ...state.view, session: { ...state.view.session, seen }, me: { ...state.view.me, rights: [...state.view.me.rights, ...rights] } };
  return { ...state, view };
}

/** A page whose pauses end, and whose server answers, when the test says so. */
function page(state) {
  const store = { state: { value: state, peek: () => store.state.value } };
  const asked = [];
  const pauses = [];
  const sights = createSights({
    store,
    ask: (command) => new Promise((resolve) => asked.push({ command, answer: (answer) => (resolve(answer), soon()) })),
    pause: () => new Promise((resolve) => pauses.push(resolve)),
  });
  const rest = () => (pauses.shift()?.(), soon());
  return { sights, asked, pauses, rest, store, cards: () => asked.map(({ command }) => command.cards.map((one) => `${one.card}@${one.version}`)) };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));
const ok = { ok: true, result: {} };
const CARDS = [card({ id: "c1", version: 2 }), card({ id: "c2" }), card({ id: "c3" })];

test("a page sends nothing unless the session says that it is noted", async () => {
  const states = [at("A", CARDS), noting(at("A", CARDS), false), noting(at("A", CARDS), null), noting(at("A", CARDS), true, [])];
  for (const state of states) {
    const { sights, asked, pauses } = page(state);
    sights.shown(CARDS);
    await soon();
    assert.equal(isNoted(state), false);
    assert.deepEqual([asked, pauses], [[], []], "not even a timer");
  }
});

test("what was shown within a moment goes together, each version once", async () => {
  const { sights, asked, rest, cards } = page(noting(at("A", CARDS)));
  sights.shown([CARDS[0]]);
  sights.shown([CARDS[1], CARDS[0]]);
  await soon();
  assert.deepEqual(asked, [], "not before the pause is over");
  await rest();
  assert.deepEqual(asked[0].command, { name: "saw_cards", cards: [{ card: "c1", version: 2 }, { card: "c2", version: 1 }] });
  await asked[0].answer(ok);
  sights.shown([CARDS[2]]);
  assert.equal(asked.length, 1, "the next one waits for the pause after the last");
  await rest();
  assert.deepEqual(cards(), [["c1@2", "c2@1"], ["c3@1"]]);
});

test("in another room it is said anew, for there others may know it", async () => {
  const { sights, rest, asked, store, cards } = page(noting(at("A", CARDS)));
  sights.shown([CARDS[1]]);
  await rest();
  await asked[0].answer(ok);
  await rest();
  const view = { ...store.state.value.view, room: { ...store.state.value.view.room, since: 99 } };
  store.state.value = { ...store.state.value, view };
  sights.shown([CARDS[1]]);
  await rest();
  assert.deepEqual(cards(), [["c2@1"], ["c2@1"]]);
});

test("the ideas of a round, and what is gone meanwhile, are not sent", async () => {
  const idea = card({ id: "i1", round: "r1" });
  const { sights, rest, asked, store } = page(noting(at("A", [...CARDS, idea])));
  sights.shown([idea]);
  await rest();
  assert.deepEqual(asked, []);
  sights.shown([CARDS[1]]);
  store.state.value = reduce(store.state.value, { type: "fact", number: store.state.value.number + 1, fact: { kind: "board", put: [], gone: ["c2"] } });
  await rest();
  assert.deepEqual(asked, []);
  assert.equal(tellsWhoSaw(store.state.value, idea), false);
});

test("one card that the server does not know any more takes none of the others along", async () => {
  const { sights, rest, asked, cards } = page(noting(at("A", CARDS)));
  sights.shown(CARDS);
  const no = { ok: false, reason: "unknown_card", detail: {}, text: "" };
  await rest();
  await asked[0].answer(no);
  await rest();
  await asked[1].answer(no);
  await rest();
  await asked[2].answer(no);
  await rest();
  await asked[3].answer(ok);
  await rest();
  await asked[4].answer(ok);
  await rest();
  await rest();
  assert.deepEqual(cards(), [["c1@2", "c2@1", "c3@1"], ["c1@2", "c2@1"], ["c1@2"], ["c2@1"], ["c3@1"]], "and each is tried alone once");
});

test("who has seen it is said in names, and which version", () => {
  const state = noting(at("A", CARDS));
  const seen = [{ seat: "x1", name: "Dana", version: 2 }, { seat: "x2", name: "Paul", version: 1 }];
  assert.equal(seenWords(state, seen, 2), "Seen by Dana (this version) and Paul (an earlier one).");
  assert.equal(seenWords(state, [], 2), "Nobody else is noted here as having seen this.");
});

test("before going in each is told what is noted of it", () => {
  const words = (side, role, rights = ["saw_cards"]) => notedWords({ me: { side, role, rights } });
  assert.match(words("A", "party"), /noted which cards of the board you have seen.*only your own side/);
  assert.match(words(null, "mediator"), /only mediators/);
  assert.match(words(null, "expert"), /nobody can know/);
  assert.match(words("B", "observer", []), /Of you, who only look on, nothing is noted/);
});
