/** The thread that makes the indexes of blocks, so that the one that takes events need not. */
import { parentPort } from 'node:worker_threads'
import { blockIndexing } from './block-index.ts'
import type { IndexAnswer, IndexTask } from './block-indexer.ts'

const indexOf = blockIndexing()

parentPort?.on('message', ({ number, lines }: IndexTask) => {
  const index = indexOf(Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength))
  const answer: IndexAnswer = { number, index }
  parentPort?.postMessage(answer)
})
