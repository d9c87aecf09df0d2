import { cp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { logger, manualClock, type LogFields } from '#base'
import { eventAt, fieldIs, found, foundIds, startMs } from '../conformance/support.fixture.ts'
import type { Store } from '../store.ts'
import { openEmbeddedStore, type EmbeddedStoreOptions } from './open-embedded-store.ts'
import { withDirectory } from './temporary-directory.fixture.ts'

const clock = manualClock(startMs)

function reopen(directory: string, changes: Partial<EmbeddedStoreOptions> = {}): Promise<Store> {
  return openEmbeddedStore({ directory, clock, ...changes })
}

/** A directory whose log has `frames` frames of three events each: `0-0`, `0-1`, `0-2`, `1-0`, … */
async function fill(directory: string, frames: number): Promise<string> {
  const store = await reopen(directory)
  for (let frame = 0; frame < frames; frame++) {
    await store.events.append(
      [0, 1, 2].map((n) => eventAt(`${frame}-${n}`, frame, { text: 'é'.repeat(frame * 7) })),
    )
  }
  await store.close()
  return onlyLog(directory)
}

async function onlyLog(directory: string): Promise<string> {
  const [name = ''] = (await readdir(join(directory, 'events'))).filter((each) =>
    each.endsWith('.log'),
  )
  return join(directory, 'events', name)
}

function idsOfFrames(frames: readonly number[]): readonly string[] {
  return frames.flatMap((frame) => [0, 1, 2].map((n) => `${frame}-${n}`))
}

/** Where each frame ends in a log. */
async function frameEnds(path: string): Promise<readonly number[]> {
  const bytes = await readFile(path)
  const ends: number[] = []
  for (let at = 0; at < bytes.length; ends.push(at)) at += 20 + bytes.readUInt32LE(at + 4)
  return ends
}

test('what was written is there after closing and opening again', () =>
  withDirectory(async (directory) => {
    await fill(directory, 4)
    const store = await reopen(directory)
    expect(await foundIds(store)).toEqual(idsOfFrames([0, 1, 2, 3]))
    await store.events.append([eventAt('next', 0)])
    expect((await found(store)).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 13 }, (_, n) => n + 1),
    )
    await store.close()
  }))

test('a log cut anywhere gives every whole frame before the cut, and takes new events', () =>
  withDirectory(async (directory) => {
    const source = join(directory, 'source')
    const ends = await frameEnds(await fill(source, 8))
    const size = ends.at(-1) ?? 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: size }), async (cut) => {
        const copy = join(directory, `cut-${cut}`)
        await cp(source, copy, { recursive: true })
        await truncate(await onlyLog(copy), cut)
        const whole = ends.filter((end) => end <= cut).map((_, frame) => frame)
        const store = await reopen(copy)
        expect(await foundIds(store)).toEqual(idsOfFrames(whole))
        await store.events.append([eventAt('next', 0)])
        await store.close()
        const again = await reopen(copy)
        expect(await foundIds(again)).toEqual([...idsOfFrames(whole), 'next'])
        expect((await again.events.facts()).damagedBytes).toBe(0)
        await again.close()
        expect(await readdir(join(copy, 'set-aside'))).toEqual([])
      }),
      { numRuns: 12 },
    )
  }))

test('a spoilt byte costs the events of its frame alone, which is named, kept aside and counted', () =>
  withDirectory(async (directory) => {
    const source = join(directory, 'source')
    const ends = await frameEnds(await fill(source, 8))
    const size = ends.at(-1) ?? 0
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: size - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const copy = join(directory, `spoilt-${at}-${flip}`)
          await cp(source, copy, { recursive: true })
          const path = await onlyLog(copy)
          const bytes = await readFile(path)
          bytes[at] = (bytes[at] ?? 0) ^ flip
          await writeFile(path, bytes)
          const spoilt = ends.findIndex((end) => at < end)
          const rest = [0, 1, 2, 3, 4, 5, 6, 7].filter((frame) => frame !== spoilt)

          const warnings: LogFields[] = []
          const log = logger((_level, _message, fields) => warnings.push(fields), 'warn')
          const store = await reopen(copy, { log })
          const frameBytes = (ends[spoilt] ?? 0) - (ends[spoilt - 1] ?? 0)
          expect(await foundIds(store)).toEqual(idsOfFrames(rest))
          expect((await store.events.facts()).damagedBytes).toBe(frameBytes)
          expect(warnings).toMatchObject([{ path, bytes: frameBytes }])
          const [aside = ''] = await readdir(join(copy, 'set-aside'))
          expect((await stat(join(copy, 'set-aside', aside))).size).toBe(frameBytes)
          await store.events.append([eventAt('next', 0)])
          const sequences = (await found(store)).map(({ sequence }) => sequence)
          expect(Math.max(...sequences.slice(0, -1))).toBeLessThan(sequences.at(-1) ?? 0)
          expect(sequences.at(-1)).toBeGreaterThan(24)
          await store.close()

          const again = await reopen(copy, { log })
          expect(await foundIds(again)).toEqual([...idsOfFrames(rest), 'next'])
          await again.close()
          expect(warnings).toHaveLength(1)
        },
      ),
      { numRuns: 12 },
    )
  }))

