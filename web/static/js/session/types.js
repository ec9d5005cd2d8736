/**
 * The words of the wire as types; `server/signalling/PROTOCOL.md` says what they mean.
 *
 * @typedef {"mediator"|"co_mediator"|"party"|"counsel"|"insurer"|"expert"|"interpreter"|"support_person"|"observer"} Role
 * @typedef {"microphone"|"camera"|"screen"} Medium
 * @typedef {"joint"|"caucus"|"chambers"|"sidebar"} RoomKind
 * @typedef {"invited"|"lobby"|"room"|"left"|"revoked"} Where
 *
 * @typedef {{seat: string, name: string, role: Role, side: string|null}} Person
 * @typedef {{opens: number, held: boolean}} Door
 * @typedef {Person & {connected: boolean, microphone: boolean, camera: boolean, screen: boolean, hand: number|null,
 *   since: number, door: Door|null}} Member
 * @typedef {{id: string, name: string, kind: RoomKind, side: string|null, private: boolean, epoch: number, since: number,
 *   paused: null|"mediator"|"absence", members: Member[], note: null|{text: string, by: string, at: number}}} Room
 * @typedef {{at: number, by: string, mine: boolean, how: "moved"|"admitted"|"stepped_out"|"room_closed"|"came_back",
 *   from: string|null, to: string|null}} Moved
 * @typedef {{id: string, title: string, number: number, state: "open"|"closed", opened: number, closed: number|null,
 *   destroy_at: number|null, keep_days: number, operator: string, paused: null|{since: number, by: string}}} Session
 * @typedef {Person & {rights: string[], where: Where, since: number, microphone: boolean, camera: boolean, screen: boolean,
 *   hand: number|null, calling: number|null, silenced: boolean}} Me
 * @typedef {{seat: string, name: string, role: Role, state: "with_you"|"away"|"lost"}} MediatorState
 * @typedef {{request: string, seat: string, name: string, since: number}} DeviceRequest
 * @typedef {{id: string, name: string, kind: RoomKind, side: string|null, exit: string, epoch: number, since: number,
 *   occupied_since: number|null, paused: null|"mediator"|"absence", seats: string[], doors: Record<string, Door>}} MapRoom
 * @typedef {Person & {where: Where, room: string|null, since: number, connected: boolean, lost: number|null,
 *   calling: number|null, call_text: string|null, consented: boolean,
 *   link: "new"|"used"|"revoked"}} MapSeat
 * @typedef {{seat: string}|{side: string}} Subject
 * @typedef {{seat: string, from: string, to: string}} Step
 * @typedef {{rooms: MapRoom[], seats: MapSeat[], keep_apart: [Subject, Subject][],
 *   undo: null|{move: string, until: number, moves: Step[]}}} RoomMap
 * @typedef {{session: Session, me: Me, text: null|{version: string, body: string, hash: string},
 *   sides: {id: string, name: string}[], mediators: MediatorState[], people: Person[], room: Room|null,
 *   moved: Moved|null, devices: DeviceRequest[], map: RoomMap|null}} View
 *
 * @typedef {{kind: "said", id: string, room: string, by: string, name: string, text: string, at: number, to: string[]}} Said
 * @typedef {{kind: "noted", id: string, room: string|null, by: string, name: string, text: string, at: number}} Noted
 * @typedef {"door"|"telling"|"connecting"|"sound_blocked"|"lost"} Why
 * @typedef {{heard_by: string[], seen_by: string[], screen_by: string[], hears: string[], sees: string[],
 *   could_hear: string[], coming: {seat: string, why: Why}[], safe: boolean}} Hearing
 * @typedef {{audio: (string|null)[], video: (string|null)[], screen: string|null, screen_sound: string|null, thin?: boolean}} Slots
 *
 * @typedef {Person & {comes: boolean, stays: boolean}} PlanPerson
 * @typedef {{room: string, name: string, kind: RoomKind, people: PlanPerson[], opposing: boolean, alone: boolean,
 *   empty: boolean}} PlanRoom
 * @typedef {{moves: (Step & {name: string, from_name: string|null, to_name: string|null})[], rooms: PlanRoom[], leaves: PlanRoom[],
 *   meets: [string, string][], refused: null|{reason: string, detail: Record<string, unknown>, text: string},
 *   confirmation: string}} Preview
 *
 * @typedef {{name: string, [field: string]: unknown}} Command
 * @typedef {{ok: true, result: any}|{ok: false, reason: string, detail: Record<string, any>, text: string}} Answer
 * @typedef {{type: string, [field: string]: any}} Frame
 */

export {};
