import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversation, FINAL, read, Unreadable } from "../../../../web/static/js/signalling/conversation.js";
import * as messages from "../../../../web/static/js/signalling/messages.js";

const conversation = () => {
  let count = 0;
  return new Conversation(() => `k${++count}`);
};

test("a command is sent again under the same id until it is answered, and in order", async () => {
  const talk = conversation();
  const first = talk.ask({ name: "raise_hand" });
  talk.ask({ name: "step_out" });
  assert.deepEqual(talk.unanswered().map((frame) => [frame.id, frame.command.name]), [["k1", "raise_hand"], ["k2", "step_out"]]);
  talk.answered({ type: "answer", id: "k1", ok: true, result: { x: 1 } });
  assert.deepEqual(await first.answer, { ok: true, result: { x: 1 } });
  assert.deepEqual(talk.unanswered().map((frame) => frame.id), ["k2"]);
});

test("a second answer to the same command, or one to a stranger's, is nothing", () => {
  const talk = conversation();
  talk.ask({ name: "leave" });
  talk.answered({ type: "answer", id: "k1", ok: true });
  talk.answered({ type: "answer", id: "k1", ok: true });
  talk.answered({ type: "answer", id: "other", ok: true });
  assert.equal(talk.unanswered().length, 0);
});

test("a refusal keeps its reason, its details and its words", async () => {
  const talk = conversation();
  const { answer } = talk.ask({ name: "say" });
  talk.answered({ type: "answer", id: "k1", ok: false, reason: "audience_grew", detail: { epoch: 5 }, text: "…" });
  assert.deepEqual(await answer, { ok: false, reason: "audience_grew", detail: { epoch: 5 }, text: "…" });
});

test("when nothing will come any more, everything open is answered", async () => {
  const talk = conversation();
  const { answer } = talk.ask({ name: "say" });
  talk.end("session_closed");
  assert.equal((await answer).reason, "session_closed");
});

test("what is no frame is unreadable and never half taken", () => {
  for (const data of ["", "{", "null", "[]", "3", '"x"', '{"type": 3}', new Uint8Array(2)]) assert.throws(() => read(data), Unreadable);
  assert.equal(read('{"type": "ping", "now": 1}').type, "ping");
});

test("only revoked, elsewhere and closed are final", () => {
  assert.deepEqual(FINAL, { 4403: "revoked", 4409: "elsewhere", 4410: "closed" });
});

test("hello asks for what is missing only where something is known", () => {
  assert.deepEqual(messages.hello("t", null, 0), { type: "hello", ticket: "t" });
  assert.deepEqual(messages.hello("t", "l1", 0), { type: "hello", ticket: "t", life: "l1", seen: 0 });
});
