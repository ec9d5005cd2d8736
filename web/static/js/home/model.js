/** A session that is being planned: what the form holds, and what is sent. Pure. */

/**
 * @typedef {import("../session/types.js").Role} Role
 * @typedef {{key: number, name: string, role: Role}} Person
 * @typedef {{key: number, name: string, people: Person[]}} Side
 * @typedef {{title: string, text: string, seen: boolean, mediators: Person[], sides: Side[], others: Person[], next: number}} Plan
 * @typedef {{session: string, links: {seat: string, name: string, role: Role, side: string|null, link: string}[]}} Made
 */

export const LETTERS = "ABCDEFGHIJ";
export const SIDES_LEAST = 2;
export const SEATS_MOST = 40;

export const MEDIATOR_ROLES = /** @type {const} */ (["mediator", "co_mediator"]);
export const SIDE_ROLES = /** @type {const} */ (["party", "counsel", "insurer", "support_person", "expert", "interpreter", "observer"]);
export const OTHER_ROLES = /** @type {const} */ (["expert", "interpreter", "observer"]);

/** A mediator and two parties: the smallest session there is. @returns {Plan} */
export function emptyPlan() {
  return {
    title: "", text: "", seen: false, others: [], next: 6,
    mediators: [{ key: 1, name: "", role: "mediator" }],
    sides: [
      { key: 2, name: "", people: [{ key: 3, name: "", role: "party" }] },
      { key: 4, name: "", people: [{ key: 5, name: "", role: "party" }] },
    ],
  };
}

/** @param {Plan} plan @returns {Plan} */
export function withSide(plan) {
  if (plan.sides.length >= LETTERS.length) return plan;
  const side = { key: plan.next, name: "", people: [{ key: plan.next + 1, name: "", role: /** @type {Role} */ ("party") }] };
  return { ...plan, sides: [...plan.sides, side], next: plan.next + 2 };
}

/** @param {Plan} plan @param {number} key @returns {Plan} */
export function withoutSide(plan, key) {
  return plan.sides.length <= SIDES_LEAST ? plan : { ...plan, sides: plan.sides.filter((side) => side.key !== key) };
}

/** One more person. After the first party comes counsel: that is who usually follows.
 * @param {Plan} plan @param {number|"mediators"|"others"} where a side's key, or a group @returns {Plan} */
export function withPerson(plan, where) {
  if (everybody(plan).length >= SEATS_MOST) return plan;
  const person = { key: plan.next, name: "", role: /** @type {Role} */ (where === "mediators" ? "co_mediator" : where === "others" ? "interpreter" : "counsel") };
  return onPeople({ ...plan, next: plan.next + 1 }, where, (people) => [...people, person]);
}

/** @param {Plan} plan @param {number} key @param {Partial<Person>} change @returns {Plan} */
export function withChange(plan, key, change) {
  const changed = (/** @type {Person[]} */ people) => people.map((one) => (one.key === key ? { ...one, ...change } : one));
  return everywhere(plan, changed);
}

/** @param {Plan} plan @param {number} key @returns {Plan} */
export function withoutPerson(plan, key) {
  return everywhere(plan, (people) => people.filter((one) => one.key !== key));
}

/** @param {Plan} plan @param {number} key @param {string} name @returns {Plan} */
export function withSideName(plan, key, name) {
  return { ...plan, sides: plan.sides.map((side) => (side.key === key ? { ...side, name } : side)) };
}

/** @param {Plan} plan @returns {Person[]} */
export function everybody(plan) {
  return [...plan.mediators, ...plan.sides.flatMap((side) => side.people), ...plan.others];
}

/** How many links this plan makes: people with a name. @param {Plan} plan */
export function linkCount(plan) {
  return everybody(plan).filter((one) => one.name.trim()).length;
}

/**
 * What is still missing, in the order of the form; null when nothing is.
 * @param {Plan} plan
 * @returns {{what: "mediator", key: number} | {what: "side", key: number, letter: string} | null}
 */
export function missing(plan) {
  if (!plan.mediators.some((one) => one.name.trim())) return { what: "mediator", key: plan.mediators[0]?.key ?? 0 };
  const index = plan.sides.findIndex((side) => !side.people.some((one) => one.name.trim()));
  if (index < 0) return null;
  return { what: "side", key: plan.sides[index].people[0]?.key ?? plan.sides[index].key, letter: LETTERS[index] };
}

/**
 * The body of POST /sessions. Rows without a name are left out.
 * @param {Plan} plan
 * @param {(letter: string) => string} sideName how a side without a name is called
 */
export function request(plan, sideName) {
  const seats = (/** @type {Person[]} */ people, /** @type {string|null} */ side) =>
    people.filter((one) => one.name.trim()).map((one) => ({ name: one.name.trim(), role: one.role, side }));
  return {
    title: plan.title.trim(),
    text: plan.text.trim(),
    seen: plan.seen,
    sides: plan.sides.map((side, index) => ({ id: LETTERS[index], name: side.name.trim() || sideName(LETTERS[index]) })),
    seats: [...seats(plan.mediators, null), ...plan.sides.flatMap((side, index) => seats(side.people, LETTERS[index])), ...seats(plan.others, null)],
  };
}

/** @param {Plan} plan @param {number|"mediators"|"others"} where @param {(people: Person[]) => Person[]} act @returns {Plan} */
function onPeople(plan, where, act) {
  if (where === "mediators" || where === "others") return { ...plan, [where]: act(plan[where]) };
  return { ...plan, sides: plan.sides.map((side) => (side.key === where ? { ...side, people: act(side.people) } : side)) };
}

/** @param {Plan} plan @param {(people: Person[]) => Person[]} act @returns {Plan} */
function everywhere(plan, act) {
  return { ...plan, mediators: act(plan.mediators), others: act(plan.others), sides: plan.sides.map((side) => ({ ...side, people: act(side.people) })) };
}
