// The vectors that the page's model and the server's frames are both held against: tests/fixtures/.
import { readFileSync } from "node:fs";
import { empty, reduce } from "../../../../web/static/js/session/model.js";

const FIXTURES = new URL("../../../fixtures/", import.meta.url);

export const load = (name) => JSON.parse(readFileSync(new URL(name, FIXTURES), "utf8"));

/** The state of a page that was shown this fixture view; `set` changes it first, by dotted path. */
export function shown(name, set = {}) {
  const fixture = load(`views/${name}.json`);
  for (const [path, value] of Object.entries(set)) put(fixture, path.split("."), value);
  return [
    { type: "welcome", life: "l1", number: 0, recovered: false, connection: "c1", seat: fixture.view.me.seat, now: fixture.now, received: fixture.now },
    { type: "snapshot", number: 0, view: fixture.view, items: fixture.items },
    ...(fixture.hearing ? [{ type: "hearing", ...fixture.hearing }] : []),
    { type: "slots", ...fixture.slots },
    { type: "levels", speaking: fixture.speaking },
  ].reduce(reduce, empty());
}

function put(target, [first, ...rest], value) {
  if (rest.length) put(target[first], rest, value);
  else target[first] = value;
}

export const at = (state, path) => path.split(".").reduce((value, key) => value[key], state);
