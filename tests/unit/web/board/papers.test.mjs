// The pure parts of writing on the board: terms and their numbers, the form of a card, drafts, differences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { COMMON, CURRENCIES, currenciesByName, currencyName, moneyText, numberText, plainNumber } from "../../../../web/static/js/board/amount.js";
import { difference } from "../../../../web/static/js/board/difference.js";
import { begunAt, createDrafts, keyOfCard, keyOfNew } from "../../../../web/static/js/board/drafts.js";
import { blank, formOf, linksOf, localTime, moment, same, touched, wordsOf } from "../../../../web/static/js/board/form.js";
import { badDate, blankTerm, dateText, moved, rowsOf, termText, termsOf } from "../../../../web/static/js/board/terms.js";
import { setWords } from "../../../../web/static/js/lib/text.js";
import { openUnsent } from "../../../../web/static/js/lib/unsent.js";

const CARD = {
  kind: "proposal", title: "Repair", text: "of the wall", about: "b_1", answers: null, sides: ["A", "B"], conditions: ["b_2"], members: [], colour: "", until: null,
  terms: [{ kind: "money", label: "Price", value: "1500.50", unit: "EUR", who: "", by: "" }, { kind: "deed", label: "", value: "repairs", unit: "", who: "Dana", by: "2027-03-01" }],
};
const PLAIN = ["title", "text", "terms"];

test("the page knows the currencies that the server knows, and no others", () => {
  const source = readFileSync(new URL("../../../../server/board/currencies.py", import.meta.url), "utf8");
  const listed = source.slice(source.indexOf("_ALL = ("), source.indexOf(")\n_NONE")).match(/\b[A-Z]{3}\b/g);
  assert.deepEqual(CURRENCIES, listed);
  assert.ok(COMMON.every((code) => CURRENCIES.includes(code)));
});

test("currencies are listed by their names in the reader's language", () => {
  setWords({}, "de");
  assert.equal(currencyName("CHF"), "Schweizer Franken");
  const names = currenciesByName().map((one) => one.name);
  assert.deepEqual(names, [...names].sort(new Intl.Collator("de").compare));
  setWords({}, "en");
});

for (const [typed, plain] of [
  ["1500", "1500"], [" 1500.5 ", "1500.5"], ["1 500", "1500"], ["1\u202f500,50", "1500.50"], ["1'500.50", "1500.50"], ["1.500,50", "1500.50"], ["1,500.50", "1500.50"],
  ["1,234,567", "1234567"], ["1.234.567", "1234567"], ["12,5", "12.5"], ["-40", "-40"], ["١٥٠٠٫٥", "1500.5"], ["۱۲۳", "123"], ["1٬500٫50", "1500.50"],
]) {
  test(`the number ${JSON.stringify(typed)} can be read in one way`, () => assert.equal(plainNumber(typed), plain));
}

for (const typed of ["1,500", "12.34.5", "1.50,00,0", "about 40", "", "1,5000.5", "1e5", "0x10"]) {
  test(`the number ${JSON.stringify(typed)} is left for the server to ask about`, () => assert.equal(plainNumber(typed), typed));
}

test("an amount is shown with every digit that it has, and none that it has not", () => {
  setWords({}, "en");
  assert.equal(moneyText("1500.5", "EUR"), "€1,500.50");
  assert.equal(moneyText("1500", "EUR"), "€1,500");
  assert.equal(moneyText("0.125", "KWD"), "KWD\u00a00.125");
  assert.equal(moneyText("123456789012345.67", "USD"), "$123,456,789,012,345.67");
  assert.equal(moneyText("much", "EUR"), "much EUR");
  assert.equal(moneyText("5", ""), "5");
  assert.equal(numberText("12.50"), "12.50");
  setWords({}, "de");
  assert.equal(numberText("1500.5"), "1.500,5");
  setWords({}, "en");
});

test("a day is the same day in every time zone", () => {
  assert.equal(dateText("2027-03-01"), "March 1, 2027");
  assert.equal(dateText("soon"), "soon");
});

test("a term is said in words", () => {
  assert.deepEqual(CARD.terms.map(termText), ["€1,500.50", "Dana: repairs, by March 1, 2027"]);
  assert.equal(termText({ ...blankTerm("deed"), who: "Dana", value: "repairs" }), "Dana: repairs");
  assert.equal(termText({ ...blankTerm("number"), value: "3", unit: "days" }), "3 days");
});

test("terms go to the wire and come back as they were", () => {
  assert.deepEqual(termsOf(rowsOf(CARD.terms)), CARD.terms);
  const typed = { ...blankTerm("money"), value: "1.500,50", unit: "EUR", bad: [] };
  assert.deepEqual(termsOf([typed]), [{ kind: "money", label: "", value: "1500.50", unit: "EUR", who: "", by: "" }]);
});

test("terms are reordered one place at a time, and never beyond an end", () => {
  assert.deepEqual(moved(["a", "b", "c"], 1, -1), ["b", "a", "c"]);
  const rows = ["a", "b"];
  assert.equal(moved(rows, 0, -1), rows);
  assert.equal(moved(rows, 1, 1), rows);
});

