import { hashOf, type JsonObject } from '#base'
import type { NewEvent } from '#store'
import { hostObject, type SampleHost } from './sample-hosts.ts'

/** A process of the sample world, and where it came from. */
export interface SampleProcess {
  readonly host: SampleHost
  readonly user: SampleUser
  readonly atMs: number
  readonly executable: string
  readonly args: readonly string[]
  readonly entityId: string
  readonly pid: number
  /** Undefined: the first of its line. */
  readonly parent: SampleProcess | undefined
  /** How its session was entered, where it began one. */
  readonly entry: SampleEntry | undefined
}

/** Who runs it. */
export interface SampleUser {
  readonly id: string
  readonly name: string
}

/** How somebody came in. */
export type SampleEntry =
  { readonly type: 'sshd'; readonly ip: string } | { readonly type: 'init' | 'cron' }

/** What every event of the sample world is marked with, wherever it is looked at. */
export const sampleTag = 'vedette-sample'

export const root: SampleUser = { id: '0', name: 'root' }

/** The first process of a line: a service, or the shell of somebody who came in. */
export function firstProcess(
  host: SampleHost,
  user: SampleUser,
  told: {
    readonly atMs: number
    readonly args: readonly [executable: string, ...string[]]
    readonly entry: SampleEntry
  },
): SampleProcess {
  return made({ host, user, parent: undefined, ...told })
}

/** A process that another one started, `afterMs` after its own start. Its name is the first argument, as `exec` finds it. */
export function child(
  parent: SampleProcess,
  afterMs: number,
  args: readonly [executable: string, ...string[]],
  user = parent.user,
): SampleProcess {
  const { host } = parent
  return made({ host, user, parent, atMs: parent.atMs + afterMs, args, entry: undefined })
}

function made(told: {
  readonly host: SampleHost
  readonly user: SampleUser
  readonly parent: SampleProcess | undefined
  readonly atMs: number
  readonly args: readonly [executable: string, ...string[]]
  readonly entry: SampleEntry | undefined
}): SampleProcess {
  const [executable, ...rest] = told.args
  const lineage = told.parent?.entityId ?? ''
  const hash = hashOf(told.host.id, lineage, String(told.atMs), ...told.args)
  return {
    ...told,
    executable,
    args: [nameOf(executable), ...rest],
    entityId: `sample-${hash.slice(0, 20)}`,
    pid: 1_000 + (Number.parseInt(hash.slice(0, 4), 16) % 30_000),
  }
}

/** Its start as an event. */
export function startOf(process: SampleProcess): NewEvent {
  return processEvent(process, { action: 'exec', type: 'start', atMs: process.atMs, members: {} })
}

/** Its end as an event. */
export function endOf(process: SampleProcess, afterMs: number, exitCode: number): NewEvent {
  const atMs = process.atMs + afterMs
  const members = { exit_code: exitCode, end: isoOf(atMs) }
  return processEvent(process, { action: 'end', type: 'end', atMs, members })
}

function processEvent(
  process: SampleProcess,
  told: {
    readonly action: string
    readonly type: string
    readonly atMs: number
    readonly members: JsonObject
  },
): NewEvent {
  const { host, user, parent } = process
  const line = lineOf(process)
  const first = line.at(-1) ?? process
  const leader = line.at(-2) ?? first
  return sampleEvent(host, told.atMs, {
    dataset: 'endpoint.events.process',
    event: { action: told.action, category: ['process'], type: [told.type] },
    members: {
      user: { ...user, Ext: { real: { ...user } } },
      process: {
        ...identity(process),
        real_user: { ...user },
        start: isoOf(process.atMs),
        args_count: process.args.length,
        working_directory: user.id === '0' ? '/root' : `/home/${user.name}`,
        Ext: { ancestry: line.slice(1).map(({ entityId }) => entityId) },
        ...told.members,
        ...(parent !== undefined && { parent: { ...identity(parent), user: { ...parent.user } } }),
        group_leader: identity(process),
        session_leader: identity(leader),
        entry_leader: { ...identity(leader), entry_meta: entryOf(first) },
      },
    },
  })
}

/** An event of the sample world: a document of its data stream, namespace `sample`, and marked. */
export function sampleEvent(
  host: SampleHost,
  atMs: number,
  {
    dataset,
    event,
    members,
  }: { readonly dataset: string; readonly event: JsonObject; readonly members: JsonObject },
): NewEvent {
  const source: JsonObject = {
    '@timestamp': isoOf(atMs),
    agent: { id: `sample-agent-${host.name}`, type: 'vedette', version: '0.1.0' },
    data_stream: { type: 'logs', dataset, namespace: 'sample' },
    ecs: { version: '8.17.0' },
    event: {
      kind: 'event',
      module: dataset.split('.')[0] ?? dataset,
      dataset,
      created: isoOf(atMs),
      ingested: isoOf(atMs + 400),
      ...event,
    },
    host: hostObject(host),
    tags: [sampleTag],
    ...members,
  }
  return { index: `logs-${dataset}-sample`, source }
}

function identity({ executable, args, entityId, pid }: SampleProcess): JsonObject {
  return {
    pid,
    entity_id: entityId,
    executable,
    name: nameOf(executable),
    args,
    command_line: args.join(' '),
  }
}

function entryOf({ entry }: SampleProcess): JsonObject {
  if (entry?.type !== 'sshd') return { type: entry?.type ?? 'init' }
  return { type: 'sshd', source: { ip: entry.ip } }
}

/** The process, its parent, and so on to the first. */
function lineOf(process: SampleProcess): readonly SampleProcess[] {
  const line: SampleProcess[] = []
  for (let each: SampleProcess | undefined = process; each !== undefined; each = each.parent) {
    line.push(each)
  }
  return line
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
