/** The board as an infinite canvas. What is drawn comes from the picture (`../picture.js`), the same as on paper. */
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Dialog } from "../../lib/dialog.js";
import { setProperties } from "../../lib/dom.js";
import { html } from "../../lib/html.js";
import { direction, t } from "../../lib/text.js";
import { person } from "../../session/people.js";
import { FileView } from "../files.js";
import { JOINT, card } from "../model.js";
import { ChosenBar } from "./chosen_bar.js";
import { createDeeds } from "./deeds.js";
import { createDesk } from "./desk.js";
import { listen } from "./gestures.js";
import { createKeys } from "./keys.js";
import { LayerBar } from "./layer_bar.js";
import { LookCard } from "./look_card.js";
import { MarkDialog } from "./mark_dialog.js";
import { createOthers } from "./others.js";
import { Overlay } from "./overlay.js";
import { Pointers } from "./pointers.js";
import { spokenName } from "./spoken.js";
import { Things } from "./things.js";
import { Toolbar } from "./toolbar.js";
import { ZoomBar } from "./zoom_bar.js";
/** @import { State } from "../../session/model.js" */
/** @import { Acts } from "../acts.js" */
/** @import { Dialogs } from "../dialogs.js" */
/** @import { Live } from "../live.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Scene } from "./scene.js" */

/** A desk is kept while the list is shown instead, so that one comes back to where one was. @type {WeakMap<Acts, Desk>} */
const desks = new WeakMap();

/** @param {Acts} acts @param {string} seat */
function deskOf(acts, seat) {
  const desk = desks.get(acts) ?? createDesk({ acts, seat });
  desks.set(acts, desk);
  return desk;
}

