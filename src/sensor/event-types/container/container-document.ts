import type { JsonObject, JsonValue } from '#base'
import type { EventDocument } from '#event'
import { isoOfNs } from '../../boot-clock.ts'
import { objectOf, objectOrNone } from '../../object-of.ts'
import { containerEvents } from './container.ts'
import type {
  ContainerCommand,
  ContainerIdentity,
  ContainerSecurity,
} from './container-security.ts'

/** What happened to a container. */
export type ContainerAction =
  | 'container-created'
  | 'container-started'
  | 'container-exec'
  | 'container-stopped'
  /** Gone before it could be looked at. */
  | 'container-vanished'

/** One fact about a container, before it is put into a document's shape. */
export interface ContainerEvent {
  /** The same fact has the same id, however often it is read. */
  readonly id: string
  readonly action: ContainerAction
  readonly type: 'creation' | 'start' | 'info'
  readonly source: 'engine' | 'oci'
  /** Epoch nanoseconds. */
  readonly atNs: bigint
  readonly containerId: string | undefined
  readonly identity?: ContainerIdentity | undefined
  readonly security?: ContainerSecurity | undefined
  readonly command?: ContainerCommand | undefined
  readonly exec?:
    { readonly id?: string | undefined; readonly privileged?: boolean | undefined } | undefined
  readonly exitCode?: number | undefined
  readonly engineSocket?: string | undefined
  readonly bundle?: string | undefined
  readonly caughtUp?: boolean | undefined
  /** The runtime that was started: ECS `process` and `user`. */
  readonly process?: JsonObject | undefined
  readonly user?: JsonObject | undefined
  /** Why facts are missing. */
  readonly error?: string | undefined
}

/** What every document of this host carries. */
export interface ContainerDocumentOptions {
  /** The ECS `host` object. */
  readonly host: JsonObject
  /** Epoch nanoseconds now. */
  readonly nowNs: bigint
  readonly agent?: JsonObject | undefined
}

const maxTexts = 64
const maxTextLength = 4096

/** A container event as an ECS document; lists and texts are cut to stated limits. */
export function containerDocument(
  event: ContainerEvent,
  { host, nowNs, agent }: ContainerDocumentOptions,
): EventDocument {
  const source = objectOf({
    '@timestamp': isoOfNs(event.atNs),
    message: messageOf(event),
    ecs: { version: '8.10.0' },
    data_stream: { type: 'logs', dataset: containerEvents.dataset, namespace: 'default' },
    agent,
    event: {
      id: event.id,
      created: isoOfNs(nowNs),
      kind: 'event',
      category: ['configuration'],
      type: [event.type],
      action: event.action,
      module: 'vedette',
      dataset: containerEvents.dataset,
    },
    error: event.error === undefined ? undefined : { message: event.error },
    host,
    container: containerObject(event),
    orchestrator: orchestratorObject(event.identity),
    process: event.process,
    user: event.user,
    vedette: { container: ownObject(event) },
  })
  return { index: containerEvents.dataStream, id: event.id, source }
}

const deeds: { readonly [action in ContainerAction]: string } = {
  'container-created': 'Container created',
  'container-started': 'Container started',
  'container-exec': 'Program run inside a container',
  'container-stopped': 'Container stopped',
  'container-vanished': 'Container gone before it could be looked at',
}

function messageOf({ action, source }: ContainerEvent): string {
  const teller = source === 'engine' ? 'container engine' : 'container runtime'
  return `${deeds[action]} (${teller})`
}

function containerObject({ containerId, identity, security }: ContainerEvent): JsonObject {
  return objectOf({
    id: containerId,
    name: identity?.name,
    runtime: identity?.engine,
    image: objectOrNone({
      name: identity?.imageName,
      tag: listOf(identity?.imageTags),
      hash: identity?.imageHashes?.length ? { all: identity.imageHashes } : undefined,
    }),
    labels: identity?.labels && objectOrNone(identity.labels),
    security_context: objectOrNone({ privileged: security?.privileged }),
  })
}

function orchestratorObject(identity: ContainerIdentity | undefined): JsonObject | undefined {
  const pod = identity?.pod
  if (pod === undefined) return undefined
  return objectOf({
    type: 'kubernetes',
    namespace: pod.namespace,
    resource: { name: pod.name, type: 'pod' },
  })
}

function ownObject(event: ContainerEvent): JsonObject {
  const { identity, command } = event
  return objectOf({
    source: event.source,
    engine_socket: event.engineSocket,
    oci_runtime: identity?.ociRuntime,
    bundle: event.bundle,
    entrypoint: listOf(command?.entrypoint),
    command: listOf(command?.command),
    user: command?.user,
    working_directory: command?.workingDirectory,
    ...securityMembers(event.security ?? {}),
    exec_id: event.exec?.id,
    exec_privileged: event.exec?.privileged,
    compose_project: identity?.labels?.['com.docker.compose.project'],
    compose_service: identity?.labels?.['com.docker.compose.service'],
    exit_code: event.exitCode,
    caught_up: event.caughtUp,
    labels_dropped: identity?.labelsDropped,
  })
}

function securityMembers(security: ContainerSecurity): {
  readonly [name: string]: JsonValue | undefined
} {
  return {
    cap_add: listOf(security.capAdd),
    cap_drop: listOf(security.capDrop),
    // An empty set is a fact too: a container without any capability.
    capabilities: security.capabilities,
    all_capabilities: security.allCapabilities,
    host_pid: security.hostPid,
    host_network: security.hostNetwork,
    host_ipc: security.hostIpc,
    host_userns: security.hostUserns,
    user_namespace: security.userNamespace,
    host_mounts: listOf(security.hostMounts),
    host_devices: listOf(security.hostDevices),
    engine_socket_mounted: security.engineSocketMounted,
    devices_all: security.allDevices,
    seccomp: security.seccomp,
    apparmor: security.apparmor,
    masked_paths: security.maskedPaths,
  }
}

function listOf(texts: readonly string[] | undefined): readonly string[] | undefined {
  if (texts === undefined || texts.length === 0) return undefined
  return texts.slice(0, maxTexts).map((text) => text.slice(0, maxTextLength))
}
