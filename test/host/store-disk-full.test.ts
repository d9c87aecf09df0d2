import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Fault, messageOf, systemClock } from '#base'
import { ecsCatalogue } from '#event'
import { openStore, type NewEvent, type Store } from '#store'

const run = promisify(execFile)

test('a full disk refuses events, keeps serving, and takes events again once there is room', async (context) => {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-small-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory])
  } catch (thrown) {
    await rm(directory, { recursive: true })
    context.skip(`a small file system cannot be mounted here: ${messageOf(thrown)}`)
    return
  }
  try {
    expect(await fillAndFree(directory)).toEqual({
      refusedWith: ['store.disk-full', 'store.disk-full'],
      served: 'all that was kept',
      servedOnceThereWasRoom: 'all that was kept',
      servedAfterOpeningAgain: 'all that was kept',
      damagedBytes: 0,
    })
  } finally {
    await run('umount', ['-l', directory])
    await rm(directory, { recursive: true })
  }
})

async function fillAndFree(disk: string): Promise<object> {
  const filler = join(disk, 'filler')
  await writeFile(filler, Buffer.alloc(1024 * 1024))
  const directory = join(disk, 'data')
  const store = await openStore({ kind: 'embedded', directory, clock: systemClock })
  const kept: string[] = []
  const append = async (batch: number): Promise<string | undefined> => {
    const events = batchOf(batch)
    try {
      await store.events.append(events)
    } catch (thrown) {
      return thrown instanceof Fault && thrown.kind === 'unavailable' ? thrown.code : 'unexpected'
    }
    kept.push(...events.map(({ id = '' }) => id))
    return undefined
  }

  const refusedWith: (string | undefined)[] = []
  for (let batch = 0; refusedWith.length < 2 && batch < 1_000; batch++) {
    const code = await append(batch)
    if (code !== undefined) refusedWith.push(code)
  }
  const served = await servedOf(store, kept)
  await rm(filler)
  await append(9_999)
  const servedOnceThereWasRoom = await servedOf(store, kept)
  await store.close()

  const again = await openStore({ kind: 'embedded', directory, clock: systemClock })
  const servedAfterOpeningAgain = await servedOf(again, kept)
  const { damagedBytes } = await again.events.facts()
  await again.close()
  return { refusedWith, served, servedOnceThereWasRoom, servedAfterOpeningAgain, damagedBytes }
}

async function servedOf(store: Store, kept: readonly string[]): Promise<string> {
  const ids = await idsIn(store)
  const same = ids.length === kept.length && ids.every((id, at) => id === kept[at])
  return same ? 'all that was kept' : `${ids.length} events instead of ${kept.length}`
}

function batchOf(batch: number): readonly NewEvent[] {
  return Array.from({ length: 20 }, (_, n) => ({
    index: 'logs-a-default',
    id: `${batch}-${n}`,
    source: { '@timestamp': '2026-01-01T00:00:00Z', text: `${batch} `.repeat(500) },
  }))
}

async function idsIn(store: Store): Promise<readonly string[]> {
  const ids: string[] = []
  const pages = store.events.search({
    indices: ['*'],
    filter: { kind: 'all' },
    context: { fields: ecsCatalogue(), nowMs: 0 },
    order: 'sequence',
  })
  for await (const page of pages) ids.push(...page.map(({ id }) => id))
  return ids
}
