import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'

test('the lock file is complete: a clean install accepts it on every platform', () => {
  const plan = () =>
    execFileSync('npm', ['ci', '--dry-run', '--silent', '--ignore-scripts'], {encoding: 'utf8', stdio: 'pipe'})
  expect(plan).not.toThrow()
})

test('npm pack yields a package that installs and runs in an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctys-package-'))
  try {
    const run = (cwd: string, file: string, ...args: string[]): string =>
      execFileSync(file, args, {
        cwd,
        encoding: 'utf8',
        env: {...process.env, HOME: folder, NODE_ENV: 'production'},
        stdio: 'pipe',
      })
    const tarball = run(process.cwd(), 'npm', 'pack', '--silent', '--pack-destination', folder).trim()
    const listing = run(folder, 'tar', '-tzf', join(folder, tarball))
    expect(listing).not.toMatch(/package\/(test|node_modules|\.ci|commands)\//)
    writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}\n')
    run(folder, 'npm', 'install', '--silent', '--prefer-offline', '--ignore-scripts', join(folder, tarball))
    expect(run(folder, 'node_modules/.bin/ctys', '--version')).toMatch(/^ctys \d/)
    expect(run(folder, 'node_modules/.bin/ctys', '--help')).toContain('scan')
    expect(run(folder, 'node_modules/.bin/ctys', 'list', 'localhost', '--json')).toContain('"exitCode": 0')
    const api = "import {runTasks} from 'ctys'; process.stdout.write(typeof runTasks)"
    expect(run(folder, process.execPath, '--input-type=module', '-e', api)).toBe('function')
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
})
