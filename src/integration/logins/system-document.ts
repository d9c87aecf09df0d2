import { ecsDocument, streamFields, streamOf, type EcsFields } from '../ecs-document.ts'
import type { Mapped } from '../line-by-line.ts'
import { loginFields } from './login-message.ts'

/** A message of the system's log. */
export interface SystemMessage {
  readonly atMs: number
  readonly host: string | undefined
  /** Who says it: `sshd`, `kernel`. */
  readonly program: string
  readonly pid: number | undefined
  readonly message: string
  /** What else is known. */
  readonly rest?: EcsFields
}

/** The data streams of the system's log: who came and went, and everything else. */
export const authDataset = 'system.auth'
export const syslogDataset = 'system.syslog'

/** The document of a message, in one of the two data streams. */
export function systemDocument({ atMs, host, program, pid, message, rest }: SystemMessage): Mapped {
  const login = loginFields(program, message)
  const dataset = login === undefined ? syslogDataset : authDataset
  return {
    index: streamOf(dataset),
    source: ecsDocument({
      '@timestamp': new Date(atMs).toISOString(),
      ...streamFields(dataset),
      'event.kind': 'event',
      'host.name': host,
      'host.hostname': host,
      'host.os.type': 'linux',
      'process.name': program,
      'process.pid': pid,
      message,
      ...rest,
      ...login,
    }),
  }
}
