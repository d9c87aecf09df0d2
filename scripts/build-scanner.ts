import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const usage = `Usage: node scripts/build-scanner.ts [--check]

Compiles src/query/rule-set/scanner/assembly/scan.ts from AssemblyScript to WebAssembly with SIMD, and writes
it as text into scanner-wasm.ts beside it, so that nothing needs to be compiled or read where Vedette runs.

  --check  writes nothing, and fails when what is there is no build of the source`

const root = fileURLToPath(new URL('..', import.meta.url))
const scanner = join(root, 'src/query/rule-set/scanner')

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})
if (values.help === true) console.log(usage)
else build(values.check === true)

function build(isCheck: boolean): void {
  const target = join(scanner, 'scanner-wasm.ts')
  const text = moduleOf(compiled())
  if (!isCheck) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(
      'scanner-wasm.ts is no build of assembly/scan.ts: run node scripts/build-scanner.ts',
    )
    process.exit(1)
  }
}

function compiled(): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'vedette-scanner-'))
  try {
    const out = join(directory, 'scan.wasm')
    const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'))
    const options = `--optimizeLevel 3 --converge --noAssert --runtime stub --enable simd --use abort= --initialMemory 1`
    const source = join(scanner, 'assembly/scan.ts')
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

function moduleOf(wasm: Buffer): string {
  return `/** \`assembly/scan.ts\` compiled, in base 64. Made by \`scripts/build-scanner.ts\`. */
export const scannerWasm =
  '${wasm.toString('base64')}'
`
}
