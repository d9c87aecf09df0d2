import { describe, expect, test } from 'vitest'
import type { HistogramRequest, TopValuesRequest } from '../event-store.ts'
import { maxBuckets } from '../limits.ts'
import {
  all,
  context,
  dateAt,
  eventAt,
  fieldIs,
  secondsRange,
  startMs,
  withStore,
  type OpenStore,
} from './support.fixture.ts'

const minuteMs = 60_000

function histogramOf(changes: Partial<HistogramRequest> = {}): HistogramRequest {
  const time = secondsRange(0, 3_600)
  return { indices: ['*'], filter: all, context, time, bucketMs: minuteMs, ...changes }
}

function valuesOf(changes: Partial<TopValuesRequest> = {}): TopValuesRequest {
  return { indices: ['*'], filter: all, context, field: 'process.name', limit: 10, ...changes }
}

/** Events counted by time and by value. */
export function describeEventTallies(open: OpenStore): void {
  describe('counting by time', () => {
    test('buckets begin at multiples of their width; empty ones are left out', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('a', 0),
          eventAt('b', 59.999),
          eventAt('c', 60),
          eventAt('d', 600),
        ])
        expect(await store.events.histogram(histogramOf())).toEqual([
          { startMs, events: 2 },
          { startMs: startMs + minuteMs, events: 1 },
          { startMs: startMs + 10 * minuteMs, events: 1 },
        ])
      }))

    test('only matching events of the range and the indices count', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('a', 1, { process: { name: 'sh' } }),
          eventAt('b', 2, { process: { name: 'ls' } }),
          eventAt('late', 90, { process: { name: 'sh' } }),
          { ...eventAt('elsewhere', 1, { process: { name: 'sh' } }), index: 'metrics-a' },
        ])
        const asked = histogramOf({
          indices: ['logs-*'],
          filter: fieldIs('process.name', 'sh'),
          time: secondsRange(0, 60),
        })
        expect(await store.events.histogram(asked)).toEqual([{ startMs, events: 1 }])
      }))

    test('an event with several times counts once, at its earliest in the range', () =>
      withStore(open, async (store) => {
        const times = [dateAt(600), dateAt(300), dateAt(-5)]
        await store.events.append([eventAt('a', 0, { '@timestamp': times })])
        expect(await store.events.histogram(histogramOf())).toEqual([
          { startMs: startMs + 5 * minuteMs, events: 1 },
        ])
      }))

    test('more buckets than anybody can look at are a fault, not a cut', () =>
      withStore(open, async (store) => {
        const events = Array.from({ length: maxBuckets + 1 }, (_, n) => eventAt(`e${n}`, n))
        await store.events.append(events)
        const asked = histogramOf({ time: secondsRange(0, 1e6), bucketMs: 1_000 })
        await expect(store.events.histogram(asked)).rejects.toMatchObject({
          code: 'store.too-many-buckets',
        })
      }))
  })

  describe('counting by value', () => {
    test('the commonest come first, and what the limit leaves out is in the counts', () =>
      withStore(open, async (store) => {
        const names = ['sh', 'sh', 'sh', 'ls', 'ls', 'cat', 'awk']
        await store.events.append([
          ...names.map((name, n) => eventAt(`e${n}`, n, { process: { name } })),
          eventAt('without', 9),
        ])
        expect(await store.events.topValues(valuesOf({ limit: 3 }))).toEqual({
          values: [
            { value: 'sh', events: 3 },
            { value: 'ls', events: 2 },
            { value: 'awk', events: 1 },
          ],
          distinct: 4,
          events: 7,
        })
      }))

    test('an event counts once for each of its values, numbers as text', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('a', 0, { 'process.name': ['x', 'y', 'x'] }),
          eventAt('b', 1, { process: { name: 7 } }),
        ])
        expect(await store.events.topValues(valuesOf())).toEqual({
          values: ['7', 'x', 'y'].map((value) => ({ value, events: 1 })),
          distinct: 3,
          events: 2,
        })
      }))

    test('the values of one field in events with a value of another say on how many hosts that was', () =>
      withStore(open, async (store) => {
        await store.events.append([
          eventAt('a', 0, { process: { name: 'nc' }, host: { id: 'one' } }),
          eventAt('b', 1, { process: { name: 'nc' }, host: { id: 'two' } }),
          eventAt('c', 2, { process: { name: 'nc' }, host: { id: 'two' } }),
          eventAt('d', 3, { process: { name: 'sh' }, host: { id: 'three' } }),
        ])
        const asked = valuesOf({
          filter: fieldIs('process.name', 'nc'),
          field: 'host.id',
          limit: 0,
        })
        expect(await store.events.topValues(asked)).toEqual({ values: [], distinct: 2, events: 3 })
      }))
  })
}
