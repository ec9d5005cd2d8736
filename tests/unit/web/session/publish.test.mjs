import assert from "node:assert/strict";
import { test } from "node:test";
import { Publish } from "../../../../web/static/js/media/publish.js";
import { reduce } from "../../../../web/static/js/session/model.js";
import { shown } from "./vectors.mjs";

/** A person's page with a fake microphone, and a server that answers when the test says so. */
function page(set = {}) {
  const track = { kind: "audio", enabled: true };
  const open = { microphone: null, camera: null };
  const asked = [];
  const sent = {};
  let number = 0;
  const here = { state: shown("party_private", { "view.me.microphone": false, "view.me.camera": false, ...set }) };
  const publish = new Publish({
    state: () => here.state,
    send: (command) => new Promise((resolve) => asked.push({ command, answer: resolve })),
    devices: {
      track: (kind) => open[kind],
      open: async (kind) => (open[kind] = kind === "microphone" ? track : { kind: "video", enabled: true }),
      close: (kind) => { open[kind] = null; },
    },
    put: (uplink, one) => { sent[uplink] = one; },
    onChange: () => undefined,
  });
  const says = (me) => {
    const before = here.state.view;
    here.state = reduce(here.state, { type: "fact", number: ++number, fact: { kind: "view", view: { ...before, me: { ...before.me, ...me } } } });
    publish.seen(before);
  };
  publish.seen(null);
  return { publish, asked, sent, track, open, here, says };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

test("nothing leaves before the server has said yes", async () => {
  const { publish, asked, track, says } = page();
  const turned = publish.turn("microphone", true);
  await soon();
  assert.equal(track.enabled, false);
  assert.deepEqual(asked[0].command, { name: "microphone", on: true, room: "r_caucusA", epoch: 4 });
  says({ microphone: true }); // the view may come before the answer
  assert.equal(track.enabled, false);
  asked[0].answer({ ok: true, result: {} });
  await turned;
  assert.equal(track.enabled, true);
});

test("a refusal leaves the microphone off", async () => {
  const { publish, asked, track } = page();
  const turned = publish.turn("microphone", true);
  await soon();
  asked[0].answer({ ok: false, reason: "audience_grew", detail: {}, text: "" });
  assert.equal((await turned).reason, "audience_grew");
  assert.equal(track.enabled, false);
});

test("off is off here before anybody is asked", async () => {
  const { publish, track, says, asked } = page();
  publish.turn("microphone", true);
  await soon();
  asked[0].answer({ ok: true });
  says({ microphone: true });
  await soon();
  assert.equal(track.enabled, true);
  publish.turn("microphone", false);
  assert.equal(track.enabled, false);
  assert.deepEqual(asked[1].command, { name: "microphone", on: false });
});

test("what a move has muted stays off until the person turns it on", async () => {
  const { publish, track, says, asked } = page();
  publish.turn("microphone", true);
  await soon();
  asked[0].answer({ ok: true });
  says({ microphone: true });
  await soon();
  says({ microphone: false });
  assert.equal(track.enabled, false);
  says({ microphone: true }); // nobody but the person may
  assert.equal(track.enabled, false);
});

test("a page that is loaded anew goes on as it was, and no more open", async () => {
  const on = page({ "view.me.microphone": true });
  await soon();
  assert.equal(on.track.enabled, true);
  const off = page();
  await soon();
  assert.equal(off.open.microphone, null);
});

test("a lost connection closes the microphone by itself", async () => {
  const { publish, track, here } = page({ "view.me.microphone": true });
  await soon();
  here.state = reduce(here.state, { type: "local.link", link: "lost", at: 1 });
  publish.apply();
  assert.equal(track.enabled, false);
});

test("a camera that is turned off goes dark, and its line is empty", async () => {
  const { publish, sent, open, says } = page({ "view.me.camera": true });
  await soon();
  assert.ok(sent.camera);
  publish.turn("camera", false);
  assert.equal(sent.camera, null);
  assert.equal(open.camera, null);
  says({ camera: false });
  assert.equal(sent.camera, null);
});

test("a device that goes away is turned off, and said", async () => {
  const { publish, asked } = page({ "view.me.microphone": true });
  await soon();
  publish.gone("microphone");
  assert.deepEqual(asked.at(-1).command, { name: "microphone", on: false });
  assert.equal(publish.trouble.error, "NotFoundError");
});

test("turned off again before the answer came, it stays off", async () => {
  const { publish, asked, track, says } = page();
  const turned = publish.turn("microphone", true);
  await soon();
  publish.turn("microphone", false);
  says({ microphone: true });
  asked[0].answer({ ok: true, result: {} });
  await turned;
  assert.equal(track.enabled, false);
});

test("turned off while the browser was still asking, nothing is asked of the server", async () => {
  const { publish, asked } = page();
  const turned = publish.turn("camera", true);
  publish.turn("camera", false);
  assert.equal(await turned, null);
  assert.deepEqual(asked.map((one) => one.command.on), [false]);
});
