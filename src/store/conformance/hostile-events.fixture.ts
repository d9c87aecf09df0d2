import { describe, expect, test } from 'vitest'
import type { JsonValue } from '#base'
import type { NewEvent } from '../event-store.ts'
import { maxEventBytes, maxEventDepth } from '../limits.ts'
import {
  eventAt,
  fieldIs,
  found,
  foundIds,
  secondsRange,
  withStore,
  type OpenStore,
} from './support.fixture.ts'

/** What becomes of events that nobody would send in good faith. */
export function describeHostileEvents(open: OpenStore): void {
  describe('hostile events', () => {
    test('a refused event says why and never refuses its neighbours', () =>
      withStore(open, async (store) => {
        const events: readonly NewEvent[] = [
          eventAt('good', 0),
          { ...eventAt('a', 0), index: 'Upper' },
          { ...eventAt('b', 0), index: '' },
          { ...eventAt('', 0) },
          { ...eventAt('c'.repeat(513), 0) },
          { ...eventAt('\ud800', 0) },
          eventAt('d', 0, { deep: nested(maxEventDepth + 1) }),
          eventAt('e', 0, { big: 'x'.repeat(maxEventBytes) }),
          eventAt('also good', 1),
        ]
        const outcomes = await store.events.append(events)
        expect(outcomes.map(({ status }) => status)).toEqual([
          'created',
          ...Array.from({ length: 7 }, () => 'refused'),
          'created',
        ])
        const reasons = outcomes.flatMap((each) => (each.status === 'refused' ? [each.reason] : []))
        for (const reason of reasons) expect(reason).toMatch(/\w+ \w+/)
        expect(await foundIds(store)).toEqual(['good', 'also good'])
      }))

    test('200,000 distinct fields in one event are kept and found', () =>
      withStore(open, async (store) => {
        const many = Object.fromEntries(
          Array.from({ length: 200_000 }, (_, n) => [`field_${n}`, `value ${n}`]),
        )
        await store.events.append([eventAt('before', 0), eventAt('many', 1, many)])
        await store.events.append([eventAt('after', 2, { field_7: 'value 7' })])
        expect(await foundIds(store, { filter: fieldIs('field_199999', 'value 199999') })).toEqual([
          'many',
        ])
        expect(await foundIds(store, { filter: fieldIs('field_7', 'value 7') })).toEqual([
          'many',
          'after',
        ])
        expect(await store.events.indicesWith(['*'], 'field_150000')).toEqual(['logs-a-default'])
      }))

    test('a field may be an object here and a text there', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('object', 0, { process: { name: 'sh' } }),
          eventAt('text', 1, { process: 'sh' }),
          eventAt('dotted', 2, { 'process.name': ['ls', ['sh']] }),
          eventAt('list of objects', 3, { process: [{ name: 'a' }, { name: 'sh' }] }),
        ])
        expect(await foundIds(store, { filter: fieldIs('process.name', 'sh') })).toEqual([
          'object',
          'dotted',
          'list of objects',
        ])
      }))

    test('long arguments, odd names and odd texts come back as they went in', () =>
      withStore(open, async (store) => {
        const odd = {
          process: { args: ['x'.repeat(2 * 1024 * 1024)] },
          '': { '': 1 },
          'a..b': '\u0000\u2028\ud83d\ude00\ufffd',
          lone: '\ud800',
          ['__proto__']: 'own',
          big: 1e308,
          numbers: [0, -1, 0.1, 2 ** 60],
          nothing: null,
        }
        await store.events.append([eventAt('odd', 0, odd)])
        const [event] = await found(store)
        expect(JSON.stringify(event?.source)).toBe(JSON.stringify(eventAt('odd', 0, odd).source))
      }))

    test('years far away are in time as all others', () =>
      withStore(open, async (store) => {
        await store.events.append([
          { ...eventAt('1960', 0), source: { '@timestamp': '1960-02-03T00:00:00Z' } },
          eventAt('now', 0),
          { ...eventAt('2200', 0), source: { '@timestamp': '2200-02-03T00:00:00Z' } },
        ])
        const always = { ...secondsRange(0, 0), fromMs: -1e13, toMs: 1e13 }
        expect(await foundIds(store, { time: always, order: 'time-descending' })).toEqual([
          '2200',
          'now',
          '1960',
        ])
        expect(await foundIds(store, { time: secondsRange(0, 1) })).toEqual(['now'])
      }))
  })
}

function nested(levels: number): JsonValue {
  let value: JsonValue = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}
