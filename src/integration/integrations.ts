import type { Integration } from './integration.ts'
import { auditd } from './integrations/auditd/auditd.ts'
import { docker } from './integrations/docker/docker.ts'
import { falco } from './integrations/falco/falco.ts'
import { journald } from './integrations/journald/journald.ts'
import { osquery } from './integrations/osquery/osquery.ts'
import { sysmon } from './integrations/sysmon/sysmon.ts'
import { syslog } from './integrations/syslog/syslog.ts'
import { tetragon } from './integrations/tetragon/tetragon.ts'

/** Every integration, the more telling formats first: the first whose lines they are is taken. */
export const integrations: readonly Integration[] = [
  auditd,
  sysmon,
  journald,
  docker,
  falco,
  tetragon,
  osquery,
  syslog,
]
