import { parentPort, workerData } from 'node:worker_threads'
import { Fault, messageOf } from '#base'
import { systemBootClock } from '../../boot-clock.ts'
import type { ProcessRecord } from '../../record.ts'
import { openNetlink } from '../netlink.ts'
import { sharedCounters } from '../shared-counters.ts'
import type { WorkerMessage, WorkerTask } from '../worker-source.ts'
import { hostProc, recordOf } from './connector-records.ts'
import { decodeConnector, gapCounter, subscription } from './connector.ts'

const netlinkConnector = 11
const receiveBytes = 32 * 1024 * 1024
const waitMs = 100
const maxBatch = 256

const blindSpots = [
  'Programs that end within a millisecond are seen by their process id only: their command line is read after the fact and may be gone.',
  'Arguments and environment are read from the process, which can have rewritten them by then.',
  'The name by which a program was invoked is not seen, only the program that it resolved to.',
  'A process whose first thread ends before its others is reported as ended too early.',
]

const send = (message: WorkerMessage) => parentPort?.postMessage(message)

try {
  run(workerData)
} catch (cause) {
  const forbidden = cause instanceof Fault && cause.kind === 'forbidden'
  send({ kind: 'refused', reason: messageOf(cause), forbidden })
}

/** Reads the connector until told to stop; then takes what the kernel still holds. */
function run(task: WorkerTask): void {
  const counters = sharedCounters(task.counters)
  const clock = systemBootClock()
  const socket = openNetlink({ protocol: netlinkConnector, groups: 1, receiveBytes })
  const gaps = gapCounter()
  socket.send(subscription(true))
  send({ kind: 'ready', blindSpots })
  try {
    for (;;) {
      const last = counters.stopping
      if (last) socket.send(subscription(false))
      else socket.wait(waitMs)
      while (drain() === maxBatch);
      if (last) return
    }
  } finally {
    socket.close()
  }

  function drain(): number {
    const monotonicOffsetNs = clock.monotonicOffsetNs()
    const batch: ProcessRecord[] = []
    let read = 0
    for (; read < maxBatch; read++) {
      const datagram = socket.receive()
      if (datagram === undefined) break
      // The gaps in the sequence numbers tell how many; this only says that there are some.
      if (datagram === 'overrun') continue
      const decoded = decodeConnector(datagram)
      if (decoded === undefined) {
        counters.add('undecodable')
        continue
      }
      const missing = gaps(decoded)
      if (missing > 0) {
        counters.add('lost', missing)
        counters.add('produced', missing)
      }
      if (decoded.event === undefined) continue
      const record = recordOf(decoded.event, { monotonicOffsetNs, proc: hostProc })
      counters.add('produced')
      if (record.kind === 'exec' && record.unseen?.includes('args')) counters.add('argsUnreadable')
      batch.push(record)
    }
    if (batch.length > 0) {
      counters.add('delivered', batch.length)
      send({ kind: 'records', records: batch })
    }
    return read
  }
}
