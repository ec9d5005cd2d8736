/** The map as the mediator reads it, and the moves that gestures on it mean. Pure. */
import { isMediator, neutral } from "../session/people.js";
/** @import { MapRoom, MapSeat, RoomMap, Step, View } from "../session/types.js" */

export const LOBBY = "lobby";

const KINDS = { joint: 0, caucus: 1, sidebar: 2, chambers: 3 };

/** Rooms in a fixed order: joint, the sides' own by letter, sidebars by age, chambers. @param {RoomMap} map @returns {MapRoom[]} */
export function rooms(map) {
  return [...map.rooms].sort((one, other) => KINDS[one.kind] - KINDS[other.kind]
    || (one.side ?? "").localeCompare(other.side ?? "") || one.since - other.since || (one.id < other.id ? -1 : 1));
}

/** @param {RoomMap} map @param {string} room @returns {MapSeat[]} */
export function inside(map, room) {
  return map.seats.filter((seat) => seat.where === "room" && seat.room === room).sort(neutral);
}

/** Who waits to be let in, longest first. @param {RoomMap} map */
export function waiting(map) {
  return map.seats.filter((seat) => seat.where === "lobby").sort((one, other) => one.since - other.since);
}

/** Who has not come yet, or has left. @param {RoomMap} map */
export function absent(map) {
  return map.seats.filter((seat) => seat.where === "invited" || seat.where === "left").sort(neutral);
}

/** Who asks for a mediator, longest first. @param {RoomMap} map */
export function calls(map) {
  return map.seats.filter((seat) => seat.calling !== null).sort((one, other) => (one.calling ?? 0) - (other.calling ?? 0));
}

/** Where somebody is, as moves spell it; null: nowhere that they could be moved from. @param {MapSeat} seat */
export function placeOf(seat) {
  if (seat.where === "lobby") return LOBBY;
  return seat.where === "room" ? seat.room : null;
}

/** @param {RoomMap} map @param {string} place */
export function placeName(map, place) {
  return map.rooms.find((room) => room.id === place)?.name ?? "";
}

/**
 * The steps that bring these people there; those who are there already stay.
 * @param {RoomMap} map
 * @param {Iterable<string>} seats
 * @param {string} to
 * @returns {Step[]}
 */
export function steps(map, seats, to) {
  const wanted = new Set(seats);
  return map.seats.filter((seat) => wanted.has(seat.seat)).flatMap((seat) => {
    const from = placeOf(seat);
    return from === null || from === to ? [] : [{ seat: seat.seat, from, to }];
  });
}

/** Everybody who is in a room, into the joint room. Who waits goes on waiting: letting in is a decision of its own. @param {RoomMap} map */
export function gather(map) {
  const joint = map.rooms.find((room) => room.kind === "joint");
  return joint ? steps(map, map.seats.filter((seat) => seat.where === "room").map((seat) => seat.seat), joint.id) : [];
}

/** The people of two rooms change places; mediators stay where they are. @param {RoomMap} map @param {string} one @param {string} other */
export function swap(map, one, other) {
  const guests = (/** @type {string} */ room) => inside(map, room).filter((seat) => !isMediator(seat)).map((seat) => seat.seat);
  return [...steps(map, guests(one), other), ...steps(map, guests(other), one)];
}

/** Everybody of a side who can be moved. @param {RoomMap} map @param {string} side */
export function ofSide(map, side) {
  return map.seats.filter((seat) => seat.side === side && placeOf(seat) !== null).map((seat) => seat.seat);
}

/** The room that somebody is most likely let into: their side's own; mediators: chambers. @param {RoomMap} map @param {MapSeat} seat */
export function ownRoom(map, seat) {
  if (isMediator(seat)) return map.rooms.find((room) => room.kind === "chambers") ?? null;
  return map.rooms.find((room) => room.kind === "caucus" && room.side === seat.side && seat.side !== null) ?? null;
}

/** Rooms that these people could be in at all: a caucus takes its own side, chambers mediators. @param {RoomMap} map @param {string[]} seats */
export function open(map, seats) {
  const people = map.seats.filter((seat) => seats.includes(seat.seat));
  return rooms(map).filter((room) => {
    if (room.kind === "chambers") return people.every(isMediator);
    if (room.kind === "caucus") return people.every((seat) => seat.side === null || seat.side === room.side);
    return true;
  });
}

/** A mediator walking alone meets nobody on anybody else's behalf. @param {View} view @param {Step[]} moves */
export function isOwnWalk(view, moves) {
  return moves.length === 1 && moves[0].seat === view.me.seat;
}
