import { commonFields } from '../../common-fields.ts'
import type { FieldFacts, FieldType } from '../../event-type.ts'

type Short = readonly [name: string, type: FieldType, meaning: string, unit?: string]

/** Members that every process object has: the process itself, its parent and its leaders. */
const anyProcess: readonly Short[] = [
  ['pid', 'long', 'process id in the initial pid namespace'],
  ['entity_id', 'keyword', 'names the process for ever, through every exec'],
  ['start', 'date', 'when it was forked'],
  [
    'executable',
    'keyword',
    'path of the program as the kernel resolved it; for scripts the interpreter',
  ],
  ['name', 'keyword', 'base name of executable'],
  ['args', 'keyword', 'arguments, the first is the name it was called by'],
  ['args_count', 'long', 'number of arguments captured'],
  ['working_directory', 'keyword', 'current directory at exec'],
  ['interactive', 'boolean', 'stdin and stderr are its controlling terminal'],
  ['tty.char_device.major', 'long', 'controlling terminal; 136 to 143 are pseudo terminals'],
  ['tty.char_device.minor', 'long', 'controlling terminal'],
  ['user.id', 'keyword', 'effective user'],
  ['user.name', 'keyword', 'its name on the host'],
  ['group.id', 'keyword', 'effective group'],
  ['group.name', 'keyword', 'its name on the host'],
  ['real_user.id', 'keyword', 'real user'],
  ['real_user.name', 'keyword', 'its name on the host'],
  ['real_group.id', 'keyword', 'real group'],
  ['real_group.name', 'keyword', 'its name on the host'],
  ['supplemental_groups.id', 'keyword', 'further groups, at most 16'],
  ['supplemental_groups.name', 'keyword', 'their names on the host'],
]

const withCommandLine: readonly Short[] = [
  ['command_line', 'wildcard', 'arguments joined by blanks'],
  ['Ext.command_line_truncated', 'boolean', 'there were more arguments than were captured'],
]

const ownProcess: readonly Short[] = [
  ['end', 'date', 'when its last thread ended'],
  ['exit_code', 'long', 'exit status, or 128 plus the signal that ended it'],
  ['env_vars', 'keyword', 'NAME=value of the few variables that may leave the host'],
  ['saved_user.id', 'keyword', 'saved user'],
  ['saved_user.name', 'keyword', 'its name on the host'],
  ['saved_group.id', 'keyword', 'saved group'],
  ['saved_group.name', 'keyword', 'its name on the host'],
  ['thread.capabilities.effective', 'keyword', 'capabilities in force'],
  ['thread.capabilities.permitted', 'keyword', 'capabilities it may put in force'],
  ['previous.executable', 'keyword', 'the program that this exec replaced'],
  ['previous.args', 'keyword', 'arguments of the replaced program'],
  ['previous.args_count', 'long', 'number of arguments of the replaced program'],
  ['Ext.ancestry', 'keyword', 'entity ids of up to 20 ancestors, parent first'],
]

const entryOnly: readonly Short[] = [
  ['parent.pid', 'long', 'parent of the entry leader'],
  ['parent.entity_id', 'keyword', 'parent of the entry leader'],
  ['parent.start', 'date', 'parent of the entry leader'],
  ['entry_meta.type', 'keyword', 'init, terminal, console, ssm, sshd, container or unknown'],
  ['entry_meta.source.ip', 'ip', 'client address of an SSH entry'],
]

const sameAsProcess: Short = ['same_as_process', 'boolean', 'this leader is the process itself']

