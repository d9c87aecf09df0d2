import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const usage = `Usage: node scripts/build-scanner.ts [--check]

Compiles what is in AssemblyScript, the scanners and the search for bytes, to WebAssembly with SIMD, and writes it
as text into a file beside it, so that nothing needs to be compiled or read where Vedette runs.

  --check  writes nothing, and fails when what is there is no build of the source`

const rooms = fileURLToPath(new URL('../src', import.meta.url))

const modules = [
  {
    source: 'query/rule-set/scanner/assembly/scan.ts',
    target: 'query/rule-set/scanner/scanner-wasm.ts',
    name: 'scannerWasm',
  },
  {
    source: 'query/byte-search/assembly/search.ts',
    target: 'query/byte-search/byte-search-wasm.ts',
    name: 'byteSearchWasm',
  },
  {
    source: 'store/embedded/line-scan/assembly/scan-lines.ts',
    target: 'store/embedded/line-scan/scan-lines-wasm.ts',
    name: 'scanLinesWasm',
  },
]

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})
if (values.help === true) console.log(usage)
else build(values.check === true)

function build(isCheck: boolean): void {
  for (const { source, target, name } of modules) {
    const text = moduleOf(source, { name, wasm: compiled(join(rooms, source)) })
    if (!isCheck) writeFileSync(join(rooms, target), text)
    else if (readFileSync(join(rooms, target), 'utf8') !== text) {
      console.error(`${target} is no build of ${source}: run node scripts/build-scanner.ts`)
      process.exit(1)
    }
  }
}

function compiled(source: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-scanner-'))
  try {
    const out = join(directory, 'scan.wasm')
    const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'))
    const options = `--optimizeLevel 3 --converge --noAssert --runtime stub --enable simd --use abort= --initialMemory 1`
    const run = spawnSync(
      process.execPath,
      [compiler, source, ...options.split(' '), '--outFile', out],
      { encoding: 'utf8' },
    )
    if (run.status !== 0) throw new Error(`the compiler failed:\n${run.stdout}${run.stderr}`)
    return readFileSync(out)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function moduleOf(
  source: string,
  { name, wasm }: { readonly name: string; readonly wasm: Buffer },
): string {
  return `/** \`assembly/${basename(source)}\` compiled, in base 64. Made by \`scripts/build-scanner.ts\`. */
export const ${name} =
  '${wasm.toString('base64')}'
`
}
