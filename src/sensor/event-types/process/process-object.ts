import type { JsonObject, JsonValue } from '#base'
import type { AccountNames } from '../../account-names.ts'
import { isoOfNs } from '../../boot-clock.ts'
import { objectOf, objectOrNone } from '../../object-of.ts'
import type { ProcessImage } from '../../process-image.ts'
import type { ProcessEntry, TrackedProcess } from '../../tracked-process.ts'

/** What turns ids and boot times into words. */
export interface Wording {
  readonly fragments: Fragments
  readonly names: AccountNames
  /** The namespaces in which the host's user names and paths mean something. */
  readonly hostNamespaces: HostNamespaces
  readonly wallOffsetNs: () => bigint
}

/** Inode numbers of the host's own namespaces. */
export interface HostNamespaces {
  readonly pid: number
  readonly mnt: number
  readonly net: number
  readonly user: number
}

/** Members of an object under construction; undefined ones are left out. */
export type Members = { readonly [name: string]: JsonValue | undefined }

/** Who a process is: the members that all process objects share. `image` overrides the remembered one. */
export function identityMembers(
  process: TrackedProcess,
  wording: Wording,
  image: ProcessImage | undefined = process.image,
): Members {
  return {
    pid: process.pid,
    entity_id: process.entityId,
    start: process.startGuessed ? undefined : isoOfNs(process.startBootNs + wording.wallOffsetNs()),
    executable: image?.executable,
    name: image?.name,
    args: image?.args,
    args_count: image?.args?.length,
    working_directory: image?.workingDirectory,
    interactive: image?.interactive,
    tty: process.tty && { char_device: { major: process.tty.major, minor: process.tty.minor } },
    ...accountMembers(process, wording, image),
  }
}

/** The command line of an image, for the objects that carry one. */
export function commandLineMembers(image: ProcessImage | undefined): Members {
  return { command_line: image?.args?.join(' ') }
}

function accountMembers(
  process: TrackedProcess,
  wording: Wording,
  image: ProcessImage | undefined,
): Members {
  const named = namesOf(wording, process, image)
  const ids = process.credentials
  return {
    user: ids && named.user(ids.euid),
    group: ids && named.group(ids.egid),
    real_user: ids && named.user(ids.uid),
    real_group: ids && named.group(ids.gid),
    supplemental_groups: image?.groups?.length ? image.groups.map(named.group) : undefined,
  }
}

/** Ids with names; without them for processes inside containers and other user namespaces, where they mean nothing. */
export function namesOf(
  { names, hostNamespaces }: Wording,
  process: TrackedProcess,
  image: ProcessImage | undefined,
): { readonly user: (id: number) => JsonObject; readonly group: (id: number) => JsonObject } {
  const onHost = isOnHost(hostNamespaces, image) ?? isOnHost(hostNamespaces, process.previous)
  return {
    user: (id) => account(id, onHost ? names.user(id) : undefined, users),
    group: (id) => account(id, onHost ? names.group(id) : undefined, groups),
  }
}

/** Undefined when nothing tells. A service with a mount namespace of its own is still on the host. */
function isOnHost(host: HostNamespaces, image: ProcessImage | undefined): boolean | undefined {
  if (image?.container !== undefined) return false
  const own = image?.namespaces
  if (own === undefined) return image?.cgroup === undefined ? undefined : true
  return own.user === host.user && (own.mnt === host.mnt || own.pid === host.pid)
}

interface Account {
  readonly name: string | undefined
  readonly object: JsonObject
}

/** Each document names ten accounts, most of them root: the objects are made once. */
const users = new Map<number, Account>()
const groups = new Map<number, Account>()
const maxAccounts = 4096

function account(id: number, name: string | undefined, known: Map<number, Account>): JsonObject {
  const found = known.get(id)
  if (found?.name === name && found !== undefined) return found.object
  if (known.size >= maxAccounts) known.clear()
  const object: JsonObject = name === undefined ? { id: String(id) } : { id: String(id), name }
  known.set(id, { name, object })
  return object
}

/** The parent as it is at the moment of the event. */
export function parentObject(parent: TrackedProcess, wording: Wording): JsonObject {
  const fragment = wording.fragments.of(parent, wording)
  fragment.parent ??= objectOf({
    ...identityMembers(parent, wording),
    ...commandLineMembers(parent.image),
    Ext: parent.image && { command_line_truncated: parent.image.argsTruncated },
  })
  return fragment.parent
}

/** A group or session leader. */
export function leaderObject(
  leader: TrackedProcess,
  process: TrackedProcess,
  wording: Wording,
): JsonObject {
  const fragment = wording.fragments.of(leader, wording)
  fragment.leader ??= objectOf({ ...identityMembers(leader, wording), same_as_process: false })
  if (leader !== process) return fragment.leader
  return { ...fragment.leader, same_as_process: true }
}

/** The entry leader, with how it came in and from where. */
export function entryLeaderObject(
  process: TrackedProcess,
  wording: Wording,
): JsonObject | undefined {
  const { entry } = process
  if (entry === undefined) return undefined
  const fragment = wording.fragments.of(entry.leader, wording)
  fragment.entry ??= {
    ...leaderObject(entry.leader, process, wording),
    same_as_process: false,
    ...entryMembers(entry, wording),
  }
  if (entry.leader !== process) return fragment.entry
  return { ...fragment.entry, same_as_process: true }
}

function entryMembers({ leader, type, sourceIp }: ProcessEntry, wording: Wording): JsonObject {
  const { parent } = leader
  return objectOf({
    parent: parent && parentOfEntry(parent, wording),
    entry_meta: objectOf({ type, source: objectOrNone({ ip: sourceIp }) }),
  })
}

function parentOfEntry(parent: TrackedProcess, wording: Wording): JsonObject {
  const { pid, entityId, startGuessed, startBootNs } = parent
  return objectOf({
    pid,
    entity_id: entityId,
    start: startGuessed ? undefined : isoOfNs(startBootNs + wording.wallOffsetNs()),
  })
}

/** Objects of processes that appear in the documents of many others, made once until something about them changes. */
export interface Fragments {
  of(process: TrackedProcess, wording: Wording): Fragment
  /** Forgets all: names may have changed. */
  clear(): void
}

interface Fragment {
  readonly image: ProcessImage | undefined
  readonly credentials: TrackedProcess['credentials']
  readonly tty: TrackedProcess['tty']
  readonly entryOf: ProcessEntry | undefined
  readonly wallOffsetNs: bigint
  parent?: JsonObject
  leader?: JsonObject
  entry?: JsonObject
}

/** No fragments yet. They live as long as the processes that they are of. */
export function processFragments(): Fragments {
  let fragments = new WeakMap<TrackedProcess, Fragment>()
  return {
    of(process, wording) {
      const { image, credentials, tty, entry } = process
      const wallOffsetNs = wording.wallOffsetNs()
      const known = fragments.get(process)
      if (
        known?.image === image &&
        known?.credentials === credentials &&
        known?.tty === tty &&
        known?.entryOf === entry &&
        known?.wallOffsetNs === wallOffsetNs
      ) {
        return known
      }
      const fresh: Fragment = { image, credentials, tty, entryOf: entry, wallOffsetNs }
      fragments.set(process, fresh)
      return fresh
    },
    clear: () => {
      fragments = new WeakMap()
    },
  }
}