test('zeros that a power loss left behind the last write are cut off', () =>
  withDirectory(async (directory) => {
    const path = await fill(directory, 2)
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(5_000)]))
    const store = await reopen(directory)
    expect(await foundIds(store)).toEqual(idsOfFrames([0, 1]))
    expect((await store.events.facts()).damagedBytes).toBe(0)
    await store.close()
  }))

test('a log whose segment was written already is not served twice', () =>
  withDirectory(async (directory) => {
    const log = await fill(directory, 3)
    const saved = await readFile(log)
    const store = await reopen(directory, { segmentEvents: 1 })
    await store.events.append([eventAt('last', 0)])
    await store.events.retain({})
    await store.close()
    await writeFile(log, saved)
    const again = await reopen(directory)
    expect(await foundIds(again)).toEqual([...idsOfFrames([0, 1, 2]), 'last'])
    expect(await readdir(join(directory, 'events'))).not.toContain('0000000000000001.log')
    await again.close()
  }))

test('a half-written segment is forgotten, and its log serves', () =>
  withDirectory(async (directory) => {
    await fill(directory, 3)
    const partial = join(directory, 'events', '0000000000000001.segment.partial')
    await writeFile(partial, 'half')
    const store = await reopen(directory)
    expect(await foundIds(store)).toEqual(idsOfFrames([0, 1, 2]))
    await store.close()
    expect(await readdir(join(directory, 'events'))).toEqual(['0000000000000001.log'])
  }))

test('a spoilt segment costs its own block, a cut one is set aside, and the rest is served', () =>
  withDirectory(async (directory) => {
    const store = await reopen(directory, { segmentEvents: 2 })
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await store.events.append([eventAt(id, 0)])
    await store.events.retain({})
    await store.close()
    const segments = (await readdir(join(directory, 'events'))).filter((name) =>
      name.endsWith('.segment'),
    )
    expect(segments).toHaveLength(3)
    const first = join(directory, 'events', segments[0] ?? '')
    const second = join(directory, 'events', segments[1] ?? '')
    const bytes = await readFile(first)
    bytes[20] = (bytes[20] ?? 0) ^ 1
    await writeFile(first, bytes)
    await truncate(second, (await stat(second)).size - 3)

    const again = await reopen(directory)
    expect(await foundIds(again)).toEqual(['e', 'f'])
    expect(await readdir(join(directory, 'set-aside'))).toEqual([segments[1]])
    expect((await again.events.facts()).damagedBytes).toBeGreaterThan(0)
    await again.close()
  }))

test('any one spoilt byte of a segment loses nothing silently', () =>
  withDirectory(async (directory) => {
    const source = join(directory, 'source')
    const store = await reopen(source, { segmentEvents: 1 })
    const ids = Array.from({ length: 30 }, (_, n) => `e${n}`)
    await store.events.append(
      ids.map((id, n) => eventAt(id, n, { process: { name: `p${n}`, pid: n }, same: 'same' })),
    )
    await store.events.retain({})
    await store.close()
    const [name = ''] = (await readdir(join(source, 'events'))).filter((each) =>
      each.endsWith('.segment'),
    )
    const whole = await readFile(join(source, 'events', name))
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const copy = join(directory, `spoilt-${at}-${flip}`)
          await cp(source, copy, { recursive: true })
          const bytes = Buffer.from(whole)
          bytes[at] = (bytes[at] ?? 0) ^ flip
          await writeFile(join(copy, 'events', name), bytes)
          const again = await reopen(copy)
          const served: string[] = []
          for (const [n, id] of ids.entries()) {
            const filter = fieldIs('process.name', `p${n}`)
            const found = await foundIds(again, { filter })
            const got = await again.events.get('logs-a-default', id)
            expect(found).toEqual(got === undefined ? [] : [id])
            served.push(...found)
          }
          const { damagedBytes } = await again.events.facts()
          expect(served.length === ids.length).toBe(damagedBytes === 0)
          await again.close()
        },
      ),
      { numRuns: 25 },
    )
  }))
