/**
 * What is on the keys of a keyboard, by the layout the guest has: three levels of the same 48 keys, row by row; a space
 * where there is nothing that can be typed alone. Sources: xkeyboard-config (symbols/us, de, fr).
 */

/** QKeyCode of each key, in the order of the rows below. */
const rows: readonly (readonly string[])[] = [
  ['grave_accent', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', 'minus', 'equal'],
  ['q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p', 'bracket_left', 'bracket_right'],
  ['a', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'semicolon', 'apostrophe', 'backslash'],
  ['less', 'z', 'x', 'c', 'v', 'b', 'n', 'm', 'comma', 'dot', 'slash'],
]

interface Layout {
  readonly plain: readonly string[]
  readonly shift: readonly string[]
  readonly altgr: readonly string[]
  /** Signs whose key waits for the next one; a space follows them. */
  readonly dead: string
}

const layouts = {
  us: {
    plain: ['`1234567890-=', 'qwertyuiop[]', "asdfghjkl;'\\", ' zxcvbnm,./'],
    shift: ['~!@#$%^&*()_+', 'QWERTYUIOP{}', 'ASDFGHJKL:"|', ' ZXCVBNM<>?'],
    altgr: [],
    dead: '',
  },
  de: {
    plain: ['^1234567890ß´', 'qwertzuiopü+', 'asdfghjklöä#', '<yxcvbnm,.-'],
    shift: ['°!"§$%&/()=?`', 'QWERTZUIOPÜ*', "ASDFGHJKLÖÄ'", '>YXCVBNM;:_'],
    altgr: ['  ²³   {[]}\\ ', '@ €        ~', '', '|      µ   '],
    dead: '^´`',
  },
  fr: {
    plain: ['²&é"\'(-è_çà)=', 'azertyuiop $', 'qsdfghjklmù*', '<wxcvbn,;:!'],
    shift: [' 1234567890°+', 'AZERTYUIOP £', 'QSDFGHJKLM%µ', '>WXCVBN?./§'],
    altgr: ['  ~#{[|`\\^@]}', '  €        ¤', '', ''],
    dead: '',
  },
} as const satisfies Record<string, Layout>

export type LayoutName = keyof typeof layouts
export const layoutNames = Object.keys(layouts) as readonly LayoutName[]

type Strokes = readonly (readonly string[])[]

const controls: ReadonlyMap<string, Strokes> = new Map([
  ['\n', [['ret']]],
  ['\t', [['tab']]],
  [' ', [['spc']]],
])

/** The strokes that write a text; characters that the layout does not have are faults, each once. */
export function strokesOfText(text: string, layout: LayoutName, faults: string[]): Strokes {
  const table = tableOf(layouts[layout])
  const missing = new Set<string>()
  const strokes = [...text.replaceAll('\r\n', '\n')].flatMap((sign) => {
    const found = controls.get(sign) ?? table.get(sign)
    if (found === undefined) missing.add(sign)
    return found ?? []
  })
  for (const sign of missing) faults.push(`the layout ${layout} has no key for ${JSON.stringify(sign)}`)
  return strokes
}

function tableOf({plain, shift, altgr, dead}: Layout): ReadonlyMap<string, Strokes> {
  const table = new Map<string, Strokes>()
  const levels = [
    {texts: altgr, held: ['alt_r']},
    {texts: shift, held: ['shift']},
    {texts: plain, held: []},
  ]
  for (const {texts, held} of levels) {
    for (const [y, text] of texts.entries()) {
      for (const [x, sign] of [...text].entries()) {
        const key = rows[y]?.[x]
        if (sign === ' ' || key === undefined) continue
        table.set(sign, [[...held, key], ...(dead.includes(sign) ? [['spc']] : [])])
      }
    }
  }
  return table
}
