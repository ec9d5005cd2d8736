// `html` makes Preact nodes from template literals. One place, so that the binding to `h` exists once.
import { h, render, Fragment } from "preact";
import htm from "htm";

/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = /** @type {any} */ (htm.bind(h));

export { h, render, Fragment };
