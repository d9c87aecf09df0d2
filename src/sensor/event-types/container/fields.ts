import { commonFields } from '../../common-fields.ts'
import type { FieldFacts, FieldType } from '../../event-type.ts'

type Short = readonly [name: string, type: FieldType, meaning: string]

const standard: readonly Short[] = [
  ['error.message', 'match_only_text', 'why facts are missing'],
  ['container.id', 'keyword', 'usually 64 hex digits'],
  ['container.name', 'keyword', 'as the engine calls it'],
  ['container.runtime', 'keyword', 'the engine: docker, podman, containerd, cri-o'],
  ['container.image.name', 'keyword', 'image without its tag'],
  ['container.image.tag', 'keyword', 'tag of the image'],
  ['container.image.hash.all', 'keyword', 'algorithm:digest of the image'],
  ['container.labels', 'keyword', 'one member a label, at most 100 of 1024 characters each'],
  [
    'container.security_context.privileged',
    'boolean',
    'asked for as privileged, or as good as: every capability, no system call filter, no hidden paths; absent where unknown',
  ],
  ['orchestrator.type', 'keyword', 'kubernetes'],
  ['orchestrator.namespace', 'keyword', 'namespace of the pod'],
  ['orchestrator.resource.name', 'keyword', 'name of the pod'],
  ['orchestrator.resource.type', 'keyword', 'pod'],
  ['user.id', 'keyword', 'effective user of the runtime process (source oci)'],
  ['process.pid', 'long', 'the runtime process (source oci)'],
  ['process.entity_id', 'keyword', 'names the runtime process for ever (source oci)'],
  ['process.name', 'keyword', 'base name of the runtime (source oci)'],
  ['process.executable', 'keyword', 'path of the runtime (source oci)'],
  ['process.args', 'keyword', 'arguments of the runtime (source oci)'],
  ['process.args_count', 'long', 'number of arguments captured (source oci)'],
  ['process.command_line', 'wildcard', 'arguments joined by blanks (source oci)'],
  ['process.working_directory', 'keyword', 'of the runtime (source oci)'],
  ['process.parent.pid', 'long', 'who started the runtime (source oci)'],
]

const own: readonly Short[] = [
  [
    'source',
    'keyword',
    'engine: told by the engine; oci: read from what the runtime was given when it was started',
  ],
  ['engine_socket', 'keyword', 'the socket of the engine that told it (source engine)'],
  ['oci_runtime', 'keyword', 'runc, crun, runsc'],
  ['bundle', 'keyword', 'folder of the OCI file (source oci)'],
  ['entrypoint', 'keyword', 'as configured'],
  ['command', 'keyword', 'arguments inside, at most 64 of 4096 characters each'],
  ['user', 'keyword', 'user inside, as configured'],
  ['working_directory', 'keyword', 'directory inside, as configured'],
  ['cap_add', 'keyword', 'capabilities asked for beyond the usual; ALL for all (source engine)'],
  ['cap_drop', 'keyword', 'capabilities asked to be left out (source engine)'],
  ['capabilities', 'keyword', 'effective capabilities (source oci)'],
  ['all_capabilities', 'boolean', 'every capability that the host can give'],
  ['host_pid', 'boolean', 'sees the processes of the host'],
  ['host_network', 'boolean', 'uses the network of the host'],
  ['host_ipc', 'boolean', 'shares memory segments with the host'],
  ['host_userns', 'boolean', 'root inside is root of the host'],
  ['user_namespace', 'boolean', 'has a user namespace of its own'],
  [
    'host_mounts',
    'keyword',
    'paths of the host that are mounted inside, also in the disguise of a volume',
  ],
  ['host_devices', 'keyword', 'device nodes given to it, at most 64'],
  ['engine_socket_mounted', 'boolean', 'a mount reaches the socket of a container engine'],
  ['devices_all', 'boolean', 'may use every device of the host'],
  [
    'seccomp',
    'keyword',
    'default; profile: a filter, not known to be the default; unconfined: asked to be off; none: there is no filter',
  ],
  ['apparmor', 'keyword', 'AppArmor profile'],
  ['masked_paths', 'boolean', 'dangerous paths of /proc and /sys are hidden'],
  ['exec_id', 'keyword', 'name that the engine gave to the exec (source engine)'],
  [
    'exec_privileged',
    'boolean',
    'the program that joined the container was given every capability',
  ],
  ['compose_project', 'keyword', 'Compose project, from labels'],
  ['compose_service', 'keyword', 'Compose service, from labels'],
  ['exit_code', 'long', '0 to 255, of a stopped container'],
  ['caught_up', 'boolean', 'found in the list of the engine; its event was never received'],
  ['labels_dropped', 'long', 'labels that found no room in the document'],
]

/** Every leaf that a container document can have; labels are members of `container.labels`. */
export const containerFields: readonly FieldFacts[] = [
  ...commonFields.filter(({ name }) => name !== 'vedette.sensor.mode'),
  ...standard.map(toFacts),
  ...own.map(([name, type, meaning]) => toFacts([`vedette.container.${name}`, type, meaning])),
]

function toFacts([name, type, meaning]: Short): FieldFacts {
  return { name, type, meaning }
}
