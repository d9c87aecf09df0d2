import { expect, test } from 'vitest'
import { forEachLeaf } from '#event'
import { entityIds } from '../../entity-id.ts'
import { envelope } from '../../envelope.ts'
import type { FieldType } from '../../event-type.ts'
import { readHostFacts } from '../../host-facts.ts'
import { processCache } from '../../process-cache.ts'
import type { ProcessRecord, RunningRecord } from '../../record.ts'
import {
  atMs,
  execRecord,
  exitRecord,
  forkRecord,
  runningRecord,
  sampleNamespaces,
} from '../../sample-records.ts'
import { processDocument } from './document.ts'
import { processFields } from './fields.ts'
import { processFragments } from './process-object.ts'

const id = '0123456789abcdef'.repeat(4)
const containerNamespaces = { pid: 1, mnt: 2, net: 3, user: sampleNamespaces.user }

/** The documents of these records, by a sensor whose host booted at the epoch. */
function documentsOf(...records: readonly (ProcessRecord | RunningRecord)[]) {
  const cache = processCache({ entityIdOf: entityIds('host', 'boot') })
  const host = readHostFacts().document
  const wallOffsetNs = () => atMs(0)
  const wrap = envelope({
    agent: { id: 'agent-1', version: '1.2.3' },
    host: () => host,
    wallOffsetNs,
    runStartNs: 1n,
  })
  const fragments = processFragments()
  return records.flatMap((record) => {
    const change = cache.apply(record)
    if (change === undefined) return []
    const document = processDocument(change, {
      names: {
        user: (uid) => `user${uid}`,
        group: (gid) => `group${gid}`,
        refresh: () => undefined,
      },
      hostNamespaces: sampleNamespaces,
      wallOffsetNs,
      fragments,
      envelope: wrap,
      mode: 'bpf',
      containerFacts: (asked) =>
        asked === id
          ? {
              name: 'web',
              imageName: 'nginx',
              imageTag: '1.25',
              imageDigests: ['sha256:x'],
              privileged: true,
            }
          : undefined,
    })
    return [document]
  })
}

/** Records that between them fill every field there is. */
const everything: readonly (ProcessRecord | RunningRecord)[] = [
  runningRecord({
    pid: 50,
    sid: 50,
    executable: '/usr/sbin/sshd',
    tty: { major: 136, minor: 1 },
    cgroup: `/kubepods/pod3f2b8c1e-7d4a-4b5c-9e6f-0a1b2c3d4e5f/${id}`,
    unseen: ['filename'],
  }),
  execRecord({
    pid: 60,
    ppid: 50,
    sid: 60,
    pgid: 60,
    startMs: 2000,
    executable: '/usr/bin/bash',
    env: ['SSH_CONNECTION=192.0.2.7 1 2 3', 'LD_PRELOAD=/x.so'],
    tty: { major: 136, minor: 1 },
    cgroup: `/docker/${id}`,
    namespaces: containerNamespaces,
    pathTruncated: true,
  }),
  forkRecord({
    pid: 61,
    ppid: 60,
    sid: 60,
    pgid: 61,
    startMs: 3000,
    tty: { major: 136, minor: 1 },
  }),
  execRecord({
    pid: 61,
    ppid: 60,
    sid: 60,
    pgid: 60,
    startMs: 3000,
    tty: { major: 136, minor: 1 },
    executable: 'memfd:evil',
    pathIsBare: true,
    file: { ...execRecord().file, mode: 0o106755, nlink: 0 },
    namespaces: containerNamespaces,
    unseen: ['seccomp'],
    argsTruncated: true,
  }),
  exitRecord({ pid: 61, startMs: 3000, signal: 9 }),
  execRecord({ pid: 70, startMs: 4000, namespaces: containerNamespaces }),
  execRecord({ pid: 71, sid: 71, ppid: 10, startMs: 4000 }),
  forkRecord({ pid: 72, sid: 71, pgid: 71, ppid: 71, startMs: 5000 }),
]

test('every leaf of every document is described, with a type that fits', () => {
  const typeByField = new Map(processFields.map(({ name, type }) => [name, type]))
  for (const { source } of documentsOf(...everything)) {
    forEachLeaf(source, (field, value) => {
      const type = typeByField.get(field)
      expect(type, `${field} is not described`).toBeDefined()
      expect(fits(type, value), `${field}: ${value} is no ${type}`).toBe(true)
    })
  }
})

test('every described field is filled by some document', () => {
  const filled = new Set<string>()
  for (const { source } of documentsOf(...everything)) {
    forEachLeaf(source, (field) => filled.add(field))
  }
  const host = (name: string) => name.startsWith('host.')
  const empty = processFields
    .map(({ name }) => name)
    .filter((name) => !filled.has(name) && !host(name))
  expect(empty).toEqual([])
})

test('no field is described twice', () => {
  const names = processFields.map(({ name }) => name)
  expect(names).toHaveLength(new Set(names).size)
})

