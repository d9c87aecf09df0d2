import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { messageOf } from '#base'
import type { Portion } from './portion.ts'
import { sifted, type SiftTask } from './sift-task.ts'
import type { SiftPlan } from './sift-plan.ts'
import { createSifter } from './sifter.ts'

/** Who does tasks. */
export interface Crew {
  /** The portions of a task, in order. Tasks are asked for in their order, {@link Crew.ahead} of them at a time. */
  sift(task: SiftTask): AsyncIterable<Portion>
  /** How many tasks may be asked for before the first is read to its end. */
  readonly ahead: number
  close(): Promise<void>
}

/** This thread alone: a task is done as its portions are asked for. */
export function soloCrew(plan: SiftPlan, stdin: AsyncIterable<Uint8Array>): Crew {
  const sifter = createSifter(plan)
  return {
    ahead: 1,
    sift: (task) => sifted(task, sifter, stdin),
    close: async () => undefined,
  }
}

/** What a thread is told. */
export type ToWorker =
  | { readonly kind: 'task'; readonly id: number; readonly task: SiftTask }
  /** A portion of the task was taken: there is room for another. */
  | { readonly kind: 'taken'; readonly id: number }

/** What it answers. */
export type FromWorker =
  | { readonly kind: 'portion'; readonly id: number; readonly portion: Portion }
  | { readonly kind: 'end'; readonly id: number; readonly problem: string | undefined }

/** Portions of a task that wait for whoever takes them; the thread waits when there are so many. */
export const maxWaiting = 4

interface Waiting {
  readonly worker: Worker
  readonly portions: Portion[]
  ended: { readonly problem: string | undefined } | undefined
  wake: () => void
}

/**
 * Threads, to each of which two tasks are given at a time, so that none is without work. What they found and
 * nobody took yet is at most {@link maxWaiting} portions a task.
 */
export function workerCrew(plan: SiftPlan, count: number): Crew {
  const script = new URL(`./sift-worker${extname(import.meta.url)}`, import.meta.url)
  const tasks = new Map<number, Waiting>()
  const loads = new Map<Worker, number>()
  let last = 0

  const fail = (worker: Worker, problem: string): void => {
    for (const task of tasks.values()) {
      if (task.worker !== worker) continue
      task.ended ??= { problem }
      task.wake()
    }
  }
  for (let number = 0; number < count; number++) {
    const worker = new Worker(script, { workerData: plan })
    worker.on('message', (message: FromWorker) => {
      const task = tasks.get(message.id)
      if (task === undefined) return
      if (message.kind === 'portion') task.portions.push(message.portion)
      else task.ended = message
      task.wake()
    })
    worker.on('error', (cause) =>
      fail(worker, `the thread that read it ended: ${messageOf(cause)}`),
    )
    worker.on('exit', () => fail(worker, 'the thread that read it ended'))
    loads.set(worker, 0)
  }

  const idlest = (): Worker => {
    const [first] = [...loads].toSorted(([, a], [, b]) => a - b)
    if (first === undefined) throw new Error('a crew has at least one thread')
    return first[0]
  }

  return {
    ahead: 2 * count,
    sift(task) {
      const worker = idlest()
      const id = ++last
      const waiting: Waiting = { worker, portions: [], ended: undefined, wake: () => undefined }
      tasks.set(id, waiting)
      loads.set(worker, (loads.get(worker) ?? 0) + 1)
      tell(worker, { kind: 'task', id, task })
      return portionsOf(waiting, {
        taken: () => tell(worker, { kind: 'taken', id }),
        ended() {
          tasks.delete(id)
          loads.set(worker, (loads.get(worker) ?? 1) - 1)
        },
      })
    },
    async close() {
      await Promise.all([...loads.keys()].map((worker) => worker.terminate()))
    },
  }
}

function tell(worker: Worker, message: ToWorker): void {
  worker.postMessage(message)
}

async function* portionsOf(
  task: Waiting,
  { taken, ended }: { readonly taken: () => void; readonly ended: () => void },
): AsyncGenerator<Portion> {
  for (;;) {
    const portion = task.portions.shift()
    if (portion !== undefined) {
      taken()
      yield portion
    } else if (task.ended !== undefined) {
      ended()
      if (task.ended.problem !== undefined) throw new Error(task.ended.problem)
      return
    } else {
      const { promise, resolve } = Promise.withResolvers<void>()
      task.wake = resolve
      await promise
    }
  }
}
