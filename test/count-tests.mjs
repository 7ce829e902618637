// Prints `N passed, N failed` from Vitest's JSON result and ends with a status that tells the truth: a failed run, a
// failed test, or (under CI=true) a skipped one is a failure.
import {readFileSync} from 'node:fs'

const [file, status] = process.argv.slice(2)
const result = JSON.parse(readFileSync(file, 'utf8'))
const skipped = result.numPendingTests + result.numTodoTests
const brokenFiles = result.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length
const failed = result.numFailedTests + brokenFiles
if (skipped > 0) process.stderr.write(`${skipped} tests were skipped\n`)
const bad = failed > 0 || status !== '0' || (skipped > 0 && process.env.CI === 'true')
process.stdout.write(`${result.numPassedTests} passed, ${failed + (bad && failed === 0 ? 1 : 0)} failed\n`)
process.exitCode = bad ? 1 : 0
