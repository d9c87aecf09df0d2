import type { JsonObject } from '#base'
import type { EventDocument } from '#event'
import { isoOfNs } from '../../boot-clock.ts'
import { capabilityNames } from '../../capabilities.ts'
import type { ContainerFacts, ContainerLookup } from '../../container-facts.ts'
import type { Envelope } from '../../envelope.ts'
import { objectOf, objectOrNone } from '../../object-of.ts'
import type { ProcessChange } from '../../process-cache.ts'
import type { ProcessImage } from '../../process-image.ts'
import type { TrackedProcess } from '../../tracked-process.ts'
import { processEvents } from './process.ts'
import {
  type Members,
  type Wording,
  commandLineMembers,
  entryLeaderObject,
  identityMembers,
  leaderObject,
  namesOf,
  parentObject,
} from './process-object.ts'
import { sharedNamespaces, vedetteProcess } from './vedette-object.ts'

/** What documents are made with. */
export interface ProcessWording extends Wording {
  readonly envelope: Envelope
  readonly mode: string
  readonly containerFacts: ContainerLookup
}

const types: { readonly [kind in ProcessChange['kind']]: string } = {
  exec: 'start',
  fork: 'start',
  end: 'end',
  already_running: 'info',
}

/** One change as an ECS document in the shape of `logs-endpoint.events.process`. */
export function processDocument(change: ProcessChange, wording: ProcessWording): EventDocument {
  const { process } = change
  const image =
    change.kind === 'exec' || change.kind === 'already_running' ? change.image : process.image
  return wording.envelope({
    type: processEvents,
    bootNs: change.record.bootNs,
    event: { action: change.kind, type: [types[change.kind]], category: ['process'] },
    message: 'Endpoint process event',
    members: {
      ...accountObjects(process, image, wording),
      container: containerObject(image, wording.containerFacts),
      process: processObject(change, image, wording),
      vedette: objectOf({
        sensor: { mode: wording.mode },
        container: containerExtension(image, wording),
        process: vedetteProcess(change, image, wording.hostNamespaces),
      }),
    },
  })
}

function processObject(
  change: ProcessChange,
  image: ProcessImage | undefined,
  wording: ProcessWording,
): JsonObject {
  const { process } = change
  const { parent, groupLeader, sessionLeader } = process
  return objectOf({
    ...identityMembers(process, wording, image),
    ...commandLineMembers(image),
    ...savedIds(process, image, wording),
    ...endMembers(change, wording),
    env_vars: change.kind === 'already_running' || !image?.env?.length ? undefined : image.env,
    thread: image?.capabilities && {
      capabilities: {
        effective: capabilityNames(image.capabilities.effective),
        permitted: capabilityNames(image.capabilities.permitted),
      },
    },
    previous:
      change.kind === 'exec' && process.previous ? [previousObject(process.previous)] : undefined,
    Ext: objectOf({
      ancestry: process.ancestry,
      command_line_truncated: image?.argsTruncated,
    }),
    parent: parent && parentObject(parent, wording),
    group_leader: groupLeader && leaderObject(groupLeader, process, wording),
    session_leader: sessionLeader && leaderObject(sessionLeader, process, wording),
    entry_leader: entryLeaderObject(process, wording),
  })
}

function endMembers(change: ProcessChange, wording: Wording): Members {
  if (change.kind !== 'end') return {}
  const { record } = change
  return {
    end: isoOfNs(record.bootNs + wording.wallOffsetNs()),
    // As shells report it: a process ended by a signal has no exit status of its own.
    exit_code: record.unseen?.includes('exitStatus')
      ? undefined
      : record.signal > 0
        ? 128 + record.signal
        : record.exitStatus,
  }
}

function savedIds(
  process: TrackedProcess,
  image: ProcessImage | undefined,
  wording: Wording,
): Members {
  const { credentials } = process
  if (credentials === undefined) return {}
  const named = namesOf(wording, process, image)
  return {
    saved_user: named.user(credentials.suid),
    saved_group: named.group(credentials.sgid),
  }
}

function previousObject(image: ProcessImage): JsonObject {
  return objectOf({
    executable: image.executable,
    args: image.args,
    args_count: image.args?.length,
  })
}

function accountObjects(
  process: TrackedProcess,
  image: ProcessImage | undefined,
  wording: Wording,
): Members {
  const { credentials } = process
  if (credentials === undefined) return {}
  const named = namesOf(wording, process, image)
  return {
    user: { ...named.user(credentials.euid), Ext: { real: named.user(credentials.uid) } },
    group: { ...named.group(credentials.egid), Ext: { real: named.group(credentials.gid) } },
  }
}

function containerObject(
  image: ProcessImage | undefined,
  lookup: ContainerLookup,
): JsonObject | undefined {
  const id = image?.container?.id
  if (id === undefined) return undefined
  const facts: ContainerFacts = lookup(id) ?? {}
  const { name, imageName, imageTag, imageDigests, privileged } = facts
  return objectOf({
    id,
    name,
    image: objectOrNone({
      name: imageName,
      tag: imageTag === undefined ? undefined : [imageTag],
      hash: imageDigests?.length ? { all: imageDigests } : undefined,
    }),
    security_context: objectOrNone({ privileged }),
  })
}

function containerExtension(
  image: ProcessImage | undefined,
  { hostNamespaces }: Wording,
): JsonObject | undefined {
  const place = image?.container
  if (place !== undefined) {
    return objectOf({ runtime: place.runtime, chain: place.chain, pod_uid: place.podUid })
  }
  if (image?.namespaces === undefined) return undefined
  const shared = sharedNamespaces(image.namespaces, hostNamespaces)
  const confined = !shared.includes('pid') || !shared.includes('mnt')
  return confined ? { unknown_runtime: true } : undefined
}
