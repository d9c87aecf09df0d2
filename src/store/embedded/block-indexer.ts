import { Worker } from 'node:worker_threads'
import { messageOf, type Logger } from '#base'
import { blockIndexing, type BlockIndex } from './block-index.ts'

/** Makes the indexes of closed blocks, in the order of asking, beside whoever asks. */
export interface BlockIndexer {
  index(lines: Buffer): Promise<BlockIndex>
  /** Resolves when little enough waits that more may be asked for. */
  room(): Promise<void>
  /** Ends the thread; what still waits is never answered. */
  close(): Promise<void>
}

/** What the thread is asked. */
export interface IndexTask {
  readonly number: number
  readonly lines: Uint8Array
}

/** What it answers. */
export interface IndexAnswer {
  readonly number: number
  readonly index: BlockIndex
}

/** Text that waits for its index, bytes: with more, appends wait too. */
const maxWaitingBytes = 64 * 1024 * 1024

interface Waiting {
  readonly lines: Buffer
  readonly resolve: (index: BlockIndex) => void
}

/** The thread's program beside this file: `.ts` as written, `.js` as published. */
const workerScript = new URL(
  `./block-index-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
)

/** An indexer with a thread of its own, started with the first block; without one it works in this thread. */
export function blockIndexer(log: Logger, script = workerScript): BlockIndexer {
  const waiting = new Map<number, Waiting>()
  let waitingBytes = 0
  let asked = 0
  let worker: Worker | undefined
  let lost = false
  let roomMade = Promise.withResolvers<void>()
  const here = blockIndexing()

  const take = (number: number): Waiting | undefined => {
    const task = waiting.get(number)
    if (task === undefined) return undefined
    waiting.delete(number)
    waitingBytes -= task.lines.length
    // A thread that is being ended must be waited for, whatever it still answers.
    if (waiting.size === 0 && !lost) worker?.unref()
    if (waitingBytes <= maxWaitingBytes) {
      roomMade.resolve()
      roomMade = Promise.withResolvers()
    }
    return task
  }

  const answer = (task: Waiting | undefined, index: BlockIndex): void => {
    if (index.problem !== undefined) {
      log.warn('a block of events had to be parsed for its index: please report this', {
        problem: index.problem,
      })
    }
    task?.resolve(index)
  }

  /** No thread, no loss: it is slower. */
  const goOnHere = (cause: unknown): void => {
    if (lost) return
    lost = true
    worker = undefined
    log.warn('the thread that indexes events ended; their indexes are made in the main thread', {
      error: messageOf(cause),
    })
    for (const number of waiting.keys()) {
      const task = take(number)
      if (task !== undefined) answer(task, here(task.lines))
    }
  }

  const start = (): Worker => {
    const started = new Worker(script)
    started.on('message', ({ number, index }: IndexAnswer) => answer(take(number), index))
    started.on('error', goOnHere)
    started.on('exit', (code) => goOnHere(new Error(`exit code ${code}`)))
    return started
  }

  return {
    index: (lines) =>
      new Promise((resolve) => {
        const task = { lines, resolve }
        if (lost) {
          answer(task, here(lines))
          return
        }
        const number = asked++
        waiting.set(number, task)
        waitingBytes += lines.length
        worker ??= start()
        worker.ref()
        const question: IndexTask = { number, lines }
        worker.postMessage(question)
      }),
    room: () => (waitingBytes <= maxWaitingBytes ? Promise.resolve() : roomMade.promise),
    close: async () => {
      lost = true
      await worker?.terminate()
    },
  }
}
