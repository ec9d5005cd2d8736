import assert from "node:assert/strict";
import { test } from "node:test";
import * as map from "../../../../web/static/js/map/model.js";
import { shown } from "./vectors.mjs";

const view = shown("mediator").view;

test("rooms stand in one order: joint, sides, sidebars, chambers", () => {
  assert.deepEqual(map.rooms(view.map).map((room) => room.id), ["r_joint", "r_caucusA", "r_caucusB", "r_exp", "r_chambers"]);
});

test("a step says where from, and who is there already stays", () => {
  assert.deepEqual(map.steps(view.map, ["a1", "b1", "b3"], "r_caucusB"), [
    { seat: "a1", from: "r_caucusA", to: "r_caucusB" }, { seat: "b3", from: "lobby", to: "r_caucusB" },
  ]);
});

test("who has not come cannot be moved", () => {
  assert.deepEqual(map.steps(view.map, ["i1"], "r_joint"), []);
});

test("bringing all to joint lets nobody in who waits", () => {
  const seats = map.gather(view.map).map((step) => step.seat);
  assert.ok(!seats.includes("b3") && !seats.includes("i1") && seats.includes("m1") && seats.length === 6);
});

test("a swap leaves mediators where they are", () => {
  assert.deepEqual(map.swap(view.map, "r_caucusA", "r_caucusB").map((step) => step.seat), ["a1", "a2", "b1", "b2"]);
});

test("a side is offered its own caucus, never the other's, and chambers only to mediators", () => {
  const ids = (seats) => map.open(view.map, seats).map((room) => room.id);
  assert.deepEqual(ids(["a1"]), ["r_joint", "r_caucusA", "r_exp"]);
  assert.deepEqual(ids(["a1", "b1"]), ["r_joint", "r_exp"]);
  assert.deepEqual(ids(["m1"]), ["r_joint", "r_caucusA", "r_caucusB", "r_exp", "r_chambers"]);
  assert.equal(map.ownRoom(view.map, view.map.seats.find((seat) => seat.seat === "b3")).id, "r_caucusB");
});

test("queues: longest first", () => {
  assert.deepEqual(map.waiting(view.map).map((seat) => seat.seat), ["b3"]);
  assert.deepEqual(map.calls(view.map).map((seat) => seat.seat), ["a1"]);
  assert.deepEqual(map.absent(view.map).map((seat) => seat.seat), ["i1"]);
});
