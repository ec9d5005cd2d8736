/** Who is who in a view: names, sides, and the fixed order in which people are shown. Pure. */
/** @import { View, Person, Member } from "./types.js" */

/**
 * Everybody this seat may know by name, once each. The room's members first: they know most.
 * @param {View} view
 * @returns {Map<string, Person>}
 */
export function known(view) {
  /** @type {Map<string, Person>} */
  const people = new Map();
  for (const person of [...(view.room?.members ?? []), ...view.people, ...(view.map?.seats ?? [])]) {
    if (!people.has(person.seat)) people.set(person.seat, person);
  }
  for (const one of view.mediators) if (!people.has(one.seat)) people.set(one.seat, { ...one, side: null });
  if (!people.has(view.me.seat)) people.set(view.me.seat, view.me);
  return people;
}

/**
 * The person of a seat. A seat without a name is never left out of a sentence: it counts as "somebody else" (name "").
 * @param {View} view
 * @param {string} seat
 * @returns {Person}
 */
export function person(view, seat) {
  return known(view).get(seat) ?? { seat, name: "", role: "observer", side: null };
}

/** @param {Person} one */
export function isMediator(one) {
  return one.role === "mediator" || one.role === "co_mediator";
}

/**
 * Of another side than mine. Mediators and people of no side are nobody's other side.
 * @param {View} view
 * @param {Person} one
 */
export function isOpposite(view, one) {
  return one.side !== null && view.me.side !== null && one.side !== view.me.side;
}

/**
 * The neutral order: by name, then by seat so that it never flickers. No side comes first, nobody's role counts.
 * @param {{name: string, seat: string}} one
 * @param {{name: string, seat: string}} other
 */
export function neutral(one, other) {
  return one.name.localeCompare(other.name) || (one.seat < other.seat ? -1 : 1);
}

/** @param {View} view @param {string|null} side */
export function sideName(view, side) {
  return view.sides.find((one) => one.id === side)?.name ?? "";
}

/** The members without me. @param {View} view @returns {Member[]} */
export function others(view) {
  return (view.room?.members ?? []).filter((member) => member.seat !== view.me.seat);
}
