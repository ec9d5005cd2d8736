import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../../web/static/js/session/store.js";
import { openSocket } from "../../../../web/static/js/signalling/socket.js";

/** A browser that asks a server which answers nothing. @returns what was asked for first */
function firstQuestion() {
  return new Promise((resolve) => {
    Object.assign(globalThis, {
      document: { visibilityState: "visible", addEventListener: () => undefined, removeEventListener: () => undefined },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
      fetch: (path, how) => {
        resolve({ path, how, socket });
        return new Promise(() => undefined);
      },
    });
    const socket = { close: () => opened.close() };
    const opened = openSocket({ seat: "s_1", store: createStore() });
  });
}

test("a ticket is asked for without a body, so that a proxy whose first node is gone can ask the next one", async () => {
  const { path, how, socket } = await firstQuestion();
  socket.close(); // or its clocks keep the test going
  assert.equal(path, "/s/s_1/ticket");
  assert.equal(how.method, "POST");
  assert.equal(how.body, undefined);
});
