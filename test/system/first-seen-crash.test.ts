import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { systemClock } from '#base'
import { openStore } from '#store'
import {
  asking,
  comparable,
  fieldIs,
  shelfOver,
} from '../../src/detect/first-seen/first-seen.fixture.ts'
import { scanHistory } from '../../src/detect/first-seen/scan-history.ts'

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
