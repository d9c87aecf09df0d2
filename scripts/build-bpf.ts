import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, exit, stderr, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'

const help = `Builds the eBPF programs: src/sensor/sources/bpf/kernel/process.bpf.o

  node scripts/build-bpf.ts           compile and put the object in its place
  node scripts/build-bpf.ts --check   compile and compare with the object in its place
  node scripts/build-bpf.ts --help    this text

Needs clang 14 and llvm-strip (Debian: apt-get install clang-14 llvm-14, or clang and llvm).
Exit status: 0 done or equal, 1 failed or different, 3 nothing to check with (the reason is printed).
`

// Another compiler gives other bytes, which says nothing about the source.
const compilerMajor = 14
const source = fileURLToPath(new URL('../src/sensor/sources/bpf/kernel/', import.meta.url))
const object = join(source, 'process.bpf.o')

exit(main(argv.slice(2)))

function main(options: readonly string[]): number {
  if (options.includes('--help')) {
    stdout.write(help)
    return 0
  }
  const unknown = options.find((option) => option !== '--check')
  if (unknown !== undefined) {
    stderr.write(`unknown option ${unknown}\n\n${help}`)
    return 1
  }
  const tools = findTools()
  if (typeof tools === 'string') {
    stderr.write(`${tools}\n`)
    return 3
  }
  const directory = mkdtempSync(join(tmpdir(), 'vedette-bpf-'))
  try {
    const built = join(directory, 'process.bpf.o')
    compile(tools, built)
    if (options.includes('--check')) return compare(built)
    copyFileSync(built, object)
    stdout.write(`${object}: ${readFileSync(object).byteLength} bytes\n`)
    return 0
  } finally {
    rmSync(directory, { recursive: true })
  }
}

interface Tools {
  readonly clang: string
  readonly strip: string
}

/** The tools of the right version, or why there are none. */
function findTools(): Tools | string {
  const clang = [`clang-${compilerMajor}`, 'clang'].find((name) => majorOf(name) === compilerMajor)
  if (clang === undefined) {
    const found = majorOf('clang')
    const what = found === undefined ? 'clang is not installed' : `clang is version ${found}`
    return `${what}; the object is built with version ${compilerMajor}`
  }
  const strip = [`llvm-strip-${compilerMajor}`, 'llvm-strip'].find(
    (name) => majorOf(name) === compilerMajor,
  )
  return strip === undefined ? `llvm-strip ${compilerMajor} is not installed` : { clang, strip }
}

function majorOf(command: string): number | undefined {
  const { status, stdout: said } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  const major = status === 0 ? /version (\d+)\./.exec(said)?.[1] : undefined
  return major === undefined ? undefined : Number(major)
}

function compile({ clang, strip }: Tools, built: string): void {
  const flags = '-target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -c process.bpf.c -o'.split(' ')
  // No path of this machine may end up in the object.
  run(clang, ['-fdebug-compilation-dir=.', ...flags, built])
  const unread = ['.rel.BTF', '.rel.BTF.ext', '.llvm_addrsig']
  run(strip, ['-g', ...unread.map((section) => `--remove-section=${section}`), built])
}

function run(command: string, options: readonly string[]): void {
  const { status } = spawnSync(command, options, { cwd: source, stdio: ['ignore', 2, 2] })
  if (status !== 0) exit(1)
}

function compare(built: string): number {
  if (readFileSync(built).equals(readFileSync(object))) {
    stdout.write('the object is what its source compiles to\n')
    return 0
  }
  stderr.write(`${object} is not what its source compiles to; run: node scripts/build-bpf.ts\n`)
  return 1
}
