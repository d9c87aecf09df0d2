import type { Integration } from '../../integration.ts'
import { lineByLine } from '../../line-by-line.ts'
import { authDataset, syslogDataset, systemDocument } from '../../logins/system-document.ts'
import { syslogLineOf } from '../../logins/syslog-line.ts'

/** `/var/log/auth.log`, `/var/log/secure` and other files of syslog. */
export const syslog: Integration = {
  name: 'syslog',
  title: 'files of syslog: who logged in, became somebody else, made accounts',
  streams: [`logs-${authDataset}`, `logs-${syslogDataset}`],
  joinsLines: false,
  isMeant: (line) => syslogLineOf(line, { nowMs: 0 }) !== undefined,
  reader: lineByLine((line, context) => {
    const parts = syslogLineOf(line, context)
    return parts === undefined
      ? 'it is no line of syslog: expected a time, a host, and a program before a colon'
      : systemDocument(parts)
  }),
}
