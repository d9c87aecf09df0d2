import type { JsonObject } from '#base'
import {
  addressIn,
  baseName,
  ecsDocument,
  numberIn,
  streamFields,
  type EcsFields,
} from '../../ecs-document.ts'
import { argumentsOf } from './arguments.ts'
import { architectures, meaningByCall, type CallMeaning } from './calls.ts'
import type { AuditEvent } from './joiner.ts'
import { meaningByRecord } from './meanings.ts'
import type { ProcessMemory, StartedProgram } from './process-memory.ts'
import { idOf, textOf, wordOf, type AuditRecord } from './record.ts'
import { socketFields } from './socket-address.ts'

/** The data stream that public rules for the audit system read. */
export const auditDataset = 'auditd_manager.auditd'

/** The ECS document of an event. A failed exec is no process start: programs search all of PATH that way. */
export function auditDocument(event: AuditEvent, memory: ProcessMemory): JsonObject {
  const of = (type: string) => event.records.find((record) => record.type === type)
  const [first] = event.records
  const main = of('SYSCALL') ?? first
  if (main === undefined) return {}
  const call = callOf(main)
  const isExec = call === 'execve' || call === 'execveat'
  const outcome = outcomeOf(main)
  const meaning = isExec ? execMeaning(outcome) : meaningOf(event.records, call)
  const program = programOf(event.records, { main, isExec })
  const pid = numberIn(main.fields.get('pid'))
  if (isExec && outcome === 'success' && pid !== undefined) memory.put(main.node, pid, program)
  return ecsDocument({
    '@timestamp': new Date(main.atMs).toISOString(),
    ...streamFields(auditDataset),
    'event.kind': main.type.startsWith('ANOM_') ? 'alert' : 'event',
    'event.category': [meaning.category],
    'event.type': meaning.type,
    'event.action': meaning.action,
    'event.outcome': outcome,
    'event.sequence': main.serial,
    'host.name': main.node,
    'host.os.type': 'linux',
    ...processFields(main, { program, memory, pid }),
    'process.args_count': isExec && program.args.length > 0 ? program.count : undefined,
    'process.title': textOf(of('PROCTITLE')?.fields.get('proctitle'))?.replaceAll('\0', ' ').trim(),
    'process.working_directory':
      textOf(of('CWD')?.fields.get('cwd')) ?? textOf(main.fields.get('cwd')),
    ...userFields(main),
    ...fileFields(event.records, { isExec }),
    ...socketFields(of('SOCKADDR')?.fields.get('saddr'), call),
    ...accountFields(main),
    ...auditFields(event, { main, call }),
  })
}

/** The name of the system call of a record, or its number; undefined for other records. */
function callOf({ type, fields, names }: AuditRecord): string | undefined {
  const number = fields.get('syscall')
  if (type !== 'SYSCALL' || number === undefined) return undefined
  const known = architectures[fields.get('arch') ?? '']?.calls[number]
  return wordOf(names.get('SYSCALL')) ?? known ?? number
}

function outcomeOf({ fields }: AuditRecord): string {
  const result = fields.get('success') ?? wordOf(fields.get('res')) ?? wordOf(fields.get('result'))
  if (result === 'yes' || result === 'success' || result === '1') return 'success'
  return result === 'no' || result === 'failed' || result === '0' ? 'failure' : 'unknown'
}

/** Rules for the audit system ask for `executed`, those for process events of all kinds for `exec`: it is both. */
function execMeaning(outcome: string): CallMeaning {
  return outcome === 'success'
    ? { action: ['exec', 'executed'], category: 'process', type: ['start'] }
    : { action: 'tried-to-execute', category: 'process', type: ['info'] }
}

/** That of the first record which has one by itself, else that of the call. */
function meaningOf(records: readonly AuditRecord[], call: string | undefined): CallMeaning {
  for (const { type, fields } of records) {
    if (type === 'AVC' && fields.has('apparmor')) return refusedByProfile
    const known = Object.hasOwn(meaningByRecord, type) ? meaningByRecord[type] : undefined
    if (known !== undefined) return known
  }
  const known =
    call !== undefined && Object.hasOwn(meaningByCall, call) ? meaningByCall[call] : undefined
  const type = records[0]?.type.toLowerCase().replaceAll('_', '-') ?? 'unknown'
  const action = call === undefined ? type : `called-${call}`
  return known ?? { action, category: 'process', type: ['info'] }
}

const refusedByProfile: CallMeaning = {
  action: 'violated-apparmor-policy',
  category: 'intrusion_detection',
  type: ['denied'],
}

interface Program extends StartedProgram {
  readonly count: number
}

