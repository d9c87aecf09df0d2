import type { JsonObject, JsonValue } from '#base'
import type { AccountNames } from '../../account-names.ts'
import { isoOfNs } from '../../boot-clock.ts'
import { objectOf, objectOrNone } from '../../object-of.ts'
import type { ProcessImage } from '../../process-image.ts'
import type { TrackedProcess } from '../../tracked-process.ts'

/** What turns ids and boot times into words. */
export interface Wording {
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
  const named = namesOf(wording, image)
  const ids = process.credentials
  return {
    user: ids && named.user(ids.euid),
    group: ids && named.group(ids.egid),
    real_user: ids && named.user(ids.uid),
    real_group: ids && named.group(ids.gid),
    supplemental_groups: image?.groups?.length ? image.groups.map(named.group) : undefined,
  }
}

/** Ids with names; without them for processes in another mount or user namespace, where they mean nothing. */
export function namesOf(
  { names, hostNamespaces }: Wording,
  image: ProcessImage | undefined,
): { readonly user: (id: number) => JsonObject; readonly group: (id: number) => JsonObject } {
  const spaces = image?.namespaces
  const onHost =
    spaces === undefined
      ? image?.container === undefined
      : spaces.mnt === hostNamespaces.mnt && spaces.user === hostNamespaces.user
  return {
    user: (id) => objectOf({ id: String(id), name: onHost ? names.user(id) : undefined }),
    group: (id) => objectOf({ id: String(id), name: onHost ? names.group(id) : undefined }),
  }
}

/** The parent as it is at the moment of the event. */
export function parentObject(parent: TrackedProcess, wording: Wording): JsonObject {
  return objectOf({
    ...identityMembers(parent, wording),
    ...commandLineMembers(parent.image),
    Ext: parent.image && { command_line_truncated: parent.image.argsTruncated },
  })
}

/** A group or session leader. */
export function leaderObject(
  leader: TrackedProcess,
  process: TrackedProcess,
  wording: Wording,
): JsonObject {
  return objectOf({
    ...identityMembers(leader, wording),
    same_as_process: leader === process,
  })
}

/** The entry leader, with how it came in and from where. */
export function entryLeaderObject(
  process: TrackedProcess,
  wording: Wording,
): JsonObject | undefined {
  const { entry } = process
  if (entry === undefined) return undefined
  const { parent } = entry.leader
  return objectOf({
    ...identityMembers(entry.leader, wording),
    same_as_process: entry.leader === process,
    parent:
      parent &&
      objectOf({
        pid: parent.pid,
        entity_id: parent.entityId,
        start: parent.startGuessed
          ? undefined
          : isoOfNs(parent.startBootNs + wording.wallOffsetNs()),
      }),
    entry_meta: objectOf({
      type: entry.type,
      source: objectOrNone({ ip: entry.sourceIp }),
    }),
  })
}
