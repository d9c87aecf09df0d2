import { messageOf } from '#base'
import { systemBootClock } from '../../boot-clock.ts'
import type { ProcessRecord } from '../../record.ts'
import { netlinkWaiter, openNetlink } from '../netlink.ts'
import { openConnector, type ConnectorReader } from '../proc/connector-reader.ts'
import { hostProc, recordOf } from '../proc/connector-records.ts'
import type { SharedCounters } from '../shared-counters.ts'
import { runWorker } from '../worker-thread.ts'
import { netlinkAudit } from './audit-control.ts'
import { auditJoiner } from './audit-exec.ts'
import { auditRecord } from './audit-record.ts'
import { parseAuditMessage } from './audit-text.ts'

const readLogGroup = 1
const receiveBytes = 32 * 1024 * 1024
const waitMs = 50
const maxBatch = 256
const headerBytes = 16
/** Audit messages come by way of a kernel thread: an end waits so long for the exec that it may overtake. */
const endDelayNs = 150_000_000n

const blindSpots = [
  'Control group and so container, environment, namespaces and open files are read after the fact and may be gone for programs that end within a millisecond.',
  'The time of an exec is known to the millisecond.',
]

runWorker(({ counters, ready, deliver }) => {
  const clock = systemBootClock()
  const audit = openNetlink({ protocol: netlinkAudit, groups: readLogGroup, receiveBytes })
  const { connector, missing } = tryConnector(counters)
  const wait = netlinkWaiter(connector === undefined ? [audit] : [audit, connector.socket])
  const joiner = auditJoiner()
  let ends: ProcessRecord[] = []
  let abandoned = 0
  ready([...blindSpots, ...missing])
  for (let stopping = false; !stopping;) {
    stopping = counters.stopping
    if (!stopping) wait(waitMs)
    while (drainConnector() || drainAudit());
    releaseEnds(stopping ? undefined : clock.nowNs() - endDelayNs)
  }
  connector?.socket.close()
  audit.close()

  function drainConnector(): boolean {
    if (connector === undefined) return false
    const how = { monotonicOffsetNs: clock.monotonicOffsetNs(), proc: hostProc }
    const { events, more } = connector.read(maxBatch)
    const now: ProcessRecord[] = []
    for (const event of events) {
      // Execs are the audit system's to tell.
      if (event.kind === 'fork') now.push(recordOf(event, how))
      if (event.kind === 'exit') ends.push(recordOf(event, how))
    }
    deliver(now)
    return more
  }

  function drainAudit(): boolean {
    const records: ProcessRecord[] = []
    const wallOffsetNs = clock.wallOffsetNs()
    let more = true
    for (let count = 0; count < maxBatch && more; count++) {
      const datagram = audit.receive()
      if (datagram === undefined) more = false
      // How many were dropped is not told; at least one was.
      else if (datagram === 'overrun') countLost(1)
      else {
        const exec = execOf(datagram)
        if (exec !== undefined) records.push(auditRecord(exec, { wallOffsetNs, proc: hostProc }))
      }
    }
    countLost(joiner.abandoned() - abandoned)
    abandoned = joiner.abandoned()
    deliver(records)
    return more
  }

  function execOf(datagram: Uint8Array) {
    const type = new DataView(datagram.buffer, datagram.byteOffset).getUint16(4, true)
    const text = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength)
    const message = parseAuditMessage(text.toString('latin1', headerBytes))
    return message && joiner.take(type, message)
  }

  function countLost(lost: number): void {
    counters.add('lost', lost)
    counters.add('produced', lost)
  }

  /** Ends are in order of time, nearly: CPUs report on their own. */
  function releaseEnds(untilNs: bigint | undefined): void {
    const due = untilNs === undefined ? ends : ends.filter((end) => end.bootNs <= untilNs)
    if (due.length === 0) return
    ends = ends.filter((end) => !due.includes(end))
    deliver(due)
  }
})

/** Forks and ends are a gain, not a condition. */
function tryConnector(counters: SharedCounters): {
  readonly connector: ConnectorReader | undefined
  readonly missing: readonly string[]
} {
  try {
    return { connector: openConnector(counters), missing: [] }
  } catch (cause) {
    const reason = `Forks and ends of processes are not seen: ${messageOf(cause)}.`
    return { connector: undefined, missing: [reason] }
  }
}
