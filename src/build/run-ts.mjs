/**
 * Runs a TypeScript file: `node src/build/run-ts.mjs FILE.ts [ARGUMENT...]`.
 *
 * The file and what it imports are bundled by esbuild into one module under node_modules/.cache (there the packages,
 * which stay external, are found), which is imported with process.argv = [node, FILE.ts, ARGUMENT...] and then removed.
 * `import.meta.url`, `.dirname` and `.filename` keep naming the source file they stand in, so paths relative to a
 * source file work as if nothing had been bundled.
 */
import {mkdirSync, readFileSync, rmSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {build} from 'esbuild'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

const keepImportMeta = {
  name: 'keep-import-meta',
  setup(bundle) {
    bundle.onLoad({filter: /\.ts$/}, ({path}) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replace(/\bimport\.meta\.(url|dirname|filename)\b/g, (_, name) =>
        JSON.stringify({url: pathToFileURL(path).href, dirname: dirname(path), filename: path}[name]),
      ),
    }))
  },
}

const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  process.stderr.write('usage: node src/build/run-ts.mjs FILE.ts [ARGUMENT...]\n')
  process.exitCode = 2
} else {
  const entry = resolve(file)
  const cache = join(root, 'node_modules/.cache/run-ts')
  mkdirSync(cache, {recursive: true})
  const outfile = join(cache, `${process.pid}-${Date.now()}.mjs`)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [keepImportMeta],
  })
  process.setSourceMapsEnabled(true)
  process.argv = [process.argv[0], entry, ...args]
  try {
    await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile, {force: true})
  }
}
