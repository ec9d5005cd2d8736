import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { dragged, KEPT, lasting, nothing, pauseAfter, whole, within, withGlance } from "../../../../web/static/js/board/glances.js";
import { createLive } from "../../../../web/static/js/board/live.js";
import { createStore } from "../../../../web/static/js/session/store.js";

const point = (seat, x) => ({ type: "board.point", seat, x, y: 2, layer: "joint" });
const gone = (seat) => ({ type: "board.point", seat, x: null, y: null, layer: null });
const place = (thing, x = 1) => ({ thing, x, y: 2, w: 3, h: 4 });
const drag = (seat, ...places) => ({ type: "board.drag", seat, places });
const edits = (seat, thing, on) => ({ type: "board.editing", seat, thing, on });
const after = (...frames) => frames.reduce((seen, frame) => withGlance(seen, frame, 1_000), nothing());

// --- what the others show

test("the newest of each seat counts, and what is over is gone", () => {
  const seen = after(point("dana", 1), point("miriam", 5), point("dana", 3), drag("dana", place("b_1")));
  assert.deepEqual([...seen.pointers], [["dana", { x: 3, y: 2, layer: "joint" }], ["miriam", { x: 5, y: 2, layer: "joint" }]]);
  assert.deepEqual([...seen.drags], [["dana", [place("b_1")]]]);
  const less = [gone("dana"), drag("dana")].reduce((now, frame) => withGlance(now, frame, 1_000), seen);
  assert.deepEqual([[...less.pointers.keys()], [...less.drags]], [["miriam"], []]);
});

test("a seat edits one thing, and the end of another one is not the end of this", () => {
  const seen = after(edits("dana", "b_1", true), edits("dana", "b_2", true), edits("dana", "b_1", false));
  assert.deepEqual([...seen.editors], [["dana", "b_2"]]);
  assert.deepEqual([...withGlance(seen, edits("dana", "b_2", false), 1_000).editors], []);
});

test("a look says when it came, so that the same place twice is two", () => {
  const look = { type: "board.look", seat: "miriam", x: 1, y: 2, zoom: 150 };
  assert.deepEqual(withGlance(nothing(), look, 7).look, { seat: "miriam", x: 1, y: 2, zoom: 150, at: 7 });
});

test("what is not said again is forgotten, and nothing else", () => {
  let seen = withGlance(after(point("dana", 1), edits("dana", "b_1", true)), point("miriam", 1), 1_000 + KEPT);
  assert.equal(lasting(seen, 1_000 + KEPT), seen);
  seen = lasting(seen, 1_001 + KEPT);
  assert.deepEqual([[...seen.pointers.keys()], [...seen.editors]], [["miriam"], []]);
});

test("a newer server may say more", () => {
  const seen = after(point("dana", 1));
  assert.equal(withGlance(seen, { type: "board.wave", seat: "dana" }, 1_000), seen);
});

test("places are whole and on the canvas, a drag is bounded, and a large one is sent less often", () => {
  assert.deepEqual([whole(1.6), whole(-1e9), whole(1e9)], [2, -100_000, 100_000]);
  assert.deepEqual(dragged([{ thing: "b", x: 0.4, y: 1e9, w: 0, h: 9_999, kind: "idea" }]), [{ thing: "b", x: 0, y: 100_000, w: 1, h: 8_000 }]);
  assert.equal(dragged(Array.from({ length: 300 }, (_, n) => place(`b_${n}`))).length, 100);
  assert.deepEqual([pauseAfter(1), pauseAfter(25), pauseAfter(100)], [50, 50, 200]);
});

const view = (room = {}, session = {}) => ({ session: { paused: null, ...session }, room: { id: "r", since: 1, paused: null, ...room } });
const state = (more = {}) => ({ link: "open", connection: "c_1", view: view(), ...more });

test("outside a room, in a pause and without a connection nothing is shown", () => {
  assert.equal(within(state()), within(state()));
  assert.notEqual(within(state()), within(state({ connection: "c_2" })));
  assert.notEqual(within(state()), within(state({ view: view({ id: "other" }) })));
  for (const none of [{ link: "lost" }, { view: null }, { view: { ...view(), room: null } }, { view: view({ paused: "absence" }) },
    { view: view({}, { paused: { since: 1, by: "Miriam" } }) }]) assert.equal(within(state(none)), null);
});

// --- what this page shows

/** A page with a clock that is wound by hand, and a socket that notes. */
function page() {
  const sent = [];
  const listeners = {};
  let take = null;
  const store = createStore();
  store.state.value = state();
  globalThis.document = { visibilityState: "visible", addEventListener: (name, act) => (listeners[name] = act), removeEventListener: (name) => delete listeners[name] };
  const live = createLive({ store, socket: { glance: (frame) => void sent.push(frame), onGlance: (act) => (take = act) } });
  return {
    live, store, sent, listeners, hear: (frame) => take(frame),
    take: () => sent.splice(0),
    see(visibility) {
      document.visibilityState = visibility;
      listeners.visibilitychange();
    },
  };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000 });
});

