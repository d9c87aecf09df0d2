import type { AuditRecord } from './record.ts'

/** The records of one event, in the order they came, and the line of the first. */
export interface AuditEvent {
  readonly records: readonly AuditRecord[]
  readonly number: number
}

/** Joins the records of many events, however they are interleaved. */
export interface AuditJoiner {
  /** Takes a record: gives the events that are whole now, the oldest first; or why it is left out. */
  take(record: AuditRecord, number: number): readonly AuditEvent[] | string
  end(): readonly AuditEvent[]
}

interface Pending {
  readonly records: AuditRecord[]
  readonly number: number
  bytes: number
  isWhole: boolean
}

/** Events that wait for further records. Beyond them the oldest is taken as it is. */
const maxPending = 512
/** A record comes at most so much later, by the log's own clock. */
const patienceMs = 2_000
const maxEventBytes = 256 * 1024
const maxTold = 4_096

/**
 * An {@link AuditJoiner}. An event is whole at its EOE, at once where it has one record only (those that programs
 * send), when the log is two seconds on, when 512 others wait, and at the end. Events come out in the order in
 * which they began.
 */
export function auditJoiner(): AuditJoiner {
  const pendingByEvent = new Map<string, Pending>()
  /** Events that were given already: what still comes of them is late. */
  const told = new Set<string>()
  let newestMs = 0

  const release = (): readonly AuditEvent[] => {
    const whole: AuditEvent[] = []
    for (const [event, pending] of pendingByEvent) {
      const [first] = pending.records
      const isOverdue = first !== undefined && newestMs - first.atMs > patienceMs
      if (!pending.isWhole && !isOverdue && pendingByEvent.size <= maxPending) break
      pendingByEvent.delete(event)
      told.add(event)
      whole.push(pending)
      const [oldest] = told
      if (told.size > maxTold && oldest !== undefined) told.delete(oldest)
    }
    return whole
  }

  return {
    take(record, number) {
      const known = pendingByEvent.get(record.event)
      if (record.type === 'EOE') {
        if (known !== undefined) known.isWhole = true
        return release()
      }
      if (known === undefined && told.has(record.event)) {
        return `it came too late: the other records of event ${record.serial} were taken without it`
      }
      newestMs = Math.max(newestMs, record.atMs)
      const pending = known ?? { records: [], number, bytes: 0, isWhole: false }
      if (pending.bytes + record.length > maxEventBytes) {
        return `event ${record.serial} has more than ${maxEventBytes} bytes: this record is left out`
      }
      pending.bytes += record.length
      pending.records.push(record)
      if (known === undefined) pendingByEvent.set(record.event, pending)
      if (pending.records.length === 1 && isAlone(record.type)) pending.isWhole = true
      return release()
    },
    end() {
      for (const pending of pendingByEvent.values()) pending.isWhole = true
      return release()
    },
  }
}

/** Whether programs, not the kernel's calls, send records of that type: one makes an event. */
function isAlone(type: string): boolean {
  return /^(USER_|CRED_|ADD_|DEL_|GRP_|ACCT_|CHGRP_|CHUSER_|SERVICE_|SYSTEM_|DAEMON_|CRYPTO_|VIRT_|ROLE_)/.test(
    type,
  )
}
