/** What the menus of the map hold: for chosen people, for one person, for a room. */
import { n, t } from "../lib/text.js";
import { inShort, levelName } from "../quality/words.js";
import { inside, open, placeOf, rooms, steps, swap } from "./model.js";
/** @import { State } from "../session/model.js" */
/** @import { MapRoom, MapSeat, RoomMap } from "../session/types.js" */
/** @import { Item } from "../lib/menu.js" */
/** @import { Plans } from "./plans.js" */

export const ICONS = { joint: "door-open", caucus: "lock", sidebar: "people", chambers: "shield" };

/** "Move to…" for these people. @param {RoomMap} map @param {string[]} seats @param {Plans} plans @returns {Item[]} */
export function moveItems(map, seats, plans) {
  const items = open(map, seats).map((room) => ({
    label: room.name, icon: ICONS[room.kind], disabled: !steps(map, seats, room.id).length,
    act: () => void plans.propose({ moves: steps(map, seats, room.id) }),
  }));
  const back = steps(map, seats, "lobby");
  return [...items, { label: t("Waiting room"), icon: "clock", disabled: !back.length, act: () => void plans.propose({ moves: back }) }];
}

/** @param {State} state @param {RoomMap} map @param {MapSeat} seat @param {Plans} plans @returns {Item[]} */
export function personMenu(state, map, seat, plans) {
  const form = plans.form;
  const me = seat.seat === state.view?.me.seat;
  const chosen = plans.chosen.value;
  const who = chosen.has(seat.seat) && chosen.size > 1 ? [...chosen] : [seat.seat];
  /** @type {Item[]} */
  const items = placeOf(seat) === null ? [] : [{ label: t("Move to…"), heading: true }, ...moveItems(map, who, plans)];
  items.push({ label: seat.name, heading: true });
  const line = state.lines[seat.seat];
  if (line?.level) items.push({ label: [levelName(line.level), inShort(line)].filter(Boolean).join(" · "), heading: true });
  if (seat.calling !== null) items.push({ label: t("Seen: stop the call"), icon: "tick", act: () => void plans.act({ name: "cancel_call", seat: seat.seat }) });
  items.push({ label: t("Change the name…"), icon: "edit", act: () => void (form.value = { kind: "rename_seat", seat: seat.seat, name: seat.name }) });
  if (me) return items;
  return [...items,
    { label: t("Keep apart from…"), icon: "apart", act: () => void (form.value = { kind: "apart", seat: seat.seat }) },
    { label: t("New link…"), icon: "link", act: () => void (form.value = { kind: "replace", seat: seat.seat, name: seat.name }) },
    { label: t("Take the link away…"), icon: "delete", danger: true, act: () => void (form.value = { kind: "revoke", seat: seat.seat, name: seat.name }) }];
}

/** @param {State} state @param {RoomMap} map @param {MapRoom} room @param {Plans} plans @returns {Item[]} */
export function roomMenu(state, map, room, plans) {
  const form = plans.form;
  const people = inside(map, room.id).map((seat) => seat.seat);
  const chosen = [...plans.chosen.value];
  /** @type {Item[]} */
  const items = [];
  if (chosen.length && open(map, chosen).includes(room)) {
    items.push({ label: n("Bring {count} here", "Bring {count} here", chosen.length), icon: "move", act: () => void plans.propose({ moves: steps(map, chosen, room.id) }) });
  }
  if (people.length) {
    items.push({ label: t("Choose everybody here"), icon: "people", act: () => plans.choose(people) });
    items.push({ label: t("Note to this room…"), icon: "note", act: () => void (form.value = { kind: "note", room: room.id, name: room.name }) });
  }
  items.push({ label: t("Change the name…"), icon: "edit", act: () => void (form.value = { kind: "rename_room", room: room.id, name: room.name }) });
  for (const other of rooms(map)) {
    const moves = other.id === room.id || other.kind === "chambers" || room.kind === "chambers" ? [] : swap(map, room.id, other.id);
    if (moves.length && people.length && inside(map, other.id).length) {
      items.push({ label: t("Swap with {room}", { room: other.name }), icon: "swap", act: () => void plans.propose({ moves }) });
    }
  }
  if (room.kind !== "chambers") {
    items.push({ label: t("Close the room…"), icon: "close", danger: true, act: () => void (form.value = { kind: "close_room", room: room.id, name: room.name, people: people.length }) });
  }
  return items;
}
