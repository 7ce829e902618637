/**
 * Builds what is shipped: dist/ctys.cjs (everything), dist/find.cjs and dist/list.cjs (one question alone),
 * the ES modules with types behind `import 'ctys'`, the pages of man(1) and the texts of help. Does nothing when no source changed since the last build.
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
      entryPoints: {ctys: 'src/main.ts', find: 'src/cli/entry/find-plain.ts', list: 'src/cli/entry/list-plain.ts'},
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
    for (const name of ['ctys.cjs', 'find.cjs', 'list.cjs']) writeAscii(join(fresh, name))
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'src/build/tsconfig.json', '--outDir', fresh], {
      cwd: root,
      stdio: 'inherit',
    })
    await writeManual(fresh)
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

/** A text of ASCII alone is read and kept in half the space; esbuild leaves other characters in regular expressions only. */
function writeAscii(file) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  writeFileSync(file, readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, escaped))
}

/** The pages of man(1), out of the command table and docs/, and the help that bin/ctys.cjs prints by itself. */
async function writeManual(fresh) {
  const {loadCommands, manualPages, helpTexts} = createRequire(import.meta.url)(join(fresh, 'ctys.cjs'))
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const read = (topic) => readFileSync(join(root, 'docs', `${topic}.md`), 'utf8')
  const commands = await loadCommands()
  writeTexts(join(fresh, 'man'), manualPages(commands, {version: pjson.version, read}))
  // oclif finds its command table by file name
  const oclif = {...pjson.oclif, commands: {...pjson.oclif.commands, target: './ctys.cjs'}}
  writeTexts(join(fresh, 'help'), await helpTexts(Object.keys(commands), {root: fresh, pjson: {...pjson, oclif}}))
}

function writeTexts(folder, texts) {
  mkdirSync(folder)
  for (const [name, text] of texts) writeFileSync(join(folder, name), text)
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
