import assert from "node:assert/strict";
import { test } from "node:test";
import { Devices, meaning } from "../../../web/static/js/media/devices.js";

class Track extends EventTarget {
  constructor(kind, id) {
    super();
    Object.assign(this, { kind, id, enabled: true, stopped: false, onended: null, onmute: null, onunmute: null });
  }
  stop() { this.stopped = true; }
}

/** A browser with devices: what is plugged in, and what it answers instead. */
class Browser extends EventTarget {
  constructor() {
    super();
    this.plugged = [
      { kind: "audioinput", deviceId: "m1", label: "Microphone 1" }, { kind: "audioinput", deviceId: "m2", label: "Microphone 2" },
      { kind: "videoinput", deviceId: "c1", label: "Camera 1" }, { kind: "audiooutput", deviceId: "o1", label: "Speaker 1" },
    ];
    this.refuses = {};
    this.asked = [];
  }
  async enumerateDevices() { return this.plugged; }
  async getUserMedia(constraints) {
    this.asked.push(constraints);
    const tracks = [];
    for (const [field, kind] of [["audio", "audioinput"], ["video", "videoinput"]]) {
      if (!constraints[field]) continue;
      if (this.refuses[field]) throw new DOMException("", this.refuses[field]);
      const wanted = constraints[field].deviceId?.exact;
      const found = this.plugged.find((one) => one.kind === kind && (!wanted || one.deviceId === wanted));
      if (!found) throw new DOMException("", wanted ? "OverconstrainedError" : "NotFoundError");
      tracks.push(new Track(field, found.deviceId));
    }
    const of = (field) => tracks.filter((one) => one.kind === field);
    return { getTracks: () => tracks, getAudioTracks: () => of("audio"), getVideoTracks: () => of("video") };
  }
}

const told = (devices) => {
  const seen = [];
  devices.addEventListener("track", ({ detail }) => seen.push([detail.kind, detail.track?.id ?? null]));
  return seen;
};

test("both are asked for in one question", async () => {
  const browser = new Browser();
  const devices = new Devices(browser);
  await devices.openBoth();
  assert.equal(browser.asked.length, 1);
  assert.deepEqual([devices.standing("microphone"), devices.standing("camera")], ["on", "on"]);
  assert.equal(devices.list("microphone").length, 2);
});

test("a missing camera does not cost the microphone", async () => {
  const browser = new Browser();
  browser.plugged = browser.plugged.filter((one) => one.kind !== "videoinput");
  const devices = new Devices(browser);
  await devices.openBoth();
  assert.deepEqual([devices.standing("microphone"), devices.standing("camera")], ["on", "missing"]);
});

test("a camera that another program uses does not cost the microphone", async () => {
  const browser = new Browser();
  browser.refuses.video = "NotReadableError";
  const devices = new Devices(browser);
  await devices.openBoth();
  assert.deepEqual([devices.standing("microphone"), devices.standing("camera")], ["on", "busy"]);
});

test("a plain no is not asked about again", async () => {
  const browser = new Browser();
  browser.refuses = { audio: "NotAllowedError", video: "NotAllowedError" };
  const devices = new Devices(browser);
  await devices.openBoth();
  assert.equal(browser.asked.length, 1);
  assert.deepEqual([devices.standing("microphone"), devices.standing("camera")], ["refused", "refused"]);
});

test("without a secure context nothing is asked and that is said", async () => {
  const devices = new Devices(undefined);
  await devices.openBoth();
  assert.equal(devices.standing("camera"), "insecure");
  await assert.rejects(devices.open("camera"));
  devices.close("camera");
  assert.equal(devices.standing("camera"), "insecure");
});

test("two panels that open the same device get the same track", async () => {
  const browser = new Browser();
  const devices = new Devices(browser);
  const [one, other] = await Promise.all([devices.open("microphone"), devices.open("microphone")]);
  assert.equal(one, other);
  assert.equal(browser.asked.length, 1);
});

test("another device takes over, no more open than the one before, and the old one is let go", async () => {
  const browser = new Browser();
  const devices = new Devices(browser);
  const old = await devices.open("microphone");
  old.enabled = false;
  const seen = told(devices);
  await devices.choose("microphone", "m2");
  assert.deepEqual(seen, [["microphone", "m2"]]);
  assert.equal(devices.track("microphone").enabled, false);
  assert.equal(old.stopped, true);
});

test("a device that is unplugged is replaced by another of its kind", async () => {
  const browser = new Browser();
  const devices = new Devices(browser);
  const track = await devices.open("microphone");
  browser.plugged = browser.plugged.filter((one) => one.deviceId !== "m1");
  const seen = told(devices);
  await track.onended();
  await new Promise(setImmediate);
  assert.deepEqual(seen, [["microphone", "m2"]]);
  assert.equal(devices.standing("microphone"), "on");
});

test("the last one of its kind, unplugged, leaves nothing, and plugging in again is noticed", async () => {
  const browser = new Browser();
  const devices = new Devices(browser);
  const track = await devices.open("camera");
  const all = browser.plugged;
  browser.plugged = all.filter((one) => one.kind !== "videoinput");
  const seen = told(devices);
  track.onended();
  await new Promise(setImmediate);
  assert.deepEqual(seen, [["camera", null]]);
  assert.equal(devices.standing("camera"), "missing");
  browser.plugged = all;
  browser.dispatchEvent(new Event("devicechange"));
  await new Promise(setImmediate);
  assert.equal(devices.standing("camera"), "off");
});

test("a remembered device that is gone is no obstacle", async () => {
  const browser = new Browser();
  const devices = new Devices(browser);
  await devices.choose("camera", "gone");
  assert.equal((await devices.open("camera")).id, "c1");
});

test("a phone call interrupts and gives back", async () => {
  const devices = new Devices(new Browser());
  const track = await devices.open("microphone");
  track.onmute();
  assert.equal(devices.standing("microphone"), "interrupted");
  track.onunmute();
  assert.equal(devices.standing("microphone"), "on");
});

test("closing lets the device go and says so", async () => {
  const devices = new Devices(new Browser());
  const track = await devices.open("camera");
  const seen = told(devices);
  devices.close("camera");
  assert.equal(track.stopped, true);
  assert.deepEqual(seen, [["camera", null]]);
  assert.equal(devices.standing("camera"), "off");
});

test("what browsers call things, old names too, is understood", () => {
  assert.equal(meaning(new DOMException("", "NotAllowedError")), "refused");
  assert.equal(meaning(new DOMException("", "NotReadableError")), "busy");
  assert.equal(meaning("nonsense"), "failed");
});
