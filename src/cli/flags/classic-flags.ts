/** The options of the classic call as flags of oclif, for help and completion; they are read by src/parse/classic. */
import * as Flags from '@oclif/core/flags'
import {classicOptions} from '../../domain/classic/options.js'

/** Shown in help and offered by completion; the others are for old scripts. */
const shown = 'abcCdlLnpPstTvX'

const ofLetter = classicOptions
  .filter(({letter}) => letter !== 'h' && letter !== 'H')
  .map(({letter, name, about, here, value}) => {
    const description = here === 'used' ? about : `${about}; here: ${here}`
    const base = {char: letter, description, hidden: !shown.includes(letter)} as const
    return [
      name,
      value === undefined ? Flags.boolean(base as never) : Flags.string({...base, helpValue: value} as never),
    ]
  })

export const classicFlags: Readonly<
  Record<string, ReturnType<typeof Flags.boolean> | ReturnType<typeof Flags.string>>
> = Object.fromEntries(ofLetter)
