import type { JsonObject } from '#base'

/** What a generated stream looks like; the same options give the same bytes. */
export interface StreamOptions {
  readonly count: number
  readonly seed: number
  /** Time of the first event, epoch milliseconds, and the mean distance between two. */
  readonly startMs: number
  readonly stepMs: number
  readonly hosts: number
  /** How many of a million starts are a privileged container, each from a parent of its own. */
  readonly attacksPerMillion: number
  /** How many of a million starts are one of 400 rarer programs, with arguments of their own. */
  readonly rarePerMillion?: number
}

/** Options that suit most questions: ten hosts, an event every 5 ms, a handful of attacks. */
export const ordinaryStream: StreamOptions = {
  count: 200_000,
  seed: 1,
  startMs: Date.UTC(2026, 10, 1),
  stepMs: 5,
  hosts: 10,
  attacksPerMillion: 100,
}

const commands: readonly Command[] = [
  ['/usr/bin/ls', '-la', '/var/log'],
  ['/usr/bin/git', 'fetch', '--all', '--prune'],
  ['/usr/bin/grep', '-r', 'connection refused', '/var/log/app'],
  ['/usr/bin/python3.11', '/opt/jobs/collect.py', '--interval', '30'],
  ['/usr/bin/curl', '-fsS', 'http://127.0.0.1:8080/healthz'],
  ['/usr/bin/sed', '-n', '1,20p', '/etc/hosts'],
  ['/usr/sbin/logrotate', '/etc/logrotate.conf'],
  ['/usr/bin/docker', 'ps', '--format', '{{.ID}} {{.Names}}'],
  ['/usr/bin/docker', 'run', '--rm', 'registry.example/app:1.4', 'migrate'],
  ['/usr/bin/make', '-j2', 'test'],
  ['/usr/bin/node', '/srv/api/server.js'],
  ['/usr/bin/dash', '-c', 'test -f /run/app.pid && kill -0 "$(cat /run/app.pid)"'],
]

const parents = ['/usr/bin/bash', '/usr/sbin/cron', '/usr/lib/systemd/systemd', '/usr/bin/dash']

/**
 * Process starts and ends in the shape of the sensor's documents, about 2 KB each, in order of time.
 * Synthetic and regular: good for ratios on one machine, no picture of a real fleet.
 */
export function* processEvents(options: StreamOptions): Generator<JsonObject> {
  for (const change of processChanges(options)) yield documentOf(change)
}

/** What {@link processEvents} makes documents of. */
export function* processChanges(options: StreamOptions): Generator<ProcessChange> {
  const random = randomOf(options.seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  let atMs = options.startMs
  for (let i = 0; i < options.count; i++) {
    atMs += random() * 2 * options.stepMs
    const attack = random() * 1_000_000 < options.attacksPerMillion
    const rare = !attack && random() * 1_000_000 < (options.rarePerMillion ?? 0)
    const args = attack ? attackCommand : rare ? rareCommand(random) : pick(commands)
    const parent = attack ? `/var/tmp/.${i.toString(36)}/update` : pick(parents)
    const host = Math.floor(random() * options.hosts)
    const ends = !attack && random() < 0.4
    yield { i, atMs, host, args, parent, ends, isOwn: attack || rare }
  }
}

type Command = readonly [path: string, ...args: readonly string[]]

const attackCommand: Command = ['/usr/bin/docker', 'run', '--rm', '--privileged', 'alpine', 'sh']

function rareCommand(random: () => number): Command {
  const program = `tool-${Math.floor(random() * 400)}`
  const job = Math.floor(random() * 2 ** 32).toString(16)
  return [`/opt/${program}/bin/${program}`, '--job', job, `--output=/var/lib/${program}/${job}.out`]
}

/** A process that starts or ends. */
export interface ProcessChange {
  readonly i: number
  readonly atMs: number
  readonly host: number
  readonly args: Command
  readonly parent: string
  readonly ends: boolean
  /** Whether hardly another has its texts. */
  readonly isOwn: boolean
}

/** The document of a change. */
export function documentOf({ i, atMs, host, args, parent, ends }: ProcessChange): JsonObject {
  const [path] = args
  const iso = new Date(atMs).toISOString()
  const hostName = `host-${host}`
  const leader = {
    pid: 1000 + host,
    entity_id: `bGVhZGVy${host}`,
    executable: '/usr/bin/bash',
    name: 'bash',
    args: ['-bash'],
    args_count: 1,
    working_directory: '/home/deploy',
    user: { id: '1000', name: 'deploy' },
    group: { id: '1000', name: 'deploy' },
  }
  return {
    '@timestamp': iso,
    agent: { id: `agent-${host}`, type: 'vedette', version: '0.1.0' },
    data_stream: { type: 'logs', dataset: 'endpoint.events.process', namespace: 'default' },
    ecs: { version: '8.17.0' },
    event: {
      action: ends ? 'end' : 'exec',
      category: ['process'],
      type: [ends ? 'end' : 'start'],
      kind: 'event',
      module: 'endpoint',
      dataset: 'endpoint.events.process',
      outcome: 'unknown',
      id: `${host}-${i}`,
      sequence: i,
      created: iso,
    },
    host: {
      id: `id-${host}`,
      name: hostName,
      hostname: hostName,
      architecture: 'x86_64',
      ip: [`10.0.0.${host}`],
      os: {
        type: 'linux',
        family: 'debian',
        platform: 'debian',
        name: 'Linux',
        kernel: '6.12.0',
        version: '12',
      },
    },
    user: { id: '1000', name: 'deploy' },
    group: { id: '1000', name: 'deploy' },
    message: 'Endpoint process event',
    process: {
      pid: 2000 + (i % 30000),
      entity_id: `cHJvYw${i}`,
      start: iso,
      executable: path,
      name: path.slice(path.lastIndexOf('/') + 1),
      args,
      args_count: args.length,
      command_line: args.join(' '),
      working_directory: '/home/deploy',
      interactive: false,
      ...(ends ? { exit_code: 0, end: iso } : {}),
      parent: {
        ...leader,
        entity_id: `cGFyZW50${i % 500}`,
        executable: parent,
        name: parent.slice(parent.lastIndexOf('/') + 1),
        args: [parent],
        command_line: parent,
      },
      group_leader: leader,
      session_leader: leader,
      entry_leader: { ...leader, entry_meta: { type: 'sshd', source: { ip: '10.9.0.7' } } },
    },
  }
}

/** A small, well-mixed generator of numbers in [0, 1): mulberry32, public domain by Tommy Ettinger. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