/** @param {{state: State, acts: Acts, live: Live, dialogs: Dialogs}} props */
export function BoardCanvas({ state, acts, live, dialogs }) {
  const seat = state.view?.me.seat ?? "";
  const desk = useMemo(() => deskOf(acts, seat), [acts, seat]);
  const others = useMemo(() => createOthers({ desk, live }), [desk, live]);
  const deeds = useMemo(() => createDeeds({ desk, dialogs }), [desk, dialogs]);
  const stage = useRef(/** @type {HTMLElement|null} */ (null));
  const keys = useMemo(() => createKeys({ desk, deeds, stage: () => stage.current }), [desk, deeds]);
  const scene = desk.scene(state);
  const view = state.view;
  useStage(stage, desk, scene);
  useHands(stage, { desk, others, open: deeds.open, focus: (id) => (id ? keys.focus(id) : stage.current?.focus({ preventScroll: true })) });
  useSafeLayer(state, desk);
  useSpots(acts, deeds);
  useEffect(() => () => keys.settle(), [keys]);
  if (!view) return null;

  const writing = desk.writing.value;
  const reading = card(state, desk.reading.value);
  return html`
    <div class="canvas" data-tool=${desk.tool.value}>
      <${LayerBar} state=${state} desk=${desk} />
      <div class="canvas__middle">
        <${Toolbar} state=${state} desk=${desk} deeds=${deeds} dialogs=${dialogs} />
        <div class="canvas__frame">
          <${Stage} stage=${stage} state=${state} desk=${desk} scene=${scene} others=${others} keys=${keys} />
          <${Pointers} view=${view} desk=${desk} others=${others} />
          ${scene.things.length === 0 && html`<p class="canvas__empty">${t("Nothing lies here yet. Add a card with the tools.")}</p>`}
          <${LookCard} state=${state} desk=${desk} live=${live} busy=${Boolean(writing || reading || dialogs.current.value)} />
          <${ChosenBar} state=${state} desk=${desk} deeds=${deeds} dialogs=${dialogs} scene=${scene} />
          <${ZoomBar} state=${state} desk=${desk} others=${others} />
        </div>
      </div>
      ${writing && html`<${MarkDialog} key=${writing.mark?.id ?? writing.kind} state=${state} desk=${desk} writing=${writing} />`}
      ${reading && html`<${Dialog} title=${reading.title} onClose=${() => void (desk.reading.value = null)} wide><${FileView} state=${state} card=${reading} /><//>`}
    </div>`;
}

/**
 * What moves with the view: one element is shifted, nothing in it is drawn anew.
 * @param {{stage: {current: HTMLElement|null}, state: State, desk: Desk, scene: Scene, others: import("./others.js").Others, keys: ReturnType<typeof createKeys>}} props
 */
function Stage({ stage, state, desk, scene, others, keys }) {
  const world = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => desk.gaze.watch(({ x, y, zoom }) => setProperties(world.current, { transform: `translate(${-x * zoom}px, ${-y * zoom}px) scale(${zoom})` })), [desk]);
  const view = /** @type {import("../../session/types.js").View} */ (state.view);
  const theirs = others.drags();
  const editors = new Map([...others.seen.value.editors].map(([seat, thing]) => [thing, person(view, seat).name]));
  const names = useMemo(() => new WeakMap(), [view]); // while something is dragged, nothing is called anything else
  const name = (/** @type {string} */ id) => {
    const thing = state.board.things[id];
    if (!thing) return "";
    const known = thing.kind === "arrow" ? undefined : names.get(thing);
    if (known !== undefined) return known;
    const words = spokenName(state, thing, (other) => state.board.things[other]);
    names.set(thing, words);
    return words;
  };
  const editor = (/** @type {string} */ id) => (editors.has(id) ? t("{name} is writing here", { name: editors.get(id) }) : "");
  return html`
    <div ref=${stage} class="plane" tabindex="0" role="group" aria-label=${t("The board. Tab goes from thing to thing, arrow keys move what has the focus.")} onKeyDown=${keys.pressed}>
      <div ref=${world} class="plane__world" data-moving=${desk.gaze.moving.value ? "yes" : "no"}>
        <svg class="plane__things" role="listbox" aria-multiselectable="true" aria-label=${t("Things on the board")} width="1" height="1" focusable="false">
          <${Things} desk=${desk} scene=${scene} theirs=${theirs} name=${name} editor=${editor} />
        </svg>
        <svg class="plane__over" aria-hidden="true" width="1" height="1" focusable="false">
          <${Overlay} desk=${desk} scene=${scene} theirs=${theirs} editors=${editors} rtl=${direction() === "rtl"} />
        </svg>
      </div>
      <${Editors} desk=${desk} scene=${scene} editors=${editors} />
    </div>`;
}

/** Who writes where, in words at the upper edge of the thing. @param {{desk: Desk, scene: Scene, editors: Map<string, string>}} props */
function Editors({ desk, scene, editors }) {
  const shown = [...editors].filter(([thing]) => scene.boxes.has(thing));
  return html`<div class="pointers" aria-hidden="true">${shown.map(([thing, name]) => html`<${EditorMark} key=${thing} desk=${desk} box=${scene.boxes.get(thing)} name=${name} />`)}</div>`;
}

/** @param {{desk: Desk, box: any, name: string}} props */
function EditorMark({ desk, box: [x, y], name }) {
  const mark = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => desk.gaze.watch((view) => setProperties(mark.current, { transform: `translate(${(x - view.x) * view.zoom}px, ${(y - view.y) * view.zoom}px)` })), [desk, x, y]);
  return html`<span ref=${mark} class="editor-mark"><bdi>${t("{name} is writing here", { name })}</bdi></span>`;
}

/** The stage's size, and the first look at everything. @param {{current: HTMLElement|null}} stage @param {Desk} desk @param {Scene} scene */
function useStage(stage, desk, scene) {
  const seen = useRef(false);
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const measure = () => {
      desk.gaze.measured({ width: element.clientWidth, height: element.clientHeight });
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [desk]);
  useLayoutEffect(() => { // before anything is drawn: what would be drawn at full size first would be drawn twice
    if (seen.current || !scene.things.length) return;
    seen.current = true;
    if (!desk.welcomed) desk.begin();
    desk.welcomed = true;
  }, [desk, scene]);
}

/** @param {{current: HTMLElement|null}} stage @param {import("./gestures.js").Hands} hands */
function useHands(stage, hands) {
  useEffect(() => (stage.current ? listen(stage.current, hands) : undefined), [hands.desk, hands.others]);
}

/** Whoever comes into another room writes for their own group first: what goes to everybody is chosen anew. @param {State} state @param {Desk} desk */
function useSafeLayer(state, desk) {
  const room = state.view?.room?.id;
  const before = useRef(room);
  useEffect(() => {
    if (before.current !== room && desk.layer.peek() === JOINT) desk.layer.value = null;
    before.current = room;
  }, [room, desk]);
}

/** New cards lie where one looks. @param {Acts} acts @param {import("./deeds.js").Deeds} deeds */
function useSpots(acts, deeds) {
  useEffect(() => {
    acts.spot.value = deeds.spot;
    return () => void (acts.spot.value = null);
  }, [acts, deeds]);
}
