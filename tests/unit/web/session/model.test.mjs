import assert from "node:assert/strict";
import { test } from "node:test";
import { note, thread, unread } from "../../../../web/static/js/chat/model.js";
import { empty, reduce } from "../../../../web/static/js/session/model.js";
import { may } from "../../../../web/static/js/session/rights.js";
import { strip } from "../../../../web/static/js/session/strip.js";
import { sharing, tiles } from "../../../../web/static/js/session/tiles.js";
import { spoken } from "../../../../web/static/js/rooms/spoken.js";
import { heading, sentence, whyNot } from "../../../../web/static/js/rooms/words.js";
import { tileSize } from "../../../../web/static/js/rooms/layout.js";
import { at, load, shown } from "./vectors.mjs";

for (const vector of load("frames/reduce.json")) {
  test(vector.case, () => {
    const state = vector.frames.reduce(reduce, empty());
    for (const [path, value] of Object.entries(vector.then)) assert.deepEqual(at(state, path), value, path);
  });
}

for (const vector of load("frames/strip.json")) {
  test(`the strip: ${vector.case}`, () => {
    let state = shown(vector.view, vector.set);
    if (vector.link) state = reduce(state, { type: "local.link", link: vector.link, at: 1 });
    const found = strip(state);
    assert.equal(found.tone, vector.tone);
    assert.equal(`${heading(found, state.view)}. ${sentence(found, state.view)}`, vector.says);
    assert.deepEqual(found.coming.map((one) => whyNot(one.person, one.why)), vector.coming ?? []);
  });
}

test("a state is never changed, only followed by another", () => {
  const state = Object.freeze(shown("party_private"));
  Object.freeze(state.items);
  assert.notEqual(reduce(state, { type: "fact", number: 1, fact: { kind: "said", id: "n", room: "r_caucusA", by: "a2" } }), state);
});

test("tiles stand in one order for everybody, whatever the role or side", () => {
  const names = (seat) => tiles(shown("joint_four", { "view.me.seat": seat })).map((tile) => tile.member.name);
  assert.deepEqual(names("a1"), ["Amara Okafor", "Bo Andersson", "Maria Lindqvist", "Priya Nair"]);
  assert.deepEqual(names("b1"), names("a1"));
});

test("no picture of anybody is shown while everything is stopped", () => {
  const stopped = tiles(shown("paused", { "hearing.sees": ["b1", "m1"] }));
  assert.ok(stopped.every((tile) => tile.me || (!tile.video && !tile.sound && !tile.speaking)));
});

test("a picture needs the server's word that it may be seen", () => {
  const tile = tiles(shown("joint_four", { "hearing.sees": ["m1"] })).find((one) => one.member.seat === "b1");
  assert.equal(tile.video, false);
});

test("who is here and not yet connected says why", () => {
  const whys = Object.fromEntries(tiles(shown("mediator")).map((tile) => [tile.member.seat, tile.why]));
  assert.deepEqual(whys, { b1: null, b2: "lost", m1: null });
});

test("a screen is shown only from somebody of this room who shares", () => {
  assert.equal(sharing(shown("joint_four", { "slots.screen": "b1" })), null, "has not switched it on");
  assert.equal(sharing(shown("joint_four", { "slots.screen": "zz" })), null, "is not here");
});

test("the chat shows this room only, and counts what others wrote since the person looked", () => {
  let state = shown("party_private");
  assert.equal(thread(state).length, 4);
  assert.equal(unread(state), 0, "what stood there at the start is no news");
  const said = (number, id, by, room) => ({ type: "fact", number, fact: { kind: "said", id, by, room, text: "x" } });
  state = [said(1, "n1", "a2", "r_caucusA"), said(2, "n2", "a1", "r_caucusA"), said(3, "n3", "m1", "r_other")].reduce(reduce, state);
  assert.equal(unread(state), 1);
  assert.equal(thread(state).length, 6);
  assert.equal(unread(reduce(state, { type: "local.read" })), 0);
  assert.equal(note(state).text, "Back about 14:40");
});

test("the chat rests with the room, not with the mediator's pause", () => {
  assert.equal(may(shown("paused"), "say"), true);
  assert.equal(may(shown("paused_absence"), "say"), false);
  assert.equal(may(shown("party_private"), "move"), false);
  assert.equal(may(shown("paused_absence"), "step_out"), true);
});

test("a screen reader hears who brought me where, and who hears me there", () => {
  const said = spoken(shown("party_private"), shown("arrival"));
  assert.equal(said[0].text, "Maria Lindqvist has brought you to the joint room.");
  assert.equal(said[0].how, "assertive");
  assert.match(said[1].text, /^Joint room\. Your microphone and camera are off\./);
});

test("a screen reader hears pause, resume, who came and who went", () => {
  const texts = (before, after) => spoken(before, after).map((one) => one.text).join(" | ");
  assert.match(texts(shown("joint_four"), shown("paused")), /Maria Lindqvist has paused the session/);
  assert.match(texts(shown("paused"), shown("joint_four")), /has resumed/);
  const fewer = shown("joint_four");
  const without = { ...fewer, view: { ...fewer.view, room: { ...fewer.view.room, members: fewer.view.room.members.filter((one) => one.seat !== "b2") } } };
  assert.match(texts(without, fewer), /Priya Nair came in\./);
  assert.match(texts(fewer, without), /Priya Nair left the room\./);
  assert.deepEqual(spoken(fewer, reduce(fewer, { type: "levels", speaking: [] })), []);
});

test("equal tiles fit the box they are in", () => {
  for (const [width, height] of [[1248, 590], [360, 540], [700, 720], [1880, 900]]) {
    for (let count = 1; count <= 12; count += 1) {
      const size = tileSize(count, width, height, 12);
      const down = Math.ceil(count / size.across);
      assert.ok(size.across * size.width + (size.across - 1) * 12 <= width && down * size.height + (down - 1) * 12 <= height, `${count} in ${width}x${height}`);
    }
  }
});

test("a mediator knows that the other machines cannot be reached, until they can or the connection is another", () => {
  const away = reduce(empty(), { type: "service", others_away: true });
  assert.equal(away.othersAway, true);
  assert.equal(reduce(away, { type: "service", others_away: false }).othersAway, false);
  assert.equal(reduce(away, { type: "welcome", life: "x.2", number: 0, recovered: true, connection: "c", seat: "s", now: 1 }).othersAway, false);
});
