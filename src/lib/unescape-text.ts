const named: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t', e: '\x1b', '\\': '\\'}

/** `\n \r \t \e \xHH` and `\\` as the bytes they stand for; a backslash in front of anything else stays. */
export function unescapeText(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (whole, hex: string | undefined, letter: string | undefined) =>
    hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : (named[letter ?? ''] ?? whole),
  )
}
