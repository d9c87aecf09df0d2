import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { openStore } from '#store'
import { caseBook } from './case-book.ts'
import { evidenceShelf, type Evidence } from './evidence-shelf.ts'

const open = async () => {
  const { documents } = await openStore({ kind: 'memory', clock: manualClock(0) })
  let ids = 0
  return { documents, book: caseBook(documents, () => `id-${ids++}`) }
}

test('a note is changed and deleted by its writer alone, and deleting can be taken back', async () => {
  const { book } = await open()
  const { id } = await book.notes.add('alert', { text: 'one', by: 'ann', atMs: 1 })
  await expect(book.notes.edit(id, { text: 'x', by: 'bob', atMs: 2 })).rejects.toMatchObject({
    kind: 'forbidden',
  })
  await book.notes.edit(id, { text: 'two', by: 'ann', atMs: 3 })
  expect(await book.notes.of('alert')).toMatchObject([{ text: 'two', atMs: 1, editedMs: 3 }])
  await book.notes.setDeleted(id, true, 'ann')
  expect(await book.notes.of('alert')).toEqual([])
  await book.notes.setDeleted(id, false, 'ann')
  expect(await book.notes.of('alert')).toHaveLength(1)
  await expect(book.notes.setDeleted('none', true, 'ann')).rejects.toMatchObject({
    kind: 'not-found',
  })
})

test('what was done is told of each alert, newest first', async () => {
  const { book } = await open()
  const done = (alertId: string, atMs: number) =>
    ({ alertId, atMs, who: 'ann', kind: 'status', what: 'closed it' }) as const
  await book.activity.record([done('a', 1), done('b', 2), done('a', 3)])
  expect((await book.activity.of('a')).map(({ atMs }) => atMs)).toEqual([3, 1])
})

test('a step is ticked once, and may be cleared', async () => {
  const { book } = await open()
  await book.ticks.set('a', { step: 's', state: 'done', by: 'ann', atMs: 1 })
  await book.ticks.set('a', { step: 's', state: 'suspicious', by: 'bob', atMs: 2 })
  expect(await book.ticks.of('a')).toMatchObject([{ state: 'suspicious', by: 'bob' }])
  await book.ticks.clear('a', 's')
  expect(await book.ticks.of('a')).toEqual([])
})

test('evidence is never replaced, and only so much of it is kept', async () => {
  const { documents } = await open()
  const shelf = evidenceShelf(documents, 2)
  const evidence = (id: string, atMs: number): Evidence => ({
    alert_id: id,
    container_id: 'c',
    how: 'named',
    confidence: 'certain',
    at_ms: atMs,
    facts: {},
    parts: [],
  })
  expect(await shelf.put(evidence('a', 1))).toBe(true)
  expect(await shelf.put(evidence('a', 9))).toBe(false)
  await shelf.put(evidence('b', 2))
  await shelf.put(evidence('c', 3))
  expect(await shelf.of('a')).toBeUndefined()
  expect(await shelf.of('b')).toMatchObject({ at_ms: 2 })
})