const outside: readonly Short[] = [
  ['user.id', 'keyword', 'effective user of the process'],
  ['user.name', 'keyword', 'its name on the host'],
  ['user.Ext.real.id', 'keyword', 'real user of the process'],
  ['user.Ext.real.name', 'keyword', 'its name on the host'],
  ['group.id', 'keyword', 'effective group of the process'],
  ['group.name', 'keyword', 'its name on the host'],
  ['group.Ext.real.id', 'keyword', 'real group of the process'],
  ['group.Ext.real.name', 'keyword', 'its name on the host'],
  ['container.id', 'keyword', 'innermost container, from the control group'],
  ['container.name', 'keyword', 'name given by the engine'],
  ['container.image.name', 'keyword', 'image of the container'],
  ['container.image.tag', 'keyword', 'tag of the image'],
  ['container.image.hash.all', 'keyword', 'digests of the image'],
  ['container.security_context.privileged', 'boolean', 'the engine made it privileged'],
  ['vedette.container.runtime', 'keyword', 'engine by the manner of the control group path'],
  ['vedette.container.chain', 'keyword', 'containers around it, outermost first'],
  ['vedette.container.pod_uid', 'keyword', 'Kubernetes pod'],
  [
    'vedette.container.unknown_runtime',
    'boolean',
    'own pid or mount namespace, but no container id',
  ],
]

const vedette: readonly Short[] = [
  ['invoked', 'keyword', 'path as given to exec; for scripts the script'],
  ['invoked_name', 'keyword', 'base name of invoked: sh where name says dash'],
  ['args_bytes', 'long', 'size of all arguments, captured or not', 'bytes'],
  ['path_truncated', 'boolean', 'executable or working directory was cut'],
  ['boot_ns', 'long', 'boot-clock time of the event', 'nanoseconds'],
  ['namespaces.pid', 'long', 'inode of the pid namespace'],
  ['namespaces.mnt', 'long', 'inode of the mount namespace'],
  ['namespaces.net', 'long', 'inode of the network namespace'],
  ['namespaces.user', 'long', 'inode of the user namespace'],
  ['host_namespaces', 'keyword', 'which of pid, mnt, net, user it shares with the host'],
  ['pid_in_namespace', 'long', 'process id inside its own pid namespace'],
  ['login_uid', 'keyword', 'user who logged in, kept through su and sudo'],
  ['login_session', 'keyword', 'audit session id'],
  ['seccomp', 'keyword', 'off, strict or filter'],
  ['stdio.stdin', 'keyword', 'kind of file: pipe, socket, char, regular, none'],
  ['stdio.stdout', 'keyword', 'kind of file'],
  ['stdio.stderr', 'keyword', 'kind of file'],
  ['file.inode', 'keyword', 'inode of the executable'],
  ['file.device', 'keyword', 'its device, major:minor'],
  ['file.mode', 'keyword', 'its permission bits, octal'],
  ['file.owner', 'keyword', 'its owner'],
  ['file.size', 'long', 'its size', 'bytes'],
  ['is_memfd', 'boolean', 'the program has no place in the file system, only in memory'],
  ['is_deleted', 'boolean', 'the program file has no name any more'],
  ['is_setuid', 'boolean', 'the program file changes the user'],
  ['is_setgid', 'boolean', 'the program file changes the group'],
  ['cgroup', 'keyword', 'control group path'],
  ['signal', 'long', 'signal that ended it'],
  ['incomplete', 'boolean', 'some facts came late, from memory of the parent, or not at all'],
  ['unseen', 'keyword', 'facts that the source could not see'],
]

/** Every leaf of a process document. */
export const processFields: readonly FieldFacts[] = [
  ...commonFields,
  ...described('', outside),
  ...described('process.', [...anyProcess, ...withCommandLine, ...ownProcess]),
  ...described('process.parent.', [...anyProcess, ...withCommandLine]),
  ...described('process.group_leader.', [...anyProcess, sameAsProcess]),
  ...described('process.session_leader.', [...anyProcess, sameAsProcess]),
  ...described('process.entry_leader.', [...anyProcess, sameAsProcess, ...entryOnly]),
  ...described('vedette.process.', vedette),
]

function described(prefix: string, members: readonly Short[]): readonly FieldFacts[] {
  return members.map(([name, type, meaning, unit]) => ({
    name: `${prefix}${name}`,
    type,
    meaning,
    ...(unit === undefined ? {} : { unit }),
  }))
}