test("what the browser sees as no date is found by its field", () => {
  assert.equal(badDate([blankTerm("date"), { ...blankTerm("deed"), bad: ["by"] }]), "terms.1.by");
  assert.equal(badDate([{ ...blankTerm("date"), bad: [] }]), null);
});

test("a card becomes a form, and the form the same card", () => {
  const form = formOf(CARD);
  assert.deepEqual(wordsOf(form), Object.fromEntries(PLAIN.map((name) => [name, CARD[name]])));
  const { kind: _kind, title: _title, text: _text, terms: _terms, ...links } = CARD;
  assert.deepEqual(linksOf(form), links);
  assert.ok(same(form, formOf(CARD)));
  assert.ok(!touched(form, formOf(CARD)));
  assert.ok(touched({ ...form, text: "of the wall " }, formOf(CARD)));
  assert.ok(touched({ ...form, terms: [form.terms[0], { ...form.terms[1], bad: ["by"] }] }, form));
});

test("only proposals carry terms, sides, conditions and an end; another kind keeps them in the form", () => {
  const form = { ...formOf(CARD), kind: "idea", until: "2027-01-01T10:00" };
  assert.deepEqual(wordsOf(form).terms, []);
  assert.deepEqual(linksOf(form), { about: "b_1", answers: null, sides: [], conditions: [], members: [], until: null, colour: "" });
  assert.equal(form.terms.length, 2);
  assert.deepEqual(linksOf({ ...blank({ kind: "proposal" }), members: ["b_9"] }).members, [], "only a package has members");
});

test("an end is local time in the field, and the same moment on the wire", () => {
  const at = new Date(2027, 0, 5, 9, 7).getTime();
  assert.equal(localTime(at), "2027-01-05T09:07");
  assert.equal(moment(localTime(at)), at);
  assert.equal(localTime(null), "");
  assert.equal(moment(""), null);
});

/** What a browser keeps for one tab. */
function tab() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key), kept };
}

test("a draft outlives a reload with whom it was for, and leads back to where it was begun", () => {
  const place = tab();
  const key = keyOfNew({ layer: "side:A", kind: "proposal", about: "b_1" });
  createDrafts(openUnsent("paul", () => place), () => 7).keep(key, blank({ kind: "proposal", title: "One" }), 0, { epoch: 3 });
  const drafts = createDrafts(openUnsent("paul", () => place), () => 9);
  assert.deepEqual(drafts.found(), [key]);
  assert.deepEqual([drafts.get(key).form.title, drafts.get(key).seen, drafts.get(key).at], ["One", { epoch: 3 }, 7]);
  assert.deepEqual(begunAt(key), { layer: "side:A", kind: "proposal", about: "b_1", answers: null });
  assert.deepEqual([begunAt(keyOfCard({ id: "b_2" })), begunAt("comment b_2")], [{ card: "b_2" }, null]);
  drafts.keep(key, blank({ kind: "proposal", title: "One more" }), 0, { epoch: 3 });
  assert.deepEqual([drafts.found(), drafts.get(key).at], [[], 7]);
});

test("a draft is kept until what was sent is taken, and not forgotten when more was typed meanwhile", () => {
  const drafts = createDrafts(openUnsent("paul", () => tab()), () => 7);
  const first = blank({ kind: "idea", title: "One" });
  drafts.keep(keyOfCard({ id: "b_1" }), first, 3);
  assert.deepEqual(drafts.get("card b_1"), { form: first, base: 3, seen: null, at: 7 });
  const more = { ...first, title: "One and more" };
  drafts.keep("card b_1", more, 3);
  drafts.sent("card b_1", first);
  assert.equal(drafts.get("card b_1").form, more);
  drafts.sent("card b_1", more);
  assert.equal(drafts.get("card b_1"), null);
});

test("new cards that begin in other places have drafts of their own", () => {
  const keys = [
    { layer: "side:A", kind: "idea" }, { layer: "joint", kind: "idea" }, { layer: "side:A", kind: "proposal" }, { layer: "side:A", kind: "proposal", answers: "b_1" },
  ].map(keyOfNew);
  assert.equal(new Set(keys).size, keys.length);
});

test("a difference holds both texts", () => {
  const texts = ["", "Repair the wall by May", "Repair the old wall by June", "壁を直す", "壁を五月に直す", "a b a b", "b a b a"];
  for (const before of texts) {
    for (const after of texts) {
      const pieces = difference(before, after);
      const side = (how) => pieces.filter((piece) => piece.how !== how).map((piece) => piece.text).join("");
      assert.equal(side("new"), before);
      assert.equal(side("gone"), after);
    }
  }
});

test("a difference shows the words that differ and no others", () => {
  assert.deepEqual(difference("Pay 40 by May", "Pay 60 by May"), [
    { text: "Pay ", how: "same" }, { text: "40 ", how: "gone" }, { text: "60 ", how: "new" }, { text: "by May", how: "same" },
  ]);
  assert.deepEqual(difference("same", "same"), [{ text: "same", how: "same" }]);
  assert.equal(difference("x ".repeat(5000), "y ".repeat(5000)).length, 2, "a very long text is shown whole");
});
