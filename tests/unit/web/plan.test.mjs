import assert from "node:assert/strict";
import { test } from "node:test";
import * as plan from "../../../web/static/js/home/model.js";

const named = () => {
  let one = plan.emptyPlan();
  one = plan.withChange(one, 1, { name: " Maria " });
  one = plan.withChange(one, 3, { name: "Ana" });
  return plan.withChange(one, 5, { name: "Ben" });
};
const sideName = (letter) => `Side ${letter}`;

test("an empty plan asks for the mediator first, then for each side in order", () => {
  let one = plan.emptyPlan();
  assert.deepEqual(plan.missing(one), { what: "mediator", key: 1 });
  one = plan.withChange(one, 1, { name: "Maria" });
  assert.deepEqual(plan.missing(one), { what: "side", key: 3, letter: "A" });
  one = plan.withChange(one, 3, { name: "Ana" });
  assert.deepEqual(plan.missing(one), { what: "side", key: 5, letter: "B" });
  assert.equal(plan.missing(named()), null);
});

test("the request has the mediator first, trimmed names, and no empty rows", () => {
  const one = plan.withPerson(named(), 2);
  assert.deepEqual(plan.request(one, sideName), {
    title: "", text: "", seen: false,
    sides: [{ id: "A", name: "Side A" }, { id: "B", name: "Side B" }],
    seats: [{ name: "Maria", role: "mediator", side: null }, { name: "Ana", role: "party", side: "A" }, { name: "Ben", role: "party", side: "B" }],
  });
  assert.equal(plan.linkCount(one), 3);
});

test("it is noted who has seen what only where that was ticked", () => {
  assert.equal(plan.request(plan.emptyPlan(), sideName).seen, false);
  assert.equal(plan.request({ ...named(), seen: true }, sideName).seen, true);
});

test("letters follow the order of the sides when one is removed, and two always stay", () => {
  let one = plan.withSide(named());
  one = plan.withChange(one, one.sides[2].people[0].key, { name: "Cyd" });
  one = plan.withoutSide(one, 2);
  const { sides, seats } = plan.request(one, sideName);
  assert.deepEqual(sides.map((side) => side.id), ["A", "B"]);
  assert.deepEqual(seats.slice(1).map((seat) => [seat.name, seat.side]), [["Ben", "A"], ["Cyd", "B"]]);
  assert.equal(plan.withoutSide(one, one.sides[0].key), one);
});

test("there are at most ten sides and forty people", () => {
  let one = plan.emptyPlan();
  for (let count = 0; count < 20; count += 1) one = plan.withSide(one);
  assert.equal(one.sides.length, 10);
  for (let count = 0; count < 60; count += 1) one = plan.withPerson(one, "others");
  assert.equal(plan.everybody(one).length, 40);
});

test("keys are never given twice", () => {
  let one = plan.withPerson(plan.withSide(plan.withPerson(plan.emptyPlan(), "mediators")), "others");
  one = plan.withPerson(plan.withoutPerson(one, one.others[0].key), "others");
  const keys = [...one.sides.map((side) => side.key), ...plan.everybody(one).map((person) => person.key)];
  assert.equal(new Set(keys).size, keys.length);
});
