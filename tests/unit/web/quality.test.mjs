import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceFor, levelOf, settled, told, UNKNOWN, unsettled } from "../../../web/static/js/media/quality.js";
import { due } from "../../../web/static/js/media/report.js";
import { between, counters, lostOf, tally } from "../../../web/static/js/media/stats.js";
import { speed } from "../../../web/static/js/media/transfer.js";
import { Trial } from "../../../web/static/js/media/trial.js";

const line = (more) => ({ ...UNKNOWN, way: "udp", loss: 0, trip: 40, ...more });

test("three levels, by whichever number is the worst", () => {
  assert.equal(levelOf(line({})), "good");
  for (const weak of [{ loss: 0.05 }, { trip: 500 }, { jitter: 60 }, { up: 200 }, { down: 300 }]) assert.equal(levelOf(line(weak)), "weak", JSON.stringify(weak));
  for (const poor of [{ loss: 0.2 }, { trip: 1500 }, { jitter: 200 }, { up: 40 }, { down: 100 }, { thin: true }, { way: "none" }]) assert.equal(levelOf(line(poor)), "poor", JSON.stringify(poor));
});

test("what is not known makes nothing worse", () => {
  assert.equal(levelOf(UNKNOWN), "good");
});

const levels = (looks) => {
  let steady = unsettled();
  return looks.map((look) => (steady = settled(steady, look)).level);
};

test("one bad look changes nothing, and two do", () => {
  assert.deepEqual(levels(["good", "good", "poor", "good", "poor", "poor"]), [null, "good", "good", "good", "good", "poor"]);
});

test("it gets worse only as far as both looks say", () => {
  assert.equal(levels(["good", "good", "weak", "poor"]).at(-1), "weak");
});

test("it is better again only when five looks in a row say so, and only as far as all of them do", () => {
  assert.deepEqual(levels(["poor", "poor", "good", "good", "good", "good", "good"]).slice(1), ["poor", "poor", "poor", "poor", "poor", "good"]);
  assert.equal(levels(["poor", "poor", "good", "weak", "good", "good", "good"]).at(-1), "weak");
});

test("a line at the edge does not flicker", () => {
  const seen = levels(Array.from({ length: 60 }, (_, i) => (i % 2 ? "weak" : "good")));
  assert.equal(new Set(seen.slice(1)).size, 1);
});

test("one piece of advice: what this person can do, the nearest first", () => {
  const off = { camera: false, screen: false };
  assert.equal(adviceFor("good", line({}), { camera: true, screen: true }), null);
  assert.equal(adviceFor(null, line({}), off), null);
  assert.equal(adviceFor("weak", line({ loss: 0.05 }), { camera: true, screen: true }), "screen");
  assert.equal(adviceFor("weak", line({ loss: 0.05 }), { camera: true, screen: false }), "camera");
  assert.equal(adviceFor("weak", line({ loss: 0.05, way: "relay" }), off), "network");
  assert.equal(adviceFor("weak", line({ trip: 700 }), off), "other_programs");
  assert.equal(adviceFor("poor", line({ loss: 0.2 }), off), "nearer");
  assert.equal(adviceFor("poor", line({ way: "none" }), { camera: true, screen: false }), "no_way");
});

test("numbers are told no finer than anybody needs", () => {
  const found = told("weak", line({ loss: 0.0449, trip: 123.4, jitter: 7, up: 1234, down: null }));
  assert.deepEqual(found, { level: "weak", way: "udp", loss: 4, trip: 120, jitter: 5, up: 1250, down: null });
  assert.equal(told("poor", line({ trip: 1e9 })).trip, 60_000);
  assert.equal(told("good", line({ down: 173_300 })).down, 50_000); // a small transfer knows no better
});

// --- from the browser's statistics

const pair = { id: "P", type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "L", currentRoundTripTime: 0.08, availableOutgoingBitrate: 300_000, requestsSent: 12, responsesReceived: 11 };
const report = (local, ...streams) => counters([
  ["T", { id: "T", type: "transport", selectedCandidatePairId: "P" }], ["P", pair], ["L", { id: "L", type: "local-candidate", ...local }],
  ...streams.map((one) => [one.id, one]),
]);
const heard = (id, packetsReceived, packetsLost, jitter = 0.01) => ({ id, type: "inbound-rtp", kind: "audio", packetsReceived, packetsLost, jitter });
const seen = (id, packetsReceived, packetsLost) => ({ id, type: "inbound-rtp", kind: "video", packetsReceived, packetsLost });

