import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { picture } from "../../../web/static/js/board/picture.js";
import { isRightToLeft, lines, width } from "../../../web/static/js/board/picture/lettering.js";

const load = (name) => JSON.parse(readFileSync(new URL(`../../fixtures/picture/${name}.json`, import.meta.url), "utf8"));

for (const vector of load("board")) {
  test(`the page draws as paper does: ${vector.case}`, () => assert.deepEqual(picture(vector.things, vector.look), vector.tree));
}

for (const vector of load("lettering")) {
  test(`the page measures as paper does: ${JSON.stringify(vector.text)}`, () => {
    assert.equal(width(vector.text, 13), vector.width);
    assert.equal(width(vector.text, 15, true), vector.bold);
    assert.equal(isRightToLeft(vector.text, false), vector.right);
    assert.deepEqual(lines(vector.text, 100, 13), vector.lines);
    assert.deepEqual(lines(vector.text, 60, 15, true, 3), vector.three);
  });
}
