import assert from "node:assert/strict";
import { test } from "node:test";
import { placeName } from "../../../web/static/js/lib/place.js";
import { list, n, rich, setWords, t } from "../../../web/static/js/lib/text.js";

test("a sentence without a translation stays as it is, with its names filled in", () => {
  setWords({}, "en");
  assert.equal(t("Hello, {name}", { name: "Ana" }), "Hello, Ana");
  assert.equal(t("Hello, {name}", {}), "Hello, {name}");
});

test("a sentence is translated", () => {
  setWords({ "Hello, {name}": "Guten Tag, {name}" }, "de");
  assert.equal(t("Hello, {name}", { name: "Ana" }), "Guten Tag, Ana");
});

test("what looks like an object's own property is no translation", () => {
  setWords({}, "en");
  assert.equal(t("constructor"), "constructor");
  assert.equal(t("toString"), "toString");
});

test("counting follows the language", () => {
  setWords({}, "en");
  assert.equal(n("{count} link", "{count} links", 1), "1 link");
  assert.equal(n("{count} link", "{count} links", 2), "2 links");
  setWords({ "{count} link": ["0:{count}", "1:{count}", "2:{count}", "few:{count}", "many:{count}", "other:{count}"] }, "ar", "rtl");
  const forms = [0, 1, 2, 3, 10, 11, 99, 100, 103].map((count) => n("{count} link", "{count} links", count).split(":")[0]);
  assert.deepEqual(forms, ["0", "1", "2", "few", "few", "many", "many", "other", "few"]);
});

test("a name in another script does not turn the sentence around it", () => {
  setWords({}, "en");
  assert.equal(t("Call {name}.", { name: "سلمى" }), "Call \u2068سلمى\u2069.");
  assert.equal(t("Call {name}.", { name: "Ana" }), "Call Ana.");
  setWords({}, "ar", "rtl");
  assert.equal(t("Call {name}.", { name: "Ana" }), "Call \u2068Ana\u2069.");
});

test("a translated sentence can hold nodes, in the order of the translation", () => {
  const node = { a: 1 };
  assert.deepEqual(rich("Call {number} now", { number: node }), ["Call ", node, " now"]);
  assert.deepEqual(rich("{other}", {}), ["", "{other}", ""]);
});

test("names are listed as the language does", () => {
  setWords({}, "en");
  assert.equal(list(["Ana", "Ben", "Cyd"]), "Ana, Ben, and Cyd");
  setWords({}, "de");
  assert.equal(list(["Ana", "Ben", "Cyd"]), "Ana, Ben und Cyd");
  setWords({}, "en");
});

test("the rooms that the server made are named in the reader's language, others keep their names", () => {
  setWords({ "Joint room": "Gemeinsamer Raum", "Private room {letter}": "Privater Raum {letter}" }, "de");
  assert.equal(placeName("Joint room"), "Gemeinsamer Raum");
  assert.equal(placeName("Private room B"), "Privater Raum B");
  assert.equal(placeName("Private room of Ana"), "Private room of Ana");
  setWords({}, "en");
});
