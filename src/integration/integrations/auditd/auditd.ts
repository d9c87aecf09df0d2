import type { Integration, Reading } from '../../integration.ts'
import { streamOf } from '../../ecs-document.ts'
import { auditDataset, auditDocument } from './document.ts'
import { auditJoiner, type AuditEvent } from './joiner.ts'
import { processMemory } from './process-memory.ts'
import { auditRecordOf, isAuditLine } from './record.ts'

/** The log of the Linux audit system, as auditd and the kernel write it. */
export const auditd: Integration = {
  name: 'auditd',
  title: 'the log of the Linux audit daemon: records joined, hex decoded',
  streams: [`logs-${auditDataset}`],
  joinsLines: true,
  isMeant: isAuditLine,
  reader() {
    const joiner = auditJoiner()
    const memory = processMemory()
    const told = (event: AuditEvent): Reading => ({
      kind: 'event',
      number: event.number,
      index: streamOf(auditDataset),
      source: auditDocument(event, memory),
    })
    return {
      take(line, number) {
        if (line.trim() === '') return []
        const record = auditRecordOf(line)
        if (record === undefined) {
          const reason = 'it is no audit record: expected type=… msg=audit(SECONDS.MS:SERIAL): …'
          return [{ kind: 'rejected', number, reason }]
        }
        const events = joiner.take(record, number)
        return typeof events === 'string'
          ? [{ kind: 'rejected', number, reason: events }]
          : events.map(told)
      },
      end: () => joiner.end().map(told),
    }
  },
}
