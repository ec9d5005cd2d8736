import assert from "node:assert/strict";
import { test } from "node:test";
import { outcome } from "../../../web/static/js/join/link.js";
import { secretOf } from "../../../web/static/js/lib/secret.js";
import { place } from "../../../web/static/js/media/level.js";

const SECRET = "0123456789abcdefghijABCDEFGHIJ-_0123456789a";

test("a secret is found in a whole link, in its end and alone", () => {
  assert.equal(secretOf(`https://example.org/join#${SECRET}`), SECRET);
  assert.equal(secretOf(` #${SECRET} `), SECRET);
  assert.equal(secretOf(SECRET), SECRET);
});

test("what is no secret is none", () => {
  for (const text of ["", "#", "https://example.org/join", "short", `${SECRET}<script>`, `${SECRET} ${SECRET}`, "x".repeat(300)]) assert.equal(secretOf(text), "");
});

test("every answer of the server has one meaning", () => {
  assert.deepEqual(outcome({ status: 200, body: { page: "/s/x" } }), { kind: "page", page: "/s/x" });
  assert.deepEqual(outcome({ status: 202, body: { request: "r" } }), { kind: "asked", request: "r" });
  assert.deepEqual(outcome({ status: 404, body: { error: "broken_link" } }), { kind: "broken" });
  assert.deepEqual(outcome({ status: 409, body: { error: "elsewhere" } }), { kind: "elsewhere" });
  assert.deepEqual(outcome({ status: 403, body: { error: "not_continued" } }), { kind: "not_continued" });
  assert.deepEqual(outcome({ status: 429, body: null }), { kind: "later" });
  for (const status of [0, 500, 503]) assert.deepEqual(outcome({ status, body: null }), { kind: "offline" });
  assert.deepEqual(outcome({ status: 200, body: null }), { kind: "broken" });
});

test("the meter is empty in silence and full at a loud voice", () => {
  assert.equal(place(0), 0);
  assert.equal(place(1), 1);
  assert.ok(place(0.001) > 0.5 && place(0.001) < 0.7);
});
