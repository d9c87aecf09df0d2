/** `npm run bench`: measures every bar of `bars.ts` that has a bench and prints the table. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { bars } from './bars.ts'
import { barTable } from './support/bar-table.ts'
import { circumstances } from './support/machine.ts'
import type { Row } from './support/row.ts'
import { worldsVariable } from './support/stored-world.ts'

const help = `Measures what bench/bars.ts asks, each bench in a process of its own, and prints the table of bars.

  npm run bench                      everything; each bench tells how long it took; results are added to bench/results
  npm run bench -- --quick           small data, a few minutes; only printed: too little to judge by
  npm run bench -- --only NAME       one bench (also more than once)`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(help)
else await runAll()

async function runAll(): Promise<void> {
  const { quick, only } = values
  const asked = bars.filter(({ bench }) => bench === undefined || (only?.includes(bench) ?? true))
  const names = new Set(asked.flatMap(({ bench }) => bench ?? []))
  const facts = circumstances()
  const rows: Row[] = []
  const worlds = mkdtempSync(join(tmpdir(), 'vedette-bench-worlds-'))
  const startMs = performance.now()
  try {
    for (const name of names) {
      console.log(`# ${name}`)
      const measured = await measure(name, { quick, worlds })
      rows.push(...measured)
      if (quick) continue
      keep(
        name,
        measured.map((row) => ({ ...row, ...facts })),
      )
    }
  } finally {
    rmSync(worlds, { recursive: true })
  }
  console.log(`\n${barTable(asked, rows).join('\n')}`)
  console.log(`\nall of it took ${seconds(performance.now() - startMs)}`)
  console.log(`${JSON.stringify(facts)}${quick ? ' quick: too little to judge by' : ''}`)
}

interface Setting {
  readonly quick: boolean
  /** A folder for what benches share. */
  readonly worlds: string
}

/** Runs a bench and reads the rows that it prints. One that fails is told of and costs its rows alone. */
async function measure(name: string, { quick, worlds }: Setting): Promise<readonly Row[]> {
  const file = new URL(`${name}.bench.ts`, import.meta.url).pathname
  const child = spawn(
    process.execPath,
    [...process.execArgv, file, ...(quick ? ['--quick'] : [])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, [worldsVariable]: worlds },
    },
  )
  const startMs = performance.now()
  const ended = once(child, 'exit')
  const rows: Row[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line)
    // A boundary: benches print rows.
    if (line.startsWith('{')) rows.push(JSON.parse(line) as Row)
  }
  const [code] = await ended
  console.log(`# ${name} took ${seconds(performance.now() - startMs)}`)
  if (code === 0) return rows
  console.log(`# ${name} failed with exit code ${code}: its bars count as not measured`)
  process.exitCode = 1
  return []
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}

function keep(name: string, rows: readonly object[]): void {
  const path = new URL(`results/${name}.jsonl`, import.meta.url)
  appendFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}
