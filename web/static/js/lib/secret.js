// The secret of a personal link.

/**
 * The secret of a link, or of what somebody pasted: a whole link, its end, or the secret alone.
 * @param {string} text
 * @returns {string} "" when there is none
 */
export function secretOf(text) {
  const after = text.trim().split("#").pop() ?? "";
  return /^[\w-]{16,200}$/.test(after) ? after : "";
}
