import { parentPort } from 'node:worker_threads'
parentPort?.postMessage({ kind: 'refused', reason: 'not there yet', forbidden: false })
