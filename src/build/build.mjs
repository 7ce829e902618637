/**
 * Builds what is shipped: dist/ctys.cjs (everything), dist/find.cjs (the offline question alone), and the ES modules
 * with types behind `import 'ctys'`, and the pages of man(1). Does nothing when no source changed since the last build.
 */
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const stamp = join(root, 'dist/.stamp')
const digest = sourceDigest()

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  // made beside and swapped in, so that a ctys started meanwhile finds a whole build
  const fresh = join(root, `dist.${process.pid}`)
  mkdirSync(fresh)
  try {
    await build({
      absWorkingDir: root,
      entryPoints: {ctys: 'src/main.ts', find: 'src/cli/entry/find-plain.ts'},
      outdir: fresh,
      outExtension: {'.js': '.cjs'},
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      minifySyntax: true,
      minifyWhitespace: true,
      // oclif would pull a compiler in for its development mode; ssh2 brings nothing with its native parts
      external: ['typescript', 'tsx', 'ts-node', 'cpu-features'],
      loader: {'.node': 'empty'},
      // import() does not work in a script that comes from the V8 code cache
      supported: {'dynamic-import': false},
      logLevel: 'warning',
    })
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'src/build/tsconfig.json', '--outDir', fresh], {
      cwd: root,
      stdio: 'inherit',
    })
    writeManual(fresh)
  } catch (error) {
    rmSync(fresh, {recursive: true, force: true})
    throw error
  }
  writeFileSync(join(fresh, '.stamp'), digest)
  const old = `${fresh}.old`
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old)
  renameSync(fresh, join(root, 'dist'))
  rmSync(old, {recursive: true, force: true})
}

/** The pages of man(1), out of the command table and docs/. */
function writeManual(fresh) {
  const {COMMANDS, manualPages} = createRequire(import.meta.url)(join(fresh, 'ctys.cjs'))
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const read = (topic) => readFileSync(join(root, 'docs', `${topic}.md`), 'utf8')
  mkdirSync(join(fresh, 'man'))
  for (const [name, text] of manualPages(COMMANDS, {version, read})) writeFileSync(join(fresh, 'man', name), text)
}

/** Of everything a build is made of. */
function sourceDigest() {
  const hash = createHash('sha256')
  const files = ['src', 'commands', 'inventory', 'schemas', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  )
  for (const file of [...files, join(root, 'package.json'), join(root, 'package-lock.json')].sort()) {
    hash.update(file).update(readFileSync(file))
  }
  return hash.digest('hex')
}
