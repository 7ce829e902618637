/**
 * JSON that a terminal survives. JSON.stringify escapes C0 controls and lone surrogates only; DEL, C1 and the
 * bidirectional controls are written as \u escapes too, which every parser reads as the same string.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
