import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { systemClock } from '#base'
import { ecsCatalogue } from '#event'
import { openStore } from '#store'
import {
  asking,
  comparable,
  fieldIs,
  shelfOver,
} from '../../src/detect/first-seen/first-seen.fixture.ts'
import { killedWhen } from '../support/killed-when.ts'
import { scanHistory } from '../../src/detect/first-seen/scan-history.ts'

/** As many as the child sends at a time. */
const eventsOfRound = 3_001
const child = new URL('first-seen-crash.child.ts', import.meta.url).pathname

/** Runs the child until it has answered some times and a moment more, then kills it. */
async function killedAfter(directory: string, answers: number, momentMs: number): Promise<void> {
  const running = spawn(process.execPath, [child, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: running.stdout })
  for await (const line of lines) if (line === `answered ${answers}`) break
  await systemClock.sleep(momentMs)
  running.kill('SIGKILL')
  await once(running, 'exit')
}

test('an index that is killed while it learns and writes itself down says what the events say', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-first-seen-'))
  const leftovers = new Set<string>()
  try {
    for (let round = 0; round < 5; round++) {
      await killedAfter(directory, 6 + round, 37 * round)
      for (const name of await readdir(join(directory, 'derived'))) leftovers.add(name)
      const store = await openStore({ kind: 'embedded', directory, clock: systemClock })
      expect((await store.derived.names()).every((name) => !name.endsWith('.partial'))).toBe(true)
      const { book, history } = shelfOver(store, systemClock, { maxBytes: 64 * 1024 * 1024 })
      const question = { toMs: systemClock.nowMs(), filter: fieldIs('kind', 'good') }
      const { search, request } = asking(store, question)
      await history.firstSeen(search, request)
      await book.idle()
      expect(book.indexes()).toMatchObject([{ state: 'ready' }])
      const before = history.counts()
      const answer = await history.firstSeen(search, request)
      expect(comparable(answer)).toEqual(comparable(await scanHistory.firstSeen(search, request)))
      expect(history.counts().byWindow).toBeGreaterThan(before.byWindow)
      await store.close()
    }
    expect([...leftovers].some((name) => name.startsWith('first-seen-'))).toBe(true)
  } finally {
    await rm(directory, { recursive: true })
  }
}, 240_000)

/** How often it is killed while it writes itself down, which takes seconds each time. */
const kills = Math.ceil(Number(process.env['VEDETTE_KILLS'] ?? 5) / 5)

test(
  `an index that is killed ${kills} times while a snapshot of it is written loses no event, doubles none, and says what they say`,
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vedette-first-seen-'))
    const open = () => openStore({ kind: 'embedded', directory, clock: systemClock })
    try {
      await (await open()).close()
      let acknowledged = 0
      for (let caught = 0, attempt = 0; caught < kills; attempt++) {
        expect(attempt, 'the phase is met often enough').toBeLessThan(kills * 20)
        const { said, left } = await killedWhen([child, directory], {
          directory: join(directory, 'derived'),
          comes: /\.partial$/,
        })
        if (left.some((name) => name.endsWith('.partial'))) caught++
        acknowledged += said.length * eventsOfRound
        const store = await open()
        const { book, history } = shelfOver(store, systemClock, { maxBytes: 64 * 1024 * 1024 })
        const question = { toMs: systemClock.nowMs(), filter: fieldIs('kind', 'good') }
        const { search, request } = asking(store, question)
        const ids: string[] = []
        const pages = store.events.search({
          indices: ['*'],
          filter: { kind: 'all' },
          context: { fields: ecsCatalogue(), nowMs: systemClock.nowMs() },
          order: 'sequence',
        })
        for await (const page of pages) ids.push(...page.map(({ id }) => id))
        expect(new Set(ids).size).toBe(ids.length)
        expect(ids.length).toBeGreaterThanOrEqual(acknowledged)
        const answer = await history.firstSeen(search, request)
        expect(comparable(answer)).toEqual(comparable(await scanHistory.firstSeen(search, request)))
        await book.idle()
        // Where a batch was on its way when the child was killed, it may be there.
        acknowledged = ids.length
        await store.close()
      }
    } finally {
      await rm(directory, { recursive: true })
    }
  },
  60_000 + kills * 60_000,
)