function programOf(
  records: readonly AuditRecord[],
  { main, isExec }: { readonly main: AuditRecord; readonly isExec: boolean },
): Program {
  const executable = textOf(main.fields.get('exe'))?.replace(/ \(deleted\)$/, '')
  const { args, count } = argumentsOf(records.filter(({ type }) => isExec && type === 'EXECVE'))
  const pid = main.fields.get('pid') ?? ''
  return {
    entityId: [main.node ?? '', pid, main.atMs, main.serial].join('-'),
    executable,
    // Another name than that of its file is what a program calls itself: that is cut, and can be chosen.
    name: baseName(executable) ?? textOf(main.fields.get('comm')),
    args,
    count,
  }
}

function processFields(
  main: AuditRecord,
  {
    program,
    memory,
    pid,
  }: {
    readonly program: Program
    readonly memory: ProcessMemory
    readonly pid: number | undefined
  },
): EcsFields {
  const ppid = numberIn(main.fields.get('ppid'))
  const parent = ppid === undefined ? undefined : memory.of(main.node, ppid)
  const known = pid === undefined ? undefined : memory.of(main.node, pid)
  const command = textOf(main.fields.get('cmd'))
  const args = program.args.length > 0 ? program.args : (known?.args ?? [])
  return {
    'process.pid': pid,
    'process.entity_id': known?.entityId,
    'process.name': program.name,
    'process.executable': program.executable,
    'process.args': args,
    'process.command_line': command ?? (args.join(' ') || undefined),
    'process.parent.pid': ppid,
    'process.parent.entity_id': parent?.entityId,
    'process.parent.name': parent?.name,
    'process.parent.executable': parent?.executable,
    'process.parent.args': parent?.args,
    'process.parent.command_line': parent?.args.join(' '),
    'process.tty.name': wordOf(main.fields.get('tty') ?? main.fields.get('terminal')),
  }
}

/** Who it was: by ids, and by names where the daemon looked them up; 0 is root everywhere. */
function userFields({ fields, names }: AuditRecord): EcsFields {
  const found: { [name: string]: string | undefined } = {}
  const put = (prefix: string, field: string): void => {
    const id = idOf(fields.get(field))
    if (id === undefined) return
    const name = wordOf(names.get(field.toUpperCase())) ?? (id === '0' ? 'root' : undefined)
    found[`${prefix}.id`] = id
    found[`${prefix}.name`] = name === 'unset' ? undefined : name
  }
  put('user', 'uid')
  put('user.audit', 'auid')
  put('user.effective', 'euid')
  put('user.saved', 'suid')
  put('user.filesystem', 'fsuid')
  put('group', 'gid')
  put('user.effective.group', 'egid')
  return found
}

/** The file that a call is about: the last that is named and no directory on the way there. */
function fileFields(
  records: readonly AuditRecord[],
  { isExec }: { readonly isExec: boolean },
): EcsFields {
  if (isExec) return {}
  const paths = records.filter(({ type }) => type === 'PATH')
  const path = paths.findLast(({ fields }) => fields.get('nametype') !== 'PARENT') ?? paths.at(-1)
  const name = textOf(path?.fields.get('name'))
  if (path === undefined || name === undefined) return {}
  return {
    'file.path': name,
    'file.name': baseName(name),
    'file.inode': idOf(path.fields.get('inode')),
    'file.mode': path.fields.get('mode')?.slice(-4),
    'file.uid': idOf(path.fields.get('ouid')),
    'file.gid': idOf(path.fields.get('ogid')),
  }
}

/** What programs tell of accounts and of where somebody comes from. */
function accountFields({ fields }: AuditRecord): EcsFields {
  const account = textOf(fields.get('acct')) ?? wordOf(fields.get('acct'))
  const address = wordOf(fields.get('addr'))
  const ip = addressIn(address)
  return {
    ...(account !== undefined && { 'user.target.name': account, 'related.user': [account] }),
    'source.address': ip,
    'source.ip': ip,
  }
}

function auditFields(
  { records }: AuditEvent,
  { main, call }: { readonly main: AuditRecord; readonly call: string | undefined },
): EcsFields {
  const data = ['a0', 'a1', 'a2', 'a3', 'exit', 'op', 'grantors', 'apparmor', 'unit', 'sig']
  const key = textOf(main.fields.get('key')) ?? wordOf(main.fields.get('key'))
  const arch = main.fields.get('arch')
  return {
    ...Object.fromEntries(
      data.map((name) => [`auditd.data.${name}`, wordOf(main.fields.get(name))]),
    ),
    'auditd.data.syscall': call,
    'auditd.data.arch': arch === undefined ? undefined : (architectures[arch]?.name ?? arch),
    'auditd.message_type': main.type.toLowerCase(),
    'auditd.result': outcomeOf(main).replace('failure', 'fail'),
    'auditd.session': idOf(main.fields.get('ses')),
    'auditd.record_types': [...new Set(records.map(({ type }) => type))],
    tags: key === undefined ? undefined : key.split('\u0001'),
  }
}
