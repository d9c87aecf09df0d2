import type { JsonObject, JsonValue } from '#base'
import { objectOf } from '../../object-of.ts'
import { identityOf, type EngineFacts } from './inspect-facts.ts'
import { securityOf } from './inspect-security.ts'
import { listAt, numberAt, textAt, textsAt } from './json-path.ts'
import { fullCapabilities } from './privileged.ts'

const maxListed = 64

/** What a person wants to know first of a container, from the answer of `/containers/<id>/json`. */
export function evidenceFacts(inspected: JsonValue, engine: EngineFacts): JsonObject {
  const identity = identityOf(inspected, engine)
  const security = securityOf(inspected, {
    engine,
    sockets: [],
    full: fullCapabilities(),
    volumeSources: [],
  })
  return objectOf({
    id: textAt(inspected, 'Id'),
    name: identity.name,
    image: textAt(inspected, 'Config', 'Image') ?? textAt(inspected, 'ImageName'),
    image_id: textAt(inspected, 'Image'),
    state: textAt(inspected, 'State', 'Status'),
    pid: numberAt(inspected, 'State', 'Pid') || undefined,
    started_at: textAt(inspected, 'State', 'StartedAt'),
    exit_code: numberAt(inspected, 'State', 'ExitCode'),
    command: [textAt(inspected, 'Path') ?? '', ...textsAt(inspected, 'Args')].slice(0, maxListed),
    privileged: security.privileged,
    namespaces: namespacesOf(security),
    capabilities_added: security.capAdd?.slice(0, maxListed),
    capabilities_dropped: security.capDrop?.slice(0, maxListed),
    mounts: mountsOf(inspected),
    seccomp: security.seccomp,
    apparmor: security.apparmor,
    engine: [engine.name, engine.version].filter((word) => word !== undefined).join(' '),
  })
}

/** Name spaces that the container shares with its host. */
function namespacesOf(security: ReturnType<typeof securityOf>): readonly string[] {
  const shared = [
    ['pid', security.hostPid],
    ['network', security.hostNetwork],
    ['ipc', security.hostIpc],
    ['user', security.hostUserns],
  ] as const
  return shared.flatMap(([name, isShared]) => (isShared === true ? [name] : []))
}

function mountsOf(inspected: JsonValue): readonly string[] {
  return listAt(inspected, 'Mounts')
    .slice(0, maxListed)
    .map((mount) => {
      const from = textAt(mount, 'Source') ?? textAt(mount, 'Name') ?? textAt(mount, 'Type') ?? '?'
      return `${from} on ${textAt(mount, 'Destination') ?? '?'} ${textAt(mount, 'Mode') ?? ''}`.trim()
    })
}
