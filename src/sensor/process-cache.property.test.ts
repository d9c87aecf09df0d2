import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entityIds } from './entity-id.ts'
import { type ProcessCache, processCache } from './process-cache.ts'
import { atMs, execRecord, exitRecord, forkRecord } from './sample-records.ts'

/** One process of the obvious model: the whole truth, never forgotten. */
interface Known {
  readonly pid: number
  readonly startMs: number
  readonly parent: Known | undefined
  executable: string
}

const step = fc.record({
  action: fc.constantFrom('fork', 'fork', 'exec', 'exit'),
  pick: fc.nat(1000),
})
const steps = fc.array(step, { minLength: 1, maxLength: 200 })
const entityIdOf = entityIds('host', 'boot')

/** Plays the steps to a cache; few pids, so that they are used again and again. */
function play(cache: ProcessCache, actions: readonly { action: string; pick: number }[]): Known[] {
  let nowMs = 1000
  let living: Known[] = [{ pid: 2, startMs: nowMs, parent: undefined, executable: '/bin/first' }]
  cache.apply(execRecord({ pid: 2, ppid: 0, startMs: nowMs, executable: '/bin/first' }))
  for (const { action, pick } of actions) {
    nowMs += 20
    const actor = living[pick % living.length]
    if (actor === undefined) break
    const facts = {
      pid: actor.pid,
      ppid: actor.parent?.pid ?? 0,
      startMs: actor.startMs,
      parentStartBootNs: atMs(actor.parent?.startMs ?? 0),
      sid: 2,
      pgid: 2,
      bootNs: atMs(nowMs),
    }
    if (action === 'exec') {
      actor.executable = `/bin/p${nowMs}`
      cache.apply(execRecord({ ...facts, executable: actor.executable }))
    } else if (action === 'exit' && living.length > 1) {
      living = living.filter((known) => known !== actor)
      cache.apply(exitRecord(facts))
    } else if (action === 'fork') {
      const free = Array.from({ length: 30 }, (_, index) => index + 2).filter(
        (pid) => !living.some((known) => known.pid === pid),
      )
      const pid = free[pick % free.length]
      if (pid === undefined) continue
      living.push({ pid, startMs: nowMs, parent: actor, executable: actor.executable })
      const parentStartBootNs = atMs(actor.startMs)
      cache.apply(forkRecord({ ...facts, pid, ppid: actor.pid, startMs: nowMs, parentStartBootNs }))
    }
    cache.sweep(atMs(nowMs))
  }
  return living
}

test('every living process has its true parent, image, ancestors and id, however pids are used again', () => {
  fc.assert(
    fc.property(steps, (actions) => {
      const cache = processCache({ entityIdOf, graceNs: atMs(100) })
      for (const known of play(cache, actions)) {
        const found = cache.find(known.pid)
        expect(found?.entityId).toBe(idOf(known))
        expect(found?.image?.executable).toBe(known.executable)
        expect(found?.parent?.entityId).toBe(known.parent && idOf(known.parent))
        expect(found?.ancestry).toEqual(ancestorsOf(known))
        expect(found?.endBootNs).toBeUndefined()
      }
      expect(cache.counters().missedEnds).toBe(0)
    }),
  )
})

test('a cache never holds more than it may, and the newest process is found', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 8, max: 40 }), (actions, maxProcesses) => {
      const cache = processCache({ entityIdOf, maxProcesses, graceNs: atMs(1_000_000) })
      const living = play(cache, actions)
      expect(cache.counters().processes).toBeLessThanOrEqual(maxProcesses)
      const newest = living.reduce((a, b) => (a.startMs > b.startMs ? a : b))
      const found = cache.find(newest.pid)
      // It may have been pushed out since, by those that ended after it began.
      expect([undefined, idOf(newest)]).toContain(found?.entityId)
    }),
  )
})

function idOf(known: Known): string {
  return entityIdOf(known.pid, known.startMs / 10)
}

function ancestorsOf({ parent }: Known): readonly string[] {
  return parent === undefined ? [] : [idOf(parent), ...ancestorsOf(parent)].slice(0, 20)
}
