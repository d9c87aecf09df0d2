import { spawn } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { eventAt, foundIds, startMs } from '../conformance/support.fixture.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'
import { withDirectory } from './temporary-directory.fixture.ts'

const clock = manualClock(startMs)

test('only its owner may look into the directory', () =>
  withDirectory(async (parent) => {
    const directory = join(parent, 'new', 'data')
    const store = await openEmbeddedStore({ directory, clock, segmentEvents: 1 })
    await store.events.append([eventAt('a', 0)])
    await store.events.retain({})
    store.documents.collection({ name: 'notes', keys: {} })
    const names = await readdir(directory, { recursive: true })
    const modes = await Promise.all(
      ['', ...names].map(async (name) => {
        const { mode } = await stat(join(directory, name))
        return [name, (mode & 0o777).toString(8), (mode & 0o077) === 0] as const
      }),
    )
    expect(modes.filter(([, , isPrivate]) => !isPrivate)).toEqual([])
    await store.close()
  }))

test('a second holder is told who the first is, and may have it once the first is done', () =>
  withDirectory(async (directory) => {
    const first = await openEmbeddedStore({ directory, clock })
    await expect(openEmbeddedStore({ directory, clock })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'store.locked',
      message: expect.stringContaining(`process ${process.pid} holds it`),
    })
    await first.close()
    const second = await openEmbeddedStore({ directory, clock })
    await second.close()
  }))

test('a holder that was killed holds nothing', () =>
  withDirectory(async (directory) => {
    const script = `
      const [directory, module] = process.argv.slice(1)
      const { openEmbeddedStore } = await import(module)
      await openEmbeddedStore({ directory, clock: { nowMs: () => 0, sleep: async () => {} } })
      process.stdout.write('held')
      setInterval(() => {}, 1000)`
    const module = new URL('open-embedded-store.ts', import.meta.url).href
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, directory, module],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const closed = new Promise((resolve) => child.once('close', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await expect(openEmbeddedStore({ directory, clock })).rejects.toMatchObject({
      code: 'store.locked',
      message: expect.stringContaining(`process ${child.pid} holds it`),
    })
    child.kill('SIGKILL')
    await closed
    const store = await openEmbeddedStore({ directory, clock })
    await store.close()
  }))

test('a directory of a later version is refused and left as it is', () =>
  withDirectory(async (directory) => {
    const format = '{"format":"vedette-data","version":7}\n'
    await writeFile(join(directory, 'format'), format)
    await expect(openEmbeddedStore({ directory, clock })).rejects.toMatchObject({
      code: 'store.unknown-format',
      message: expect.stringContaining('version 7'),
    })
    expect(await readFile(join(directory, 'format'), 'utf8')).toBe(format)
    await writeFile(join(directory, 'format'), 'something else')
    await expect(openEmbeddedStore({ directory, clock })).rejects.toMatchObject({
      code: 'store.unknown-format',
    })
  }))

test('a path that cannot be a directory is refused with the reason', () =>
  withDirectory(async (directory) => {
    const file = join(directory, 'file')
    await writeFile(file, '')
    await expect(openEmbeddedStore({ directory: file, clock })).rejects.toMatchObject({
      code: 'store.no-directory',
    })
  }))

test('a directory of other things that others may read is refused and left as it is', () =>
  withDirectory(async (parent) => {
    const directory = join(parent, 'shared')
    await mkdir(directory, { mode: 0o755 })
    await writeFile(join(directory, 'letter'), '')
    await expect(openEmbeddedStore({ directory, clock })).rejects.toMatchObject({
      code: 'store.not-empty',
    })
    expect((await stat(directory)).mode & 0o777).toBe(0o755)
    expect(await readdir(directory)).toEqual(['letter'])
    await chmod(directory, 0o700)
    const store = await openEmbeddedStore({ directory, clock })
    await store.close()
  }))

test('a closed store says so', () =>
  withDirectory(async (directory) => {
    const store = await openEmbeddedStore({ directory, clock })
    await store.close()
    await expect(store.events.append([eventAt('a', 0)])).rejects.toMatchObject({
      code: 'store.closed',
    })
    await expect(foundIds(store)).rejects.toMatchObject({ code: 'store.closed' })
  }))

test('a new key is filled from the documents that were there before', () =>
  withDirectory(async (directory) => {
    interface Note {
      readonly [key: string]: string
    }
    const before = await openEmbeddedStore({ directory, clock })
    const old = before.documents.collection<Note>({
      name: 'notes',
      keys: { title: ({ title }) => title },
    })
    await old.create(
      Array.from({ length: 1_203 }, (_, n) => ({
        id: `n${n}`,
        body: { title: `${n}`, color: n % 3 === 0 ? 'red' : 'blue' },
      })),
    )
    await before.close()

    const after = await openEmbeddedStore({ directory, clock })
    const notes = after.documents.collection<Note>({
      name: 'notes',
      keys: { color: ({ color }) => color },
    })
    expect(await notes.count([{ key: 'color', in: ['red'] }])).toBe(401)
    expect((await notes.get('n7'))?.body).toEqual({ title: '7', color: 'blue' })
    await notes.put('n7', { title: '7', color: 'red' })
    expect(await notes.count([{ key: 'color', in: ['red'] }])).toBe(402)
    await after.close()
  }))

test('retention given at the start is applied to what was there', () =>
  withDirectory(async (directory) => {
    const before = await openEmbeddedStore({ directory, clock, segmentEvents: 10 })
    for (let batch = 0; batch < 5; batch++) {
      await before.events.append(
        Array.from({ length: 10 }, (_, n) => eventAt(`${batch}-${n}`, batch)),
      )
    }
    await before.events.retain({})
    await before.close()
    const later = manualClock(startMs + 60_000)
    const after = await openEmbeddedStore({
      directory,
      clock: later,
      retention: { maxAgeMs: 30_000 },
    })
    expect(await after.events.retain({})).toBe(0)
    expect(await foundIds(after)).toEqual([])
    await after.close()
  }))

test('on a quiet host old events go in time, though their log never fills', () =>
  withDirectory(async (directory) => {
    const day = 86_400_000
    const calendar = manualClock(startMs)
    const store = await openEmbeddedStore({ directory, clock: calendar })
    for (let today = 0; today <= 40; today++) {
      await calendar.advanceTo(startMs + today * day)
      await store.events.append([eventAt(`day-${today}`, 0)])
      await store.events.retain({ maxAgeMs: 20 * day })
    }
    const left = await foundIds(store)
    expect(left).toEqual(expect.arrayContaining(['day-20', 'day-40']))
    expect(left.length).toBeGreaterThanOrEqual(21)
    expect(left.length).toBeLessThanOrEqual(24)
    await store.close()
  }))
