import type { JsonObject, JsonValue } from '#base'
import type { Integration } from '../../integration.ts'
import { baseName, numberIn } from '../../ecs-document.ts'
import { jsonByLine } from '../../line-by-line.ts'
import { authDataset, syslogDataset, systemDocument } from '../../logins/system-document.ts'

/** What `journalctl -o json` writes. */
export const journald: Integration = {
  name: 'journald',
  title: 'journalctl -o json: the same as syslog, with what the journal knows of the sender',
  streams: [`logs-${authDataset}`, `logs-${syslogDataset}`],
  joinsLines: false,
  isMeant: (line) => line.startsWith('{') && line.includes('"__REALTIME_TIMESTAMP"'),
  reader: jsonByLine((record) => {
    const atMs = timeOf(record)
    if (atMs === undefined) {
      return '__REALTIME_TIMESTAMP is missing or no number of microseconds'
    }
    const text = (name: string) => textOf(record[name])
    const program = text('SYSLOG_IDENTIFIER') ?? text('_COMM') ?? 'unknown'
    const executable = text('_EXE')
    return systemDocument({
      atMs,
      host: text('_HOSTNAME'),
      program,
      pid: numberIn(text('_PID')),
      message: text('MESSAGE') ?? '',
      rest: {
        'process.executable': executable,
        'process.name': baseName(executable) ?? program,
        'process.command_line': text('_CMDLINE'),
        'user.id': text('_UID'),
        'host.id': text('_MACHINE_ID'),
        'log.syslog.priority': numberIn(text('PRIORITY')),
        'systemd.unit': text('_SYSTEMD_UNIT'),
        'systemd.transport': text('_TRANSPORT'),
      },
    })
  }),
}

const furthestMs = 253_402_300_799_999

function timeOf(record: JsonObject): number | undefined {
  const text = textOf(record['__REALTIME_TIMESTAMP'])
  if (text === undefined || !/^\d{1,18}$/.test(text)) return undefined
  const atMs = Math.floor(Number(text) / 1000)
  return atMs <= furthestMs ? atMs : undefined
}

const utf8 = new TextDecoder()

/** A value of the journal: text, bytes where it is none, the first of several, nothing where it was too long. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return undefined
  if (value.every((byte) => typeof byte === 'number')) {
    return utf8.decode(Uint8Array.from(value, Number))
  }
  return textOf(value.find((each) => typeof each === 'string'))
}
