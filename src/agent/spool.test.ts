import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { manualClock } from '#base'
import { openSpool, type Spool } from './spool.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-spool-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const clock = manualClock(0)
const mebibyte = 1024 * 1024
const open = (maxBytes = 64 * mebibyte) => openSpool({ directory, maxBytes, clock })
const event = (id: string, text = '') => ({ index: 'logs-x-default', id, source: { text } })

async function drained(spool: Spool): Promise<readonly string[]> {
  const ids: string[] = []
  for (let batch = await spool.next(); batch !== undefined; batch = await spool.next()) {
    const lines = batch.bytes.toString('utf8').split('\n')
    for (const [, id = ''] of lines.join('\n').matchAll(/"_id":"([^"]*)"/g)) ids.push(id)
    await batch.done()
  }
  return ids
}

test('events come out once, in their order, however they went in and however often it was opened', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { maxLength: 20 }), {
        maxLength: 10,
      }),
      fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      async (batches, reopens) => {
        await rm(directory, { recursive: true, force: true })
        let spool = await open()
        for (const [at, batch] of batches.entries()) {
          await spool.append(batch.map((id) => event(id)))
          if (!reopens[at]) continue
          await spool.close()
          spool = await open()
        }
        expect(spool.counts().events).toBe(batches.flat().length)
        expect(await drained(spool)).toEqual(batches.flat())
        expect(spool.counts()).toMatchObject({ events: 0, bytes: 0, dropped: 0, damaged: 0 })
        await spool.close()
      },
    ),
    { numRuns: 10 },
  )
})

test('what was not acknowledged comes again, also after a restart, and what was does not', async () => {
  const spool = await open()
  await spool.append([event('a')])
  await (await spool.next())?.done()
  await spool.append([event('b')])
  const first = await spool.next()
  expect((await spool.next())?.bytes).toEqual(first?.bytes)
  await spool.close()
  const again = await open()
  expect(await drained(again)).toEqual(['b'])
  await again.close()
})

test.each([
  ['an event without its end', '{"create":{"_index":"i","_id":"torn"}}\n{"text":"ha'],
  ['an action alone', '{"create":{"_index":"i","_id":"torn"}}\n'],
  ['the zeros of a power failure', '\u0000'.repeat(5_000)],
])('%s at the end of a spool is taken away and counted', async (_, torn) => {
  const spool = await open()
  await spool.append([event('whole')])
  await spool.close()
  await appendFile(join(directory, '0000000001.ndjson'), torn)
  const again = await open()
  expect(again.counts()).toMatchObject({ events: 1, damaged: 1 })
  await again.append([event('next')])
  expect(await drained(again)).toEqual(['whole', 'next'])
  await again.close()
})

test('a damaged position has everything sent again, for the server knows what it has', async () => {
  const spool = await open()
  await spool.append([event('a'), event('b')])
  await (await spool.next())?.done()
  await spool.close()
  await writeFile(join(directory, 'position.json'), '{"segm')
  const again = await open()
  expect(await drained(again)).toEqual(['a', 'b'])
  await again.close()
})

test('when it is full the oldest events go, and it says how many', async () => {
  const spool = await open(mebibyte)
  const text = 'x'.repeat(10_000)
  for (let i = 0; i < 300; i++) await spool.append([event(`e${i}`, text)])
  const { events, bytes, dropped } = spool.counts()
  expect(events + dropped).toBe(300)
  expect(bytes).toBeLessThanOrEqual(mebibyte)
  // Eighths go at a time: most of the room is used.
  expect(bytes).toBeGreaterThan(mebibyte * 0.7)
  const left = await drained(spool)
  expect(left).toEqual(Array.from({ length: events }, (_, i) => `e${300 - events + i}`))
  await spool.close()
})

test('what is on its way is not dropped beneath it', async () => {
  const spool = await open(mebibyte)
  const text = 'x'.repeat(10_000)
  await spool.append([event('first', text)])
  const batch = await spool.next()
  for (let i = 0; i < 300; i++) await spool.append([event(`e${i}`, text)])
  await batch?.done()
  const { events, dropped } = spool.counts()
  expect(events + dropped).toBe(300)
  await spool.close()
})

test('a spool of many files leaves none behind once they are sent', async () => {
  const spool = await open()
  const text = 'x'.repeat(100_000)
  for (let i = 0; i < 120; i++) await spool.append([event(`e${i}`, text)])
  expect((await readdir(directory)).length).toBeGreaterThan(2)
  expect(await drained(spool)).toHaveLength(120)
  expect((await readdir(directory)).filter((name) => name.endsWith('.ndjson'))).toHaveLength(1)
  await spool.close()
})

test('a folder that takes no files is a fault that names it', async () => {
  const spool = await open()
  await rm(directory, { recursive: true })
  await expect(spool.append([event('a')])).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining(directory),
  })
})

test('how long the oldest has waited is told', async () => {
  const spool = await open()
  expect(spool.counts().oldestMs).toBeUndefined()
  await spool.append([event('a')])
  const atMs = clock.nowMs()
  await clock.advanceTo(atMs + 5_000)
  await spool.append([event('b')])
  expect(spool.counts().oldestMs).toBe(atMs)
  await drained(spool)
  expect(spool.counts().oldestMs).toBeUndefined()
  await spool.close()
})
