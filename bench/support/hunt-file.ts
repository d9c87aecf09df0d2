import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inputReader } from '../../src/cli/hunting/input-reader.ts'
import type { Crew } from '../../src/cli/hunting/crew.ts'
import type { HuntInput } from '../../src/cli/hunting/inputs.ts'
import { siftAll } from '../../src/cli/hunting/sift-all.ts'
import { tasksOf } from '../../src/cli/hunting/tasks.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { systemClock } from '#base'
import { fleetStream, type Stream } from './streams.ts'

/** A file of events, one a line. */
export interface HuntFile extends HuntInput {
  readonly events: number
}

/** A folder for files of events; whoever is done with it removes it. */
export function huntFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'vedette-bench-hunt-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Writes so many events of a stream; each seed gives others. */
export function writeHuntFile(
  folder: string,
  {
    stream,
    seed,
    count,
  }: { readonly stream: Stream; readonly seed: number; readonly count: number },
): HuntFile {
  const path = join(folder, `${seed}.ndjson`)
  writeFileSync(path, '')
  let lines: string[] = []
  for (const event of stream.events({ ...fleetStream, seed, count })) {
    lines.push(`${JSON.stringify(event)}\n`)
    if (lines.length === 2_000) {
      appendFileSync(path, lines.join(''))
      lines = []
    }
  }
  appendFileSync(path, lines.join(''))
  return { path, bytes: statSync(path).size, events: count }
}

type Look = Parameters<typeof inputReader>[0]['look']

/** Reads a file as a hunt does; gives how many lines some rule was about, and how many were passed over. */
export async function readHuntFile(
  file: HuntInput,
  {
    crew,
    look = () => [],
    rangeBytes,
  }: { readonly crew: Crew; readonly look?: Look; readonly rangeBytes?: number },
): Promise<{ readonly found: number; readonly lines: number; readonly passedOver: number }> {
  let found = 0
  const reader = inputReader({
    terminal: silentTerminal,
    look(event, places) {
      found++
      return look(event, places)
    },
    ...(rangeBytes !== undefined && { rangeBytes }),
    onAlerts: () => undefined,
  })
  await reader.read([file], crew)
  const { lines, passedOver } = reader.tally
  return { found, lines, passedOver }
}

/** Finds the lines of a file that some filter is about, and goes no further; gives how many. */
export async function siftHuntFile(file: HuntInput, crew: Crew): Promise<number> {
  let found = 0
  for await (const step of siftAll(tasksOf([file], { format: 'ndjson' }), crew)) {
    if (step.kind === 'failure') throw step.thrown
    found += step.portion.found.length
  }
  return found
}

const silentTerminal: Terminal = {
  out: () => undefined,
  err: (text) => {
    throw new Error(text)
  },
  note: () => undefined,
  drained: async () => undefined,
  input: noInput(),
  outIsTty: false,
  errIsTty: false,
  columns: 80,
  env: {},
  clock: systemClock,
  signal: new AbortController().signal,
  tint: (_, text) => text,
}

/** Nothing on standard input. */
export async function* noInput(): AsyncGenerator<Uint8Array> {}

/** Processor time of this process for some work, milliseconds: what others do on the machine counts for less. */
export async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
