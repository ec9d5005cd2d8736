/** Everybody in the room: equal tiles in a neutral order. Enlarging someone, or a shared screen, is for one's own eyes. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { setProperties } from "../lib/dom.js";
import { html } from "../lib/html.js";
import { PICTURE_SLOTS } from "../media/peer.js";
import { t } from "../lib/text.js";
import { isStopped, sharing, tiles } from "../session/tiles.js";
import { tileSize } from "./layout.js";
import { Picture, Tile } from "./tile.js";
/** @import { State } from "../session/model.js" */
/** @import { Call, Devices } from "../media/call.js" */

/** A picture this wide, in pixels of the screen, is shown large: a quarter wider than the small encoding of a camera is. */
const LARGE_FROM = 400;

/** @param {{state: State, call: Call, devices: Devices}} props */
export function Tiles({ state, call, devices }) {
  const [large, setLarge] = useState(/** @type {string|null} */ (null));
  const list = useRef(/** @type {HTMLElement|null} */ (null));
  const all = tiles(state);
  const screen = sharing(state);
  const first = all.find((tile) => tile.member.seat === large) ?? null;
  const staged = Boolean(screen || first);
  const count = all.length - (first && !screen ? 1 : 0);
  const others = all.filter((one) => !one.me).map((one) => one.member.seat);
  const enlarged = first && !first.me && !screen ? [first.member.seat] : [];

  useEffect(() => {
    if (large && !first) setLarge(null); // they left
  }, [large, first === null]);

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const arrange = () => {
      if (staged) call.showLarge(enlarged);
      if (staged) return; // one row below what is large: the style sheet knows its size
      const gap = parseFloat(getComputedStyle(element).columnGap) || 0;
      const size = tileSize(count, element.clientWidth, element.clientHeight, gap);
      call.showLarge(size.width * devicePixelRatio >= LARGE_FROM ? others.slice(0, PICTURE_SLOTS) : []);
      const row = size.across * (size.width + gap) - gap; // rows hold no more than this, or the last one would look lost
      setProperties(element, { "--tiles-beside": `${Math.max(0, (element.clientWidth - row) / 2 - 1)}px`, "--tile-width": `${size.width}px`, "--tile-height": `${size.height}px` });
    };
    arrange();
    const seen = new ResizeObserver(arrange);
    seen.observe(element);
    return () => seen.disconnect();
  }, [count, staged, call, others.join(), enlarged.join()]);

  const tile = (/** @type {typeof all[number]} */ one) => html`<${Tile} key=${one.member.seat} tile=${one} call=${call} devices=${devices}
    level=${one.me ? null : state.lines[one.member.seat]?.level ?? null} large=${one === first && !screen} onLarge=${setLarge} />`;
  return html`
    <div class="stage" data-staged=${staged ? "yes" : "no"} data-stopped=${isStopped(state) ? "yes" : "no"}>
      ${screen && html`
        <figure class="stage__screen">
          <${Picture} key=${`screen-${screen.seat}`} call=${call} seat=${screen.seat} kind="screen" />
          <figcaption class="stage__caption">${t("{name} is sharing a screen", { name: screen.name })}</figcaption>
        </figure>`}
      ${first && !screen && html`<ul role="list" class="stage__large" aria-label=${t("Shown larger, for you only")}>${tile(first)}</ul>`}
      <ul role="list" ref=${list} class="tiles" aria-label=${t("In this room")}>
        ${all.filter((one) => screen || one !== first).map(tile)}
      </ul>
    </div>`;
}
