import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { manualClock, type JsonObject } from '#base'
import type { Collection, CollectionSpec, FindRequest, KeyCondition } from '../document-store.ts'
import { memoryStore } from '../memory/index.ts'
import { startMs, withStore, type OpenStore } from './support.fixture.ts'

interface Note extends JsonObject {
  readonly title: string
  readonly rank?: number | string
}

function noteSpec(): CollectionSpec<Note> {
  return { name: 'notes', keys: { title: ({ title }) => title, rank: ({ rank }) => rank } }
}

async function idsOf(notes: Collection<Note>, request?: FindRequest): Promise<readonly string[]> {
  return (await notes.find(request)).items.map(({ id }) => id)
}

async function allPages(
  notes: Collection<Note>,
  request: FindRequest,
): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = []
  for (let after: string | undefined; ;) {
    const page = await notes.find(after === undefined ? request : { ...request, after })
    pages.push(page.items.map(({ id }) => id))
    if (page.next === undefined) return pages
    after = page.next
  }
}

function where(...conditions: readonly KeyCondition[]): FindRequest {
  return { where: conditions }
}

/** What the contract of documents promises. */
export function describeDocuments(open: OpenStore, runs: number): void {
  describe('documents', () => {
    test('create makes what is not there yet and leaves what is', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        expect(await notes.create([{ id: 'a', body: { title: 'one' } }])).toEqual([true])
        expect(
          await notes.create([
            { id: 'a', body: { title: 'other' } },
            { id: 'b', body: { title: 'two' } },
            { id: 'b', body: { title: 'twice' } },
          ]),
        ).toEqual([false, true, false])
        expect(await notes.get('a')).toEqual({ id: 'a', version: 1, body: { title: 'one' } })
        expect(await notes.get('b')).toEqual({ id: 'b', version: 1, body: { title: 'two' } })
        expect(await notes.get('c')).toBeUndefined()
        expect(await notes.existing(['a', 'b', 'c'])).toEqual(new Set(['a', 'b']))
      }))

    test('a write over a version that is not there is a conflict', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        expect(await notes.put('a', { title: 'one' }, { ifVersion: 0 })).toEqual({
          id: 'a',
          version: 1,
          body: { title: 'one' },
        })
        await expect(notes.put('a', { title: 'x' }, { ifVersion: 0 })).rejects.toMatchObject({
          kind: 'conflict',
        })
        await expect(notes.put('a', { title: 'x' }, { ifVersion: 2 })).rejects.toMatchObject({
          kind: 'conflict',
        })
        expect((await notes.put('a', { title: 'two' }, { ifVersion: 1 })).version).toBe(2)
        expect((await notes.put('a', { title: 'three' })).version).toBe(3)
        expect((await notes.get('a'))?.body.title).toBe('three')
      }))

    test('of many writers that expect the same version, one wins', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        const outcomes = await Promise.allSettled(
          [1, 2, 3, 4].map((n) => notes.put('a', { title: `${n}` }, { ifVersion: 0 })),
        )
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      }))

    test('updates from many sides are all in', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        await notes.put('a', { title: '', rank: 0 })
        await Promise.all(
          Array.from({ length: 25 }, () =>
            notes.update('a', (body) => ({ ...body, rank: Number(body.rank) + 1 })),
          ),
        )
        expect(await notes.get('a')).toMatchObject({ version: 26, body: { rank: 25 } })
        expect(await notes.update('b', (body) => body)).toBeUndefined()
      }))

    test('a change that throws leaves the document, and its neighbours are written', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        await notes.put('a', { title: 'kept' })
        const [bad, good] = await Promise.allSettled([
          notes.update('a', () => {
            throw new Error('no')
          }),
          notes.put('b', { title: 'written' }),
        ])
        expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled'])
        expect((await notes.get('a'))?.body.title).toBe('kept')
        expect((await notes.get('b'))?.body.title).toBe('written')
      }))

    test('what is deleted is gone', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        await notes.put('a', { title: 'one' })
        expect(await notes.delete('a')).toBe(true)
        expect(await notes.delete('a')).toBe(false)
        expect(await notes.get('a')).toBeUndefined()
        expect(await idsOf(notes, { sort: { key: 'title', direction: 'asc' } })).toEqual([])
      }))

    test('conditions are ANDed, and bounds meet values of their own type', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        await notes.create([
          { id: 'a', body: { title: 'x', rank: 1 } },
          { id: 'b', body: { title: 'x', rank: 5 } },
          { id: 'c', body: { title: 'y', rank: 5 } },
          { id: 'd', body: { title: 'y', rank: '5' } },
          { id: 'e', body: { title: 'y' } },
        ])
        expect(await idsOf(notes, where({ key: 'rank', in: [5] }))).toEqual(['b', 'c'])
        expect(await idsOf(notes, where({ key: 'rank', in: ['5', 1] }))).toEqual(['a', 'd'])
        expect(await idsOf(notes, where({ key: 'rank', in: [] }))).toEqual([])
        expect(await idsOf(notes, where({ key: 'rank', from: 2 }))).toEqual(['b', 'c'])
        expect(await idsOf(notes, where({ key: 'rank', from: 1, to: 4 }))).toEqual(['a'])
        expect(await idsOf(notes, where({ key: 'rank', to: '9' }))).toEqual(['d'])
        expect(await idsOf(notes, where({ key: 'rank' }))).toEqual(['a', 'b', 'c', 'd'])
        expect(
          await idsOf(notes, where({ key: 'rank', in: [5] }, { key: 'title', in: ['y'] })),
        ).toEqual(['c'])
        expect(await notes.count([{ key: 'title', in: ['y'] }])).toBe(3)
        expect(await notes.count()).toBe(5)
      }))

    test('sorting leaves out what lacks the key, and ties go by id', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        await notes.create([
          { id: 'c', body: { title: '', rank: 2 } },
          { id: 'a', body: { title: '', rank: 2 } },
          { id: 'b', body: { title: '', rank: 'text after numbers' } },
          { id: 'd', body: { title: '', rank: -1 } },
          { id: 'e', body: { title: 'no rank' } },
        ])
        expect(await idsOf(notes, { sort: { key: 'rank', direction: 'asc' } })).toEqual([
          'd',
          'a',
          'c',
          'b',
        ])
        expect(await idsOf(notes, { sort: { key: 'rank', direction: 'desc' } })).toEqual([
          'b',
          'c',
          'a',
          'd',
        ])
      }))

    test('pages stay in step while documents come and go', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        await notes.create(
          ['a', 'b', 'c', 'd', 'e'].map((id, rank) => ({ id, body: { title: id, rank } })),
        )
        const request: FindRequest = { sort: { key: 'rank', direction: 'asc' }, limit: 2 }
        const first = await notes.find(request)
        await notes.delete('a')
        await notes.put('before', { title: '', rank: -5 })
        const second = await notes.find({ ...request, after: first.next ?? '' })
        expect(second.items.map(({ id }) => id)).toEqual(['c', 'd'])
        expect(await allPages(notes, { limit: 2 })).toEqual([['b', 'before'], ['c', 'd'], ['e']])
      }))

    test('one name has one spec, and the same spec gives the same collection', () =>
      withStore(open, async ({ documents }) => {
        const spec = noteSpec()
        expect(documents.collection(spec)).toBe(documents.collection(spec))
        expect(() => documents.collection(noteSpec())).toThrow(/another spec/)
        expect(() => documents.collection({ name: 'Bad Name', keys: {} })).toThrow(/bad name/)
      }))

    test('what cannot be asked is refused with a reason', () =>
      withStore(open, async ({ documents }) => {
        const notes = documents.collection(noteSpec())
        const asked: readonly FindRequest[] = [
          { where: [{ key: 'nothing', in: [] }] },
          { sort: { key: 'nothing', direction: 'asc' } },
          { limit: 0 },
          { limit: 10_001 },
          { after: 'gibberish' },
          { after: '["a"]', sort: { key: 'rank', direction: 'asc' } },
        ]
        for (const request of asked) {
          await expect(notes.find(request)).rejects.toMatchObject({ kind: 'invalid' })
        }
        await expect(notes.put('', { title: '' })).rejects.toMatchObject({ kind: 'invalid' })
      }))

    test('random documents are found as the memory store finds them', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ id, body: note }), { maxLength: 30 }),
          fc.array(findRequest, { maxLength: 10 }),
          async (written, requests) => {
            const clock = manualClock(startMs)
            const twin = memoryStore({ clock }).documents.collection(noteSpec())
            const store = await open({ clock })
            try {
              const notes = store.documents.collection(noteSpec())
              for (const { id: name, body } of written) {
                expect(await notes.put(name, body)).toEqual(await twin.put(name, body))
              }
              for (const request of requests) {
                expect(await allPages(notes, request)).toEqual(await allPages(twin, request))
                expect(await notes.count(request.where)).toBe(await twin.count(request.where))
              }
            } finally {
              await store.close()
            }
          },
        ),
        { numRuns: runs },
      )
    }, 120_000)
  })
}

const text = fc.constantFrom(
  '',
  'a',
  'B',
  'b',
  'é',
  '\uffee',
  '\u{1f600}',
  'a\u0000b',
  '5',
  '\ud800',
)
const id = fc.constantFrom('a', 'b', 'B', 'c', 'é', '\uffee', '\u{1f600}', 'a\u0000b', "';--", '%')
const rank = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, NaN, 1e300), text)
const note: fc.Arbitrary<Note> = fc.record({ title: text, rank }, { requiredKeys: ['title'] })
const bound = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  text.map((each) => each.toWellFormed()),
)
const condition = fc.oneof(
  fc.record({ key: fc.constantFrom('title', 'rank'), in: fc.array(bound, { maxLength: 4 }) }),
  fc.record(
    { key: fc.constantFrom('title', 'rank'), from: bound, to: bound },
    { requiredKeys: ['key'] },
  ),
)
const findRequest: fc.Arbitrary<FindRequest> = fc.record(
  {
    where: fc.array(condition, { maxLength: 2 }),
    sort: fc.record({
      key: fc.constantFrom('title', 'rank'),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
    }),
    limit: fc.integer({ min: 1, max: 7 }),
  },
  { requiredKeys: ['limit'] },
)
