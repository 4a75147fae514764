/**
 * Escapes the characters that could change what a terminal shows: control, bidi and line-break characters.
 */

/** C0, DEL, C1; the Arabic letter mark, LRM, RLM, embeddings, overrides, isolates; line and paragraph separator. */
const dangerous =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
/** The same without LRM, RLM and the Arabic letter mark, which people type, and which move nothing but their own text. */
const dangerousInText =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const parentheses = /[()[\]]/g
/**
 * Names of which nothing is shown: spaces, zero-width and filling characters. Written out: a line reads the same everywhere,
 * and classes of Unicode grow.
 */
const blank =
  /^(?:[ \u00a0\u00ad\u115f\u1160\u1680\u180e\u2000-\u200d\u202f\u205f-\u2065\u206a-\u206f\u2800\u3000\u3164\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d159}\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]|[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}])+$/u

/** `\u001b` for the character ESC. */
export function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Text for one line: ESC becomes the six characters `\u001b`, and so on. */
export function escapeText(text: string): string {
  return text.replace(dangerousInText, toEscape)
}

/**
 * A name as shown. Brackets are escaped too, so that no name can imitate another name and address, and all characters of a
 * name of which nothing would be seen.
 */
export function escapeName(name: string): string {
  if (blank.test(name)) return name.replace(/[^]/g, toEscape)
  return name.replace(dangerous, toEscape).replace(parentheses, toEscape)
}

const shortEscapes = new Map([
  ['\\b', '\\u0008'],
  ['\\t', '\\u0009'],
  ['\\n', '\\u000a'],
  ['\\f', '\\u000c'],
  ['\\r', '\\u000d'],
])

/** Text that JSON writes as it is. */
const plainText = /^[ !#-[\]-~]*$/

/** A text as `toJsonLine` writes it. */
export function toJsonText(text: string): string {
  return plainText.test(text) ? `"${text}"` : escapeJson(JSON.stringify(text))
}

/** One line of JSON in which every control and bidi character is written `\uXXXX`. */
export function toJsonLine(value: object): string {
  return escapeJson(JSON.stringify(value))
}

function escapeJson(json: string): string {
  return json.replace(/\\[^u]/g, (pair) => shortEscapes.get(pair) ?? pair).replace(dangerous, toEscape)
}