test("a moving pointer is sent twenty times a second, and where it rests is not lost", () => {
  const here = page();
  for (let n = 0; n < 100; n++) {
    here.live.point(n, 0.4, "joint");
    mock.timers.tick(10);
  }
  mock.timers.tick(100);
  const xs = here.take().map((frame) => frame.x);
  assert.ok(xs.length >= 19 && xs.length <= 21, `${xs.length} frames in a second`);
  assert.equal(xs.at(-1), 99);
  here.live.point(null, null, null);
  here.live.point(null, null, null);
  assert.deepEqual(here.take(), [{ type: "board.point", x: null, y: null, layer: null }]);
  mock.timers.tick(1_000);
  assert.deepEqual(here.take(), [], "nothing follows the end");
  here.live.close();
});

test("the end of a pointer or a drag overtakes what waited to be sent", () => {
  const here = page();
  here.live.point(1, 1, "joint");
  here.live.point(2, 2, "joint");
  here.live.point(null, null, null);
  here.live.drag([place("b_1", 1)]);
  here.live.drag([place("b_1", 2)]);
  here.live.drag([]);
  mock.timers.tick(1_000);
  assert.deepEqual(here.take().map((frame) => frame.x ?? frame.places?.map((one) => one.x) ?? "gone"), [1, "gone", [1], []]);
  here.live.close();
});

test("what is being edited is said again every five seconds until it is over", () => {
  const here = page();
  here.live.editing("b_1", true);
  here.live.editing("b_1", true);
  mock.timers.tick(10_000);
  assert.deepEqual(here.take().map((frame) => [frame.thing, frame.on]), [["b_1", true], ["b_1", true], ["b_1", true]]);
  here.live.editing("b_2", true);
  here.live.editing("b_1", false);
  here.live.editing("b_2", false);
  mock.timers.tick(20_000);
  assert.deepEqual(here.take().map((frame) => [frame.thing, frame.on]), [["b_2", true], ["b_2", false]]);
  here.live.close();
});

test("an editor that closes uncovers the one below", () => {
  const here = page();
  here.live.editing("b_1", true);
  here.live.editing("b_2", true);
  here.live.editing("b_2", false);
  assert.deepEqual(here.take().map((frame) => [frame.thing, frame.on]), [["b_1", true], ["b_2", true], ["b_2", false], ["b_1", true]]);
  here.live.close();
});

test("a hidden tab shows nothing, and says again what is still open when it is back", () => {
  const here = page();
  here.live.point(1, 1, "joint");
  here.live.drag([place("b_1")]);
  here.live.editing("b_2", true);
  here.take();
  here.see("hidden");
  assert.deepEqual(here.take().map((frame) => [frame.type, frame.x ?? frame.on ?? frame.places]),
    [["board.point", null], ["board.drag", []], ["board.editing", false]].map(([type, end]) => [type, end ?? undefined]));
  mock.timers.tick(20_000);
  assert.deepEqual(here.take(), []);
  here.see("visible");
  assert.deepEqual(here.take(), [{ type: "board.editing", thing: "b_2", on: true }]);
  here.live.close();
});

test("another room begins with nothing: neither shown nor to be sent", () => {
  const here = page();
  here.hear(point("dana", 1));
  here.live.point(1, 1, "joint");
  here.live.point(2, 2, "joint");
  here.live.drag([place("b_1")]);
  here.take();
  here.store.state.value = state({ view: view({ id: "other" }) });
  assert.equal(here.live.seen.value.pointers.size, 0);
  mock.timers.tick(10_000);
  assert.deepEqual(here.take(), []);
  here.store.state.value = state({ link: "lost" });
  here.hear(point("dana", 1));
  here.live.point(3, 3, "joint");
  assert.deepEqual([here.live.seen.value.pointers.size, here.take()], [0, []]);
  here.live.close();
});

test("what is heard is shown, and forgotten in time", () => {
  const here = page();
  here.hear(point("dana", 1));
  assert.equal(here.live.seen.value.pointers.size, 1);
  mock.timers.tick(KEPT + 1_000);
  assert.equal(here.live.seen.value.pointers.size, 0);
  here.live.close();
});

test("closing ends it all", () => {
  const here = page();
  here.live.point(1, 1, "joint");
  here.live.editing("b_1", true);
  here.take();
  here.live.close();
  assert.deepEqual(here.take().map((frame) => frame.type), ["board.point", "board.editing"]);
  mock.timers.tick(20_000);
  assert.deepEqual([here.take(), Object.keys(here.listeners)], [[], []]);
});
