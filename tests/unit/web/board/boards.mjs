// A board for the tests of the page's modules: two sides and a mediator, things in every layer.
import { reduce } from "../../../../web/static/js/session/model.js";
import { shown } from "../session/vectors.mjs";

const LAYERS = {
  A: ["joint", "ledger:A", "side:A"],
  B: ["joint", "ledger:B", "side:B"],
  mediators: ["joint", "ledger:A", "ledger:B", "mediators"],
};
const TALK = ["add_things", "edit_card", "place_things", "remove_things", "restore_things", "write_comment", "let_in"];
const SPEAK = ["table_card", "reply_to", "withdraw_card", "put_back", "release_card", "take_back"];

/** @param {object} more */
export const card = (more) => ({
  id: "c1", layer: "joint", kind: "proposal", author: "side:A", by: "", made: 1000, title: "A title", text: "", terms: [], changed: 1000, version: 1, proof: "",
  place: { x: 0, y: 0, w: 260, h: 140 }, colour: "", about: null, answers: null, state: "", sides: [], conditions: [], members: [], package: null, until: null,
  came: false, round: null, replies: [], crossed: [], shared: [], file: null, ...more,
});

/** The state of somebody of `group` ("A", "B", "mediators"), in the joint room or in a private one, with these things. */
export function at(group, things = [], { joint = true, waiting = false, newcomers = [] } = {}) {
  const fixture = group === "mediators" ? "mediator" : "joint_four";
  const layers = (waiting ? ["joint"] : LAYERS[group]).map((id, index) => ({ id, epoch: 10 + index, write: id === "joint" ? joint : !id.startsWith("ledger") }));
  const state = shown(fixture, {
    "view.me.seat": { A: "a1", B: "b1", mediators: "m1" }[group], "view.me.side": group === "mediators" ? null : group,
    "view.me.role": group === "mediators" ? "mediator" : "party", "view.me.rights": [...TALK, ...(group === "mediators" ? [] : SPEAK)],
    "view.board": { layers, newcomers, waiting }, "view.room.kind": joint ? "joint" : "caucus", "view.room.epoch": 7,
  });
  return reduce(state, { type: "fact", number: 1, fact: { kind: "board", layers: layers.map((one) => one.id), put: things, gone: [] } });
}
