import type { JsonObject } from '#base'
import { objectOf, objectOrNone } from '../../object-of.ts'
import { type ProcessImage, baseName } from '../../process-image.ts'
import type { ProcessChange } from '../../process-cache.ts'
import type { HostNamespaces } from './process-object.ts'

/** Our own extension of a process document: what ECS has no field for. */
export function vedetteProcess(
  change: ProcessChange,
  image: ProcessImage | undefined,
  hostNamespaces: HostNamespaces,
): JsonObject {
  const { process, record } = change
  const started = change.kind === 'exec' || change.kind === 'already_running'
  const unseen = unseenFacts(change, image)
  return objectOf({
    boot_ns: Number(record.bootNs),
    ...(image && imageObject(image, hostNamespaces)),
    pid_in_namespace:
      started && image?.namespaces !== undefined ? change.record.pidInNamespace : undefined,
    signal: change.kind === 'end' && change.record.signal > 0 ? change.record.signal : undefined,
    incomplete: process.incomplete ? true : undefined,
    unseen: unseen.length > 0 ? unseen : undefined,
  })
}

function unseenFacts(
  { process, record }: ProcessChange,
  image: ProcessImage | undefined,
): readonly string[] {
  const ofImage = process.incomplete ? (image?.unseen ?? []) : []
  const ofRecord = record.unseen ?? []
  return ofImage.length + ofRecord.length === 0 ? [] : [...new Set([...ofRecord, ...ofImage])]
}

/** A fork and an end show the same image as the exec before them. */
const objectByImage = new WeakMap<ProcessImage, JsonObject>()

function imageObject(image: ProcessImage, hostNamespaces: HostNamespaces): JsonObject {
  const known = objectByImage.get(image)
  if (known !== undefined) return known
  const made = objectOf(imageMembers(image, hostNamespaces))
  objectByImage.set(image, made)
  return made
}

const seccompModes = ['off', 'strict', 'filter']
const setuidBit = 0o4000
const setgidBit = 0o2000

function imageMembers(image: ProcessImage, hostNamespaces: HostNamespaces) {
  const { file, filename, namespaces, seccomp, stdio } = image
  return {
    invoked: filename,
    invoked_name: filename === undefined ? undefined : baseName(filename),
    args_bytes: image.args === undefined ? undefined : image.argsBytes,
    path_truncated: image.pathTruncated ? true : undefined,
    namespaces: namespaces && { ...namespaces },
    host_namespaces: namespaces && sharedNamespaces(namespaces, hostNamespaces),
    login_uid: idOf(image.loginUid),
    login_session: idOf(image.sessionId),
    seccomp: seccomp === undefined ? undefined : (seccompModes[seccomp] ?? String(seccomp)),
    stdio: stdio && { stdin: stdio[0].kind, stdout: stdio[1].kind, stderr: stdio[2].kind },
    file:
      file &&
      objectOrNone({
        inode: String(file.inode),
        device: `${file.device >>> 20}:${file.device & 0xfffff}`,
        mode: (file.mode & 0o7777).toString(8).padStart(4, '0'),
        owner: String(file.ownerUid),
        size: Number(file.sizeBytes),
      }),
    is_memfd: image.pathIsBare && image.executable?.startsWith('memfd:') ? true : undefined,
    is_deleted: file?.nlink === 0 ? true : undefined,
    is_setuid: file && (file.mode & setuidBit) !== 0 ? true : undefined,
    is_setgid: file && (file.mode & setgidBit) !== 0 ? true : undefined,
    cgroup: image.cgroup,
  }
}

/** Which namespaces a process shares with the host. */
export function sharedNamespaces(
  own: HostNamespaces,
  host: HostNamespaces,
): readonly (keyof HostNamespaces)[] {
  const kinds: readonly (keyof HostNamespaces)[] = ['pid', 'mnt', 'net', 'user']
  return kinds.filter((kind) => own[kind] === host[kind])
}

function idOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}