test("the way is told by the browser's own end of it", () => {
  assert.equal(report({ candidateType: "host", protocol: "udp" }).way, "udp");
  assert.equal(report({ candidateType: "prflx", protocol: "tcp" }).way, "tcp");
  assert.equal(report({ candidateType: "relay", protocol: "udp" }).way, "relay");
  assert.equal(counters([]).way, null);
});

test("loss is that between two looks, of sound where there was enough", () => {
  const found = between(report({}, heard("A", 1000, 100), seen("V", 1000, 0)), report({}, heard("A", 1090, 110, 0.05), seen("V", 1900, 100)));
  assert.equal(found.loss, 0.1);
  assert.ok(Math.abs(found.jitter - 50) < 1e-9);
  assert.equal(found.trip, 80);
});

test("a few packets say nothing, and what came late counts back without becoming less than nothing", () => {
  assert.equal(between(report({}, heard("A", 0, 0)), report({}, heard("A", 5, 5))).loss, null);
  assert.equal(between(report({}, heard("A", 0, 9)), report({}, heard("A", 100, 3))).loss, 0);
});

test("what the server reports of this page's sound counts, and an old report of a silent one does not", () => {
  const mine = (packetsSent) => [{ id: "O", type: "outbound-rtp", kind: "audio", packetsSent, remoteId: "R" }, { id: "R", type: "remote-inbound-rtp", fractionLost: 0.2 }];
  assert.ok(Math.abs(between(report({}, ...mine(0)), report({}, ...mine(100))).loss - 0.2) < 1e-9);
  assert.equal(between(report({}, ...mine(100)), report({}, ...mine(100))).loss, null);
});

test("the browser's estimate counts only where pictures are sent", () => {
  const out = (kind, packetsSent) => [{ id: "O", type: "outbound-rtp", kind, packetsSent, remoteId: "R" }, { id: "R", type: "remote-inbound-rtp", fractionLost: 0 }];
  assert.equal(between(report({}, ...out("audio", 0)), report({}, ...out("audio", 100))).up, null);
  assert.equal(between(report({}, ...out("video", 0)), report({}, ...out("video", 100))).up, 300);
});

// --- telling the server

const said = { level: "good", way: "udp", loss: 0, trip: 40, jitter: 5, up: null, down: null, microphone: "works", camera: "off" };

test("what matters is told within two seconds, mere numbers within ten, and what has not changed never", () => {
  assert.ok(due(null, said, 0));
  assert.ok(due({ ...said, level: null }, said, 0)); // what was awaited
  assert.ok(!due(said, said, 1e9));
  assert.ok(!due(said, { ...said, level: "poor" }, 1_000));
  assert.ok(due(said, { ...said, level: "poor" }, 2_000));
  assert.ok(due(said, { ...said, microphone: "fails" }, 2_000));
  assert.ok(!due(said, { ...said, trip: 90 }, 9_000));
  assert.ok(due(said, { ...said, trip: 90 }, 10_000));
});

// --- before the door

const checked = (looks) => looks.reduce((sum, pairs) => tally(sum, pairs.map(([requestsSent, responsesReceived], i) => [`P${i}`, { id: `P${i}`, type: "candidate-pair", requestsSent, responsesReceived }]), "a "), new Map());

test("a check is lost when it was not answered for a while, and not before", () => {
  assert.equal(lostOf(checked([[[40, 39]]])), null); // it may be under way
  assert.equal(lostOf(checked([[[40, 39]], [[40, 39]], [[40, 40]]])), 0);
  assert.equal(lostOf(checked([[[100, 81]], [[100, 81]], [[100, 81]]])).toFixed(3), "0.100");
  assert.equal(lostOf(checked([[[100, 81]], [[100, 81]], [[100, 81]], [[101, 81]]])).toFixed(3), "0.100"); // the newest counts for nothing yet
});

test("few checks say nothing, and pairs of addresses that never worked are no loss", () => {
  assert.equal(lostOf(checked(Array(3).fill([[10, 5]]))), null);
  assert.equal(lostOf(checked(Array(3).fill([[40, 40], [25, 0]]))), 0);
});

test("speed is without the time that asking takes", () => {
  assert.equal(speed(125_000, 1_100, 100), 1_000);
  assert.equal(speed(125_000, 20, 100), 100_000); // never faster than twice what it took
});

test("a server that offers no trial leaves the line unknown, and nobody is told that nothing comes through", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  context.mock.method(globalThis, "fetch", async () => ({ ok: false }));
  const trial = new Trial({ ask: () => undefined, seat: "s_1", connect: () => assert.fail("there is nothing to connect to") });
  const done = trial.start();
  for (let step = 0; trial.standing !== "done" && step < 50; step += 1) {
    context.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
  assert.equal(trial.found.way, null);
  assert.equal(trial.level, null);
});
