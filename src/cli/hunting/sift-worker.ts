/** A thread that sifts: it does tasks one after the other, and waits when their portions are not taken. */
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '#base'
import { maxWaiting, type FromWorker, type ToWorker } from './crew.ts'
import { sifted, type SiftTask } from './sift-task.ts'
import type { SiftPlan } from './sift-plan.ts'
import { createSifter } from './sifter.ts'

// A boundary: whoever starts this thread gives it a plan.
const sifter = createSifter(workerData as SiftPlan)
const noInput = (async function* (): AsyncGenerator<Uint8Array> {})()

/** How many portions of each task are on their way and not taken yet. */
const waiting = new Map<number, number>()
let wake: () => void = () => undefined
let before: Promise<void> = Promise.resolve()

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'taken') {
    waiting.set(message.id, (waiting.get(message.id) ?? 1) - 1)
    wake()
    return
  }
  const { id, task } = message
  before = before.then(() => work(id, task))
})

async function work(id: number, task: SiftTask): Promise<void> {
  let problem: string | undefined
  try {
    for await (const portion of sifted(task, sifter, noInput)) {
      answer({ kind: 'portion', id, portion })
      waiting.set(id, (waiting.get(id) ?? 0) + 1)
      while ((waiting.get(id) ?? 0) >= maxWaiting) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        await promise
      }
    }
  } catch (thrown) {
    problem = messageOf(thrown)
  }
  waiting.delete(id)
  answer({ kind: 'end', id, problem })
}

function answer(message: FromWorker): void {
  const texts = message.kind === 'portion' ? [message.portion.texts.buffer] : []
  parentPort?.postMessage(message, texts)
}
