/** What the server refused, shown where it belongs: beside the field that it is about, with the focus there. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "../lib/announce.js";
import { t } from "../lib/text.js";
import { toast } from "../lib/toast.js";
/** @import { Answer } from "../session/types.js" */

/**
 * @typedef {{field: string, text: string}} Wrong    field: "" where it is about the whole
 * @typedef {ReturnType<typeof useRefusal>} Refusal
 */

export function useRefusal() {
  const form = useRef(/** @type {HTMLElement|null} */ (null));
  const [wrong, setWrong] = useState(/** @type {Wrong|null} */ (null));

  useLayoutEffect(() => {
    if (!wrong) return;
    const found = place(form.current, wrong.field);
    const field = found?.dataset.field ?? "";
    if (field !== wrong.field) return setWrong({ ...wrong, field }); // it has no place of its own: the nearest one, or the whole
    for (let box = found?.closest("details"); box; box = box.parentElement?.closest("details")) box.open = true;
    found?.focus();
    (found?.closest(".field") ?? found)?.scrollIntoView({ block: "nearest" }); // with the words below it
    announce(wrong.text, "assertive");
  }, [wrong]);

  return {
    form,
    wrong,
    /** @param {string} field @param {string} text */
    set: (field, text) => setWrong({ field, text }),
    /** @param {Extract<Answer, {ok: false}>} answer */
    show(answer) {
      const text = answer.text || t("That did not work. Nothing has changed.");
      if (form.current) setWrong({ field: String(answer.detail.field ?? ""), text });
      else toast(text, { icon: "caution" }); // the form was closed meanwhile; what was typed is kept
    },
    /** Something was changed there: what was wrong with it may be right now. Without a name: forget it all. @param {string} [name] */
    clear: (name) => setWrong((now) => (now && (name === undefined || now.field === name) ? null : now)),
  };
}

/** The field of that name, or the nearest around it: "terms.1.unit", "terms.1", "terms". @param {HTMLElement|null} form @param {string} name */
function place(form, name) {
  for (let part = name; part; part = part.slice(0, Math.max(0, part.lastIndexOf(".")))) {
    const found = form?.querySelector(`[data-field="${CSS.escape(part)}"]`);
    if (found instanceof HTMLElement) return found;
  }
  return /** @type {HTMLElement|null} */ (form?.querySelector('[data-field=""]') ?? null);
}
