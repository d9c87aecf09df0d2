/** The thread that makes the indexes of blocks, so that the one that takes events need not. */
import { parentPort } from 'node:worker_threads'
import { blockIndexing } from './block-index.ts'
import { answerTo, type IndexTask } from './block-indexer.ts'

const indexing = blockIndexing()

parentPort?.on('message', (task: IndexTask) => {
  parentPort?.postMessage(answerTo(task, indexing))
})
