import assert from "node:assert/strict";
import { test } from "node:test";
import { earlier } from "../../../../web/static/js/board/versions.js";

const versions = (...numbers) => numbers.map((version) => ({ version, at: version, by: "", title: `${version}`, text: "", terms: [] }));

test("earlier versions come before those that are shown, and none is shown twice", () => {
  const joined = earlier(versions(1, 2, 3, 4), versions(4, 5));
  assert.deepEqual(joined.map((one) => one.version), [1, 2, 3, 4, 5]);
  assert.deepEqual(earlier(versions(1, 2), []).map((one) => one.version), [1, 2]);
});
