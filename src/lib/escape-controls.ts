/**
 * Makes a string from a host or a file safe to print: every C0 and C1 control, DEL, the Unicode bidirectional
 * controls, the line and paragraph separators and lone surrogates become visible escapes (`\n`, `\x1b`, `\u202e`);
 * everything else stays. The result is one line that a terminal cannot take for a command. It is for the eye: a
 * backslash is not escaped, so it cannot be read back; --json carries the raw string.
 */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (char) => named[char] ?? hexEscape(char.charCodeAt(0)))
}

// \p{Cs} under the u flag meets only surrogates without a partner (ECMA-262, 22.2.2)
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const named: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}

function hexEscape(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
