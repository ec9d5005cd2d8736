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
 *   destroy_at: number|null, keep_days: number, seen: boolean, operator: string,
 *   paused: null|{since: number, by: string}}} Session
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
 *   moved: Moved|null, devices: DeviceRequest[], map: RoomMap|null, board?: null|BoardView}} View
 *
 * @typedef {{id: string, epoch: number, write: boolean}} BoardLayer
 * @typedef {{layers: BoardLayer[], newcomers: {seat: string, name: string, role: Role}[], waiting: boolean}} BoardView
 * @typedef {"issue"|"interest"|"idea"|"proposal"|"package"|"file"} CardKind
 * @typedef {""|"draft"|"tabled"|"countered"|"agreed"|"withdrawn"|"lapsed"} CardState
 * @typedef {"accept"|"changes"|"cannot"|"time"} ReplyAnswer
 * @typedef {{x: number, y: number, w: number, h: number}} Place    in board units: pixels at zoom 1
 * @typedef {{kind: "money"|"date"|"number"|"text"|"deed", label: string, value: string, unit: string, who: string, by: string}} Term
 * @typedef {{title: string, text: string, terms: Term[]}} Words
 * @typedef {{about?: string|null, answers?: string|null, sides?: string[], conditions?: string[], members?: string[], until?: number|null,
 *   colour?: string}} Links
 * @typedef {{side: string, answer: ReplyAnswer, reason: string, by: string, at: number}} Reply
 * @typedef {{layer: string, card: string|null, at: number}} Crossed
 * @typedef {{name: string, type: string, size: number, pages: number, width: number, height: number}} FileFacts
 * @typedef {{id: string, layer: string, kind: CardKind, author: string|null, by: string, made: number, title: string, text: string,
 *   terms: Term[], changed: number, version: number, proof: string, place: Place|null, colour: string, about: string|null,
 *   answers: string|null, state: CardState, sides: string[], conditions: string[], members: string[], package: string|null,
 *   until: number|null, came: boolean, round: string|null, replies: Reply[], crossed: Crossed[],
 *   shared: ({side: string} & Words)[], file: FileFacts|null}} Card
 * @typedef {{id: string, layer: string, kind: "ink"|"arrow"|"text"|"group", author: string|null, by: string, made: number,
 *   version: number, place: Place|null, colour: string, text: string, points: number[], from: string|null, to: string|null}} Mark
 * @typedef {{id: string, layer: string, kind: "comment", author: string|null, by: string, made: number, card: string, text: string}} CardComment
 * @typedef {{id: string, layer: string, kind: "release", side: string, by: string, made: number, card: string|null, of: CardKind,
 *   title: string, text: string, terms: Term[], proof: string, parts: ({kind: CardKind} & Words)[],
 *   file?: FileFacts|null, reply: null|{answer: ReplyAnswer, reason: string}, to: string[], own: boolean, compare: boolean, condition: string,
 *   until: number|null, state: "open"|"taken_back"|"carried"|"lapsed", carried: Crossed[], ended: number|null}} Release
 * @typedef {{id: string, layer: string, kind: "round", question: string, made: number, until: number, open: boolean}} Round
 * @typedef {Card|Mark|CardComment|Release|Round} Thing    what lies on the board; told apart by `kind`
 * @typedef {{epoch: number, room?: string}} Seen    the audience that the person was looking at
 * @typedef {{version: number, at: number, by: string} & Words} Version
 *
 * @typedef {{kind: "said", id: string, room: string, by: string, name: string, text: string, at: number, to: string[]}} Said
 * @typedef {{kind: "noted", id: string, room: string|null, by: string, name: string, text: string, at: number}} Noted
 * @typedef {"door"|"telling"|"connecting"|"sound_blocked"|"interrupted"|"lost"} Why
 * @typedef {{heard_by: string[], seen_by: string[], screen_by: string[], hears: string[], sees: string[],
 *   could_hear: string[], coming: {seat: string, why: Why}[], safe: boolean}} Hearing
 * @typedef {{audio: (string|null)[], video: (string|null)[], screen: string|null, screen_sound: string|null, thin?: boolean}} Slots
 *
 * @typedef {"good"|"weak"|"poor"} Level
 * @typedef {"udp"|"tcp"|"relay"|"none"} Way    how media reaches the server
 * @typedef {"works"|"off"|"fails"} DeviceNow
 * @typedef {{level: Level|null, way: Way|null, loss: number|null, trip: number|null, jitter: number|null, up: number|null,
 *   down: number|null, microphone: DeviceNow, camera: DeviceNow}} Line    how somebody's line is; loss in percent, ms, kbit/s
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
