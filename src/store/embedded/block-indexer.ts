import { Worker } from 'node:worker_threads'
import { messageOf, type Logger } from '#base'
import { blockIndexing, type BlockIndex, type BlockIndexing } from './block-index.ts'
import type { PackedColumn } from './segment-columns.ts'

/** Makes the indexes of closed blocks, in the order of asking, beside whoever asks. */
export interface BlockIndexer {
  index(lines: Buffer): Promise<BlockIndex>
  /** The columns of blocks that were indexed and follow each other; undefined where they are lost. Asked for once. */
  columns(blocks: readonly BlockIndex[]): Promise<readonly PackedColumn[] | undefined>
  /** Resolves when little enough waits that more may be asked for. */
  room(): Promise<void>
  /** Ends the thread; what still waits is never answered. */
  close(): Promise<void>
}

/** What the thread is asked. */
export type IndexTask =
  | { readonly kind: 'block'; readonly number: number; readonly lines: Uint8Array }
  | { readonly kind: 'columns'; readonly number: number; readonly blocks: readonly number[] }

/** What it answers. */
export type IndexAnswer =
  | { readonly kind: 'block'; readonly number: number; readonly index: BlockIndex }
  | {
      readonly kind: 'columns'
      readonly number: number
      readonly columns: readonly PackedColumn[] | undefined
    }

/** Text that waits for its index, bytes: with more, appends wait too. */
const maxWaitingBytes = 64 * 1024 * 1024

interface Waiting {
  readonly task: IndexTask
  readonly resolve: (answer: IndexAnswer) => void
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
  let own: BlockIndexing | undefined

  const answerHere = (task: IndexTask): IndexAnswer => {
    own ??= blockIndexing()
    return answerTo(task, own)
  }

  const settle = (answer: IndexAnswer): void => {
    const known = waiting.get(answer.number)
    if (known === undefined) return
    waiting.delete(answer.number)
    waitingBytes -= bytesOf(known.task)
    // A thread that is being ended must be waited for, whatever it still answers.
    if (waiting.size === 0 && !lost) worker?.unref()
    if (waitingBytes <= maxWaitingBytes) {
      roomMade.resolve()
      roomMade = Promise.withResolvers()
    }
    if (answer.kind === 'block' && answer.index.problem !== undefined) {
      log.warn('a block of events had to be parsed for its index: please report this', {
        problem: answer.index.problem,
      })
    }
    known.resolve(answer)
  }

  /** No thread, no loss: it is slower, and what its blocks had of columns is not made again. */
  const goOnHere = (cause: unknown): void => {
    if (lost) return
    lost = true
    worker = undefined
    log.warn('the thread that indexes events ended; their indexes are made in the main thread', {
      error: messageOf(cause),
    })
    for (const { task } of waiting.values()) settle(answerHere(task))
  }

  const start = (): Worker => {
    const started = new Worker(script)
    started.on('message', settle)
    started.on('error', goOnHere)
    started.on('exit', (code) => goOnHere(new Error(`exit code ${code}`)))
    return started
  }

  const ask = (task: IndexTask): Promise<IndexAnswer> =>
    new Promise((resolve) => {
      waiting.set(task.number, { task, resolve })
      waitingBytes += bytesOf(task)
      if (lost) {
        settle(answerHere(task))
        return
      }
      worker ??= start()
      worker.ref()
      worker.postMessage(task)
    })

  return {
    index: async (lines) => {
      const answer = await ask({ kind: 'block', number: asked++, lines })
      if (answer.kind === 'block') return answer.index
      throw new Error('the thread that indexes events answered another question')
    },
    columns: async (blocks) => {
      const numbers = blocks.map(({ number }) => number)
      const answer = await ask({ kind: 'columns', number: asked++, blocks: numbers })
      return answer.kind === 'columns' ? answer.columns : undefined
    },
    room: () => (waitingBytes <= maxWaitingBytes ? Promise.resolve() : roomMade.promise),
    close: async () => {
      lost = true
      await worker?.terminate()
    },
  }
}

/** The answer to what the thread is asked, wherever it is made. */
export function answerTo(task: IndexTask, indexing: BlockIndexing): IndexAnswer {
  const { number } = task
  if (task.kind === 'columns') {
    return { kind: 'columns', number, columns: indexing.columns(task.blocks) }
  }
  const { buffer, byteOffset, byteLength } = task.lines
  const lines = Buffer.from(buffer, byteOffset, byteLength)
  return { kind: 'block', number, index: indexing.index(number, lines) }
}

function bytesOf(task: IndexTask): number {
  return task.kind === 'block' ? task.lines.length : 0
}
