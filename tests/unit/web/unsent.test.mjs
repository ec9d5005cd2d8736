import assert from "node:assert/strict";
import { test } from "node:test";
import { createDraft } from "../../../web/static/js/chat/draft.js";
import { openUnsent } from "../../../web/static/js/lib/unsent.js";

/** What a browser keeps for one tab. */
function tab() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key), kept };
}
const room = { id: "r_a", name: "Private room A", epoch: 4 };

test("what was not sent stands there again after a reload, for whom it was begun, and is sent by nobody", () => {
  const place = tab();
  const first = createDraft(openUnsent("paul", () => place));
  first.write("not below", room, ["Miriam"], 100);
  first.write("not below 40", { ...room, epoch: 9 }, ["Miriam", "Dana"], 200);
  const again = createDraft(openUnsent("paul", () => place));
  assert.equal(again.text.value, "not below 40");
  assert.deepEqual(again.meant.value, { room: "r_a", roomName: "Private room A", epoch: 4, names: ["Miriam"], at: 100 });
  assert.deepEqual([first.restored.value, again.restored.value], [false, true]);
});

test("it is of one seat alone", () => {
  const place = tab();
  createDraft(openUnsent("paul", () => place)).write("not below 40", room, [], 100);
  assert.equal(createDraft(openUnsent("dana", () => place)).text.value, "");
});

test("nothing is left of what was sent, emptied, or forgotten at the end", () => {
  for (const end of [(draft) => draft.clear(), (draft) => draft.write(" ", room, [], 200), (_, unsent) => unsent.forget()]) {
    const place = tab();
    const unsent = openUnsent("paul", () => place);
    const draft = createDraft(unsent);
    draft.write("not below 40", room, [], 100);
    assert.match([...place.kept.values()].join(""), /below 40/);
    end(draft, unsent);
    assert.equal(place.kept.size, 0);
  }
});

test("what got there before the page was loaded anew is known by its words, its room and its time", () => {
  const place = tab();
  createDraft(openUnsent("paul", () => place)).write("Yes. ", room, [], 100);
  const draft = createDraft(openUnsent("paul", () => place));
  const said = { kind: "said", by: "paul", room: "r_a", text: "Yes.", at: 150 };
  assert.equal(draft.arrived([said], "paul"), true);
  for (const other of [{ by: "dana" }, { room: "r_b" }, { text: "No." }, { at: 99 }, { kind: "noted" }]) assert.equal(draft.arrived([{ ...said, ...other }], "paul"), false);
});

test("where the browser keeps nothing, it is kept for as long as the page lives", () => {
  const refuses = () => { throw new Error("blocked"); };
  const unsent = openUnsent("paul", refuses);
  unsent.put("say", { text: "x" });
  assert.deepEqual(unsent.get("say"), { text: "x" });
  const broken = tab();
  broken.setItem("parley.unsent.paul", "{");
  assert.equal(openUnsent("paul", () => broken).get("say"), null);
});
