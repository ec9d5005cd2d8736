// A board that is brought back: held to the same vectors as the server (tests/unit/board/test_portable.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BYTES_AT_ONCE, NotOurs, THINGS_AT_ONCE, batch, brought } from "../../../../web/static/js/board/portable.js";
import { addressOf, answerOf, shortName } from "../../../../web/static/js/board/upload.js";

const VECTORS = JSON.parse(readFileSync(new URL("../../../fixtures/portable.json", import.meta.url), "utf8"));
const CARD = VECTORS.cases.find((one) => one.name === "the same id twice is one thing").document.things[0];

function batchesOf(document) {
  const came = brought(document, VECTORS.sides, VECTORS.now);
  const made = new Map();
  const batches = [];
  for (let left = came.drafts; left.length; ) {
    const { cards, marks, taken } = batch(left, made);
    assert.ok(taken);
    batches.push({ cards, marks });
    for (const one of left.slice(0, taken)) made.set(one.ref, `new_${one.ref}`);
    left = left.slice(taken);
  }
  return { batches, left_out: came.leftOut };
}

for (const { name, document, ...expected } of VECTORS.cases) {
  test(name, () => {
    if (expected.refused) assert.throws(() => batchesOf(document), (error) => error instanceof NotOurs && error.reason === expected.refused);
    else assert.deepEqual(batchesOf(document), expected);
  });
}

test("long documents come in batches that fit a frame", () => {
  const things = Array.from({ length: 250 }, (_, n) => ({ ...CARD, id: `c${n}`, text: n % 7 ? "" : "ب".repeat(4000) }));
  const { batches } = batchesOf({ format: "parley-board", version: 1, title: "", taken: 0, things });
  assert.deepEqual(batches.flatMap((one) => one.cards.map((card) => card.ref)), things.map((one) => one.id));
  assert.ok(batches.every((one) => one.cards.length <= THINGS_AT_ONCE && new TextEncoder().encode(JSON.stringify(one)).length < 60_000));
  assert.ok(BYTES_AT_ONCE < 65_536);
});

test("a long name loses its middle and keeps its end", () => {
  assert.equal(shortName("letter.pdf"), "letter.pdf");
  const short = shortName(`${"🙂".repeat(300)}.pdf`);
  assert.equal([...short].length, 200);
  assert.ok(short.endsWith(".pdf") && short.includes("…"));
});

test("a file goes to its own seat, with the audience that is on the screen", () => {
  const address = new URL(addressOf({ seat: "s_1", layer: "joint", seen: { room: "r_1", epoch: 4 }, name: "a b&c.png", id: "x" }), "http://localhost");
  assert.equal(address.pathname, "/s/s_1/files");
  assert.deepEqual(Object.fromEntries(address.searchParams), { layer: "joint", epoch: "4", name: "a b&c.png", id: "x", room: "r_1" });
});

test("what the server says becomes an answer in words", () => {
  assert.deepEqual(answerOf(201, { ids: ["b_1"] }), { ok: true, result: { ids: ["b_1"] } });
  const refused = answerOf(422, { error: "file_type", detail: {}, text: "Only pictures." });
  assert.deepEqual(refused, { ok: false, reason: "file_type", detail: {}, text: "Only pictures." });
  for (const status of [0, 401, 429, 500, 503]) assert.ok(/** @type {any} */ (answerOf(status, null)).text);
});