test('an exec has the shape of an endpoint process event', () => {
  const [, exec] = documentsOf(
    execRecord({ pid: 10, executable: '/usr/bin/dash', args: ['sh', '-c', 'x'] }),
    execRecord({ pid: 11, ppid: 10, startMs: 2000 }),
  )
  expect(exec?.index).toBe('logs-endpoint.events.process-default')
  expect(exec?.source).toMatchObject({
    '@timestamp': '1970-01-01T00:00:02.001000000Z',
    data_stream: { type: 'logs', dataset: 'endpoint.events.process', namespace: 'default' },
    event: {
      id: exec?.id,
      kind: 'event',
      category: ['process'],
      type: ['start'],
      action: 'exec',
      module: 'endpoint',
      dataset: 'endpoint.events.process',
    },
    user: { id: '0', name: 'user0', Ext: { real: { id: '0', name: 'user0' } } },
    process: {
      pid: 11,
      name: 'true',
      executable: '/usr/bin/true',
      args: ['true'],
      args_count: 1,
      command_line: 'true',
      working_directory: '/root',
      start: '1970-01-01T00:00:02.000000000Z',
      thread: { capabilities: { effective: ['CAP_SYS_ADMIN'] } },
      parent: { pid: 10, name: 'dash', command_line: 'sh -c x' },
    },
    vedette: {
      process: { invoked: '/bin/true', host_namespaces: ['pid', 'mnt', 'net', 'user'] },
    },
  })
})

test('secrets of the environment are in no document', () => {
  expect(JSON.stringify(documentsOf(...everything))).not.toContain('hidden')
})

test('a program ended by a signal has 128 plus the signal as its exit code', () => {
  const [, killed] = documentsOf(execRecord(), exitRecord({ signal: 9 }))
  expect(killed?.source).toMatchObject({
    event: { action: 'end', type: ['end'] },
    process: { exit_code: 137, end: '1970-01-01T00:00:02.000000000Z' },
  })
})

test('names of the host mean nothing inside a container', () => {
  const [exec] = documentsOf(
    execRecord({ cgroup: `/docker/${id}`, namespaces: containerNamespaces }),
  )
  expect(exec?.source['user']).toEqual({ id: '0', Ext: { real: { id: '0' } } })
  expect(exec?.source['container']).toEqual({
    id,
    name: 'web',
    image: { name: 'nginx', tag: ['1.25'], hash: { all: ['sha256:x'] } },
    security_context: { privileged: true },
  })
})

test('a service with a mount namespace of its own is the host’s, one with its own users is not', () => {
  const [service, rootless] = documentsOf(
    execRecord({ pid: 10, namespaces: { ...sampleNamespaces, mnt: 7 } }),
    execRecord({ pid: 11, namespaces: { ...sampleNamespaces, user: 8 } }),
  )
  expect(service?.source['user']).toMatchObject({ name: 'user0' })
  expect(rootless?.source['user']).not.toHaveProperty('name')
})

test('a program whose namespaces were not seen is where it was before', () => {
  const [, exec] = documentsOf(
    runningRecord({ pid: 10 }),
    execRecord({ pid: 10, unseen: ['namespaces', 'cgroup'] }),
  )
  expect(exec?.source['user']).toMatchObject({ name: 'user0' })
})

test('namespaces of its own without a known container are told', () => {
  const [exec] = documentsOf(execRecord({ namespaces: { ...sampleNamespaces, mnt: 7 } }))
  expect(exec?.source['vedette']).toMatchObject({
    container: { unknown_runtime: true },
    process: { host_namespaces: ['pid', 'net', 'user'] },
  })
})

test('what could not be seen is left out and named', () => {
  const [exec] = documentsOf(
    execRecord({ unseen: ['args', 'executable', 'cgroup', 'capabilities', 'file', 'stdio'] }),
  )
  const process = JSON.stringify(exec?.source['process'])
  expect(process).not.toContain('args')
  expect(process).not.toContain('executable')
  expect(exec?.source['vedette']).toMatchObject({ process: { incomplete: true } })
})

test('a process is interactive when its terminal is its stdin and stderr', () => {
  const tty = { major: 136, minor: 3 }
  const terminal = { kind: 'char', device: tty } as const
  const pipe = { kind: 'pipe', device: undefined } as const
  const [yes, no] = documentsOf(
    execRecord({ pid: 10, tty, stdio: [terminal, pipe, terminal] }),
    execRecord({ pid: 11, tty, stdio: [terminal, terminal, pipe] }),
  )
  expect(yes?.source['process']).toMatchObject({ interactive: true })
  expect(no?.source['process']).toMatchObject({ interactive: false })
})

test('ids sort by time, then by sequence', () => {
  const ids = documentsOf(...everything).map((document) => document.id)
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)
})

const fitting: { readonly [type in FieldType]: (value: unknown) => boolean } = {
  keyword: (value) => typeof value === 'string',
  wildcard: (value) => typeof value === 'string',
  match_only_text: (value) => typeof value === 'string',
  ip: (value) => typeof value === 'string' && /[.:]/.test(value),
  date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  long: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
}

function fits(type: FieldType | undefined, value: unknown): boolean {
  return type !== undefined && fitting[type](value)
}
