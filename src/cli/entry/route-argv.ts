/**
 * Puts `run` in front of a classic call: anything that does not begin with a command or a question to ctys itself.
 * Commands are named as oclif has them, `inventory:check` for `ctys inventory check`.
 * `ctys -V`, and `-v` with nothing else to do, ask for the version, as they always did.
 */
export function routeArgv(argv: readonly string[], commands: readonly string[]): readonly string[] {
  const [first] = argv
  if (first === undefined || ['-h', '--help', '-H'].includes(first)) return ['--help']
  if (first === 'help') return [...argv.slice(1), '--help']
  if (first === '--version' || commands.some((command) => command.split(':')[0] === first)) return argv
  const bare = argv.includes('-X')
  const others = argv.filter((word) => !['-X', '-v', '-V'].includes(word))
  if (others.length === 0 && argv.some((word) => word === '-v' || word === '-V'))
    return bare ? ['--version', '-X'] : ['--version']
  return ['run', ...argv]
}
