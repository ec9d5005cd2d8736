/** Arrow keys on the map: from person to person by where they are on the screen. Space chooses, Enter opens "Move to…". */

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement|null} root
 */
export function arrows(event, root) {
  const chip = event.target instanceof HTMLElement ? event.target.closest("[data-chip]") : null;
  if (!root || !(chip instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") {
    event.preventDefault(); // Space chooses; Enter goes on to where
    const menu = chip.parentElement?.querySelector("[aria-haspopup=menu]");
    if (menu instanceof HTMLElement) menu.click();
    return;
  }
  const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  if (!way) return;
  event.preventDefault();
  const next = nearest(chip, [...root.querySelectorAll("[data-chip]")], way[0], way[1]);
  if (next instanceof HTMLElement) next.focus();
}

/** @param {Element} from @param {Element[]} all @param {number} x @param {number} y */
function nearest(from, all, x, y) {
  const here = middle(from);
  let best = null;
  let least = Infinity;
  for (const one of all) {
    if (one === from) continue;
    const there = middle(one);
    const along = (there.x - here.x) * x + (there.y - here.y) * y;
    const aside = Math.abs((there.x - here.x) * y) + Math.abs((there.y - here.y) * x);
    if (along <= 1) continue;
    const distance = along + 3 * aside; // straight ahead counts for more than near
    if (distance < least) [best, least] = [one, distance];
  }
  return best;
}

/** @param {Element} element */
function middle(element) {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}
