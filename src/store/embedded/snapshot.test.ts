import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manualClock, type JsonObject } from '#base'
import { eventAt, foundIds, startMs } from '../conformance/support.fixture.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'
import { checkSnapshot, restoreSnapshot, takeSnapshot } from './snapshot.ts'
import { withDirectory } from './temporary-directory.fixture.ts'

const clock = manualClock(startMs)
const notes = { name: 'notes', keys: {} }

interface Places {
  readonly directory: string
  readonly target: string
  readonly restored: string
}

async function withPlaces(work: (places: Places) => Promise<void>): Promise<void> {
  await withDirectory((parent) =>
    work({
      directory: join(parent, 'data'),
      target: join(parent, 'snapshot'),
      restored: join(parent, 'restored'),
    }),
  )
}

const take = ({ directory, target }: Places, also: readonly string[] = []) =>
  takeSnapshot({ directory, target, also, nowMs: startMs })

async function contentsOf(directory: string): Promise<{
  readonly ids: readonly string[]
  readonly documents: readonly JsonObject[]
}> {
  const store = await openEmbeddedStore({ directory, clock })
  const { items } = await store.documents.collection<JsonObject>(notes).find({ limit: 10_000 })
  const contents = { ids: await foundIds(store), documents: items.map(({ body }) => body) }
  await store.close()
  return contents
}

test('a snapshot of a store at work has all that was acknowledged before, nothing twice and no hole', () =>
  withPlaces(async (places) => {
    const { directory, target, restored } = places
    // Logs become segments all the time.
    const store = await openEmbeddedStore({ directory, clock, segmentEvents: 16 })
    const written = store.documents.collection<JsonObject>(notes)
    let last = 0
    const stopped = new AbortController()
    const work = (async () => {
      while (!stopped.signal.aborted && last < 1_000) {
        const [first, second] = [last + 1, last + 2]
        await store.events.append([eventAt(idOf(first), first), eventAt(idOf(second), second)])
        await written.create([{ id: `n${first}`, body: { about: idOf(first) } }])
        last = second
      }
    })()
    for (let round = 0; round < 4; round++) {
      const acknowledged = last
      await take(places)
      await restoreSnapshot(target, restored)
      const { ids, documents } = await contentsOf(restored)
      const expected = Array.from({ length: Math.max(acknowledged, ids.length) }, (_, n) =>
        idOf(n + 1),
      )
      expect(ids).toEqual(expected)
      expect(documents.length).toBeGreaterThanOrEqual(acknowledged / 2)
      expect(documents.filter(({ about }) => !ids.includes(String(about)))).toEqual([])
      await rm(target, { recursive: true })
      await rm(restored, { recursive: true })
    }
    stopped.abort()
    await work
    await store.close()
    expect(last).toBeGreaterThan(16)
  }))

function idOf(number: number): string {
  return `e${String(number).padStart(6, '0')}`
}

test('files beside the store come along where they are there', () =>
  withPlaces(async (places) => {
    await (await openEmbeddedStore({ directory: places.directory, clock })).close()
    await writeFile(join(places.directory, 'token'), 'secret')
    await take(places, ['token', 'tls/ca.pem'])
    await restoreSnapshot(places.target, places.restored)
    expect(await readdir(places.restored)).toEqual(expect.arrayContaining(['token', 'format']))
  }))

test('a changed, cut or missing file is named, and nothing is restored', () =>
  withPlaces(async (places) => {
    const { directory, target, restored } = places
    const store = await openEmbeddedStore({ directory, clock })
    await store.events.append([eventAt('a', 0)])
    await store.close()
    await take(places)
    expect((await checkSnapshot(target)).files.length).toBeGreaterThan(2)
    const damaged = join(target, 'documents.db')
    await appendFile(damaged, 'x')
    const told = {
      code: 'snapshot.damaged',
      message: expect.stringContaining(`${damaged} is not as it was written`),
    }
    await expect(checkSnapshot(target)).rejects.toMatchObject(told)
    await expect(restoreSnapshot(target, restored)).rejects.toMatchObject(told)
    expect(await readdir(restored)).toEqual([])
    await rm(damaged)
    await expect(restoreSnapshot(target, restored)).rejects.toMatchObject({
      message: expect.stringContaining(`${damaged} is missing`),
    })
  }))

test('nothing that is there is written over', () =>
  withPlaces(async (places) => {
    await (await openEmbeddedStore({ directory: places.directory, clock })).close()
    await mkdir(places.target)
    await writeFile(join(places.target, 'mine'), '')
    await expect(take(places)).rejects.toMatchObject({ code: 'snapshot.not-empty' })
    await rm(join(places.target, 'mine'))
    await take(places)
    await expect(restoreSnapshot(places.target, places.directory)).rejects.toMatchObject({
      code: 'snapshot.not-empty',
    })
  }))

test('what is no data directory, and what is no finished snapshot, is said to be none', () =>
  withPlaces(async (places) => {
    await mkdir(places.directory)
    await expect(take(places)).rejects.toMatchObject({ code: 'snapshot.no-store' })
    await expect(restoreSnapshot(places.directory, places.restored)).rejects.toMatchObject({
      code: 'snapshot.none',
    })
  }))

test('a manifest that points out of its directory is refused', () =>
  withPlaces(async ({ target, restored }) => {
    await mkdir(target)
    const files = [{ path: '../token', bytes: 1, sha256: '' }]
    const manifest = { format: 'vedette-snapshot', version: 1, made_at: '', files }
    await writeFile(join(target, 'snapshot.json'), JSON.stringify(manifest))
    await expect(restoreSnapshot(target, restored)).rejects.toMatchObject({
      code: 'snapshot.unknown-format',
    })
  }))
