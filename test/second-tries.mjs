// Names every test that passed only when it was tried again, with what its first try said: such a test passes, and is
// looked into all the same.
export default class SecondTries {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const late = tests.filter((test) => test.diagnostic()?.flaky === true)
    if (late.length === 0) return
    process.stdout.write(`\n${late.length} passed only at the second try:\n`)
    for (const test of late) {
      const {errors = []} = test.result()
      const said = errors.map(({message}) => message.replaceAll(/^/gm, '    ')).join('\n')
      process.stdout.write(`  ${test.module.relativeModuleId}: ${test.fullName}\n${said}\n`)
    }
  }
}
