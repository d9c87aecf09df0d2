import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#base'
import { ecsCatalogue } from '#event'
import { openStore, type Store } from '#store'
import { killedWhen } from '../support/killed-when.ts'

/** How often the child is killed; more by `VEDETTE_CRASHES=200`. */
const crashes = Number(process.env['VEDETTE_CRASHES'] ?? 20)
const child = fileURLToPath(new URL('store-crash.child.ts', import.meta.url))

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-crash-'))
})
afterAll(() => rm(directory, { recursive: true }))

test(
  `${crashes} kills at random moments lose nothing that was acknowledged and double nothing`,
  async () => {
    const acknowledged = new Set<string>()
    for (let run = 0; run < crashes; run++) {
      const told = await runUntilKilled(`run${run}`)
      const notes = told.flatMap((line) => (line.startsWith('note:') ? [line] : []))
      for (const word of told.flatMap((line) => line.split(' '))) {
        if (word.startsWith('created:')) acknowledged.add(word.slice('created:'.length))
      }
      const store = await openStore({ kind: 'embedded', directory, clock: systemClock })
      try {
        await expectAll(store, acknowledged)
        await expectNote(store, `note-run${run}`, notes.at(-1))
      } finally {
        await store.close()
      }
    }
    expect(acknowledged.size).toBeGreaterThan(crashes)
    expect(await readdir(join(directory, 'set-aside'))).toEqual([])
  },
  crashes * 10_000,
)

/** How often it is killed in each phase, which takes seconds each time. */
const kills = Math.ceil(Number(process.env['VEDETTE_KILLS'] ?? 5) / 5)

/** A phase of building a segment: the file that begins it, and what it leaves. */
const phases = [
  {
    phase: 'while a segment is written',
    comes: /\.segment\.partial$/,
    isLeft: (names: readonly string[]) => names.some((name) => name.endsWith('.partial')),
  },
  {
    phase: 'when a segment is there and its log is too',
    comes: /\.segment$/,
    isLeft: (names: readonly string[]) =>
      names.some(
        (name) => name.endsWith('.segment') && names.includes(name.replace('.segment', '.log')),
      ),
  },
]

test.each(phases)(
  `${kills} kills $phase lose nothing that was acknowledged and double nothing`,
  async ({ comes, isLeft }) => {
    const own = await mkdtemp(join(tmpdir(), 'vedette-crash-'))
    try {
      const first = await openStore({ kind: 'embedded', directory: own, clock: systemClock })
      await first.close()
      const acknowledged = new Set<string>()
      let caught = 0
      // A kill comes a moment after the file does; whether it was in time is seen by what is left.
      for (let attempt = 0; caught < kills; attempt++) {
        expect(attempt, 'the phase is met often enough').toBeLessThan(kills * 20)
        const { said, left } = await killedWhen([child, own, `run${attempt}`], {
          directory: join(own, 'events'),
          comes,
        })
        if (isLeft(left)) caught++
        for (const word of said.flatMap((line) => line.split(' '))) {
          if (word.startsWith('created:')) acknowledged.add(word.slice('created:'.length))
        }
        const store = await openStore({ kind: 'embedded', directory: own, clock: systemClock })
        try {
          await expectAll(store, acknowledged)
        } finally {
          await store.close()
        }
      }
      expect(acknowledged.size).toBeGreaterThan(kills)
      expect(await readdir(join(own, 'set-aside'))).toEqual([])
    } finally {
      await rm(own, { recursive: true })
    }
  },
  60_000 + kills * 60_000,
)

/** What the child said before it was killed, line by line; an unfinished line at the end is left out. */
async function runUntilKilled(run: string): Promise<readonly string[]> {
  const started = spawn(process.execPath, [child, directory, run], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => started.once('close', resolve))
  let said = ''
  started.stdout.setEncoding('utf8')
  await new Promise<void>((resolve, reject) => {
    started.once('exit', () => reject(new Error(`the child ended by itself: ${said}`)))
    started.stdout.on('data', (text: string) => {
      said += text
      if (said.includes('ready')) resolve()
    })
  })
  await sleep(Math.random() * 400)
  started.kill('SIGKILL')
  await ended
  return said.split('\n').slice(0, -1)
}

async function expectAll(store: Store, acknowledged: ReadonlySet<string>): Promise<void> {
  const ids: string[] = []
  const sequences: number[] = []
  const pages = store.events.search({
    indices: ['*'],
    filter: { kind: 'all' },
    context: { fields: ecsCatalogue(), nowMs: systemClock.nowMs() },
    order: 'sequence',
  })
  for await (const page of pages) {
    for (const { id, sequence } of page) {
      ids.push(id)
      sequences.push(sequence)
    }
  }
  const present = new Set(ids)
  expect([...acknowledged].filter((id) => !present.has(id))).toEqual([])
  expect(ids).toHaveLength(present.size)
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b))
  const facts = await store.events.facts()
  expect(facts.events).toBe(ids.length)
  expect(facts.damagedBytes).toBe(0)
}

/** The last note told of is there, or the one after it, whose telling was cut short. */
async function expectNote(store: Store, id: string, last: string | undefined): Promise<void> {
  const notes = store.documents.collection<{ readonly acknowledged: number }>({
    name: 'notes',
    keys: { acknowledged: (body) => body.acknowledged },
  })
  const told = Number(last?.split(':')[1] ?? 0)
  const version = (await notes.get(id))?.version ?? 0
  expect([told, told + 1]).toContain(version)
}
