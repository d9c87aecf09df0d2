import { expect, test } from 'vitest'
import { forEachLeaf } from '#event'
import { containerDocument, type ContainerEvent } from './container-document.ts'
import { containerFields } from './fields.ts'

const whole: ContainerEvent = {
  id: 'i',
  action: 'container-exec',
  type: 'start',
  source: 'oci',
  atNs: 1_700_000_000_000_000_001n,
  containerId: 'c',
  identity: {
    name: 'web',
    imageName: 'nginx',
    imageTags: ['1'],
    imageHashes: ['sha256:a'],
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
    labelsDropped: 3,
    engine: 'docker',
    ociRuntime: 'runc',
    pod: { name: 'p', namespace: 'n' },
  },
  security: {
    privileged: true,
    capAdd: ['ALL'],
    capDrop: ['CAP_KILL'],
    capabilities: ['CAP_CHOWN'],
    allCapabilities: true,
    hostPid: true,
    hostNetwork: true,
    hostIpc: true,
    hostUserns: true,
    hostMounts: ['/'],
    hostDevices: ['/dev/sda'],
    engineSocketMounted: true,
    allDevices: true,
    seccomp: 'none',
    apparmor: 'unconfined',
    maskedPaths: false,
    userNamespace: false,
  },
  command: { entrypoint: ['e'], command: ['c'], user: '0', workingDirectory: '/' },
  exec: { id: 'x', privileged: true },
  exitCode: 1,
  engineSocket: '/run/docker.sock',
  bundle: '/b',
  caughtUp: true,
  process: {
    pid: 1,
    entity_id: 'e',
    name: 'runc',
    executable: '/runc',
    args: ['runc'],
    args_count: 1,
    command_line: 'runc',
    working_directory: '/',
    parent: { pid: 2 },
  },
  user: { id: '0' },
  error: 'e',
}

const options = { host: { id: 'h' }, agent: { id: 'a', type: 't', version: '1' }, nowNs: 0n }

test('every leaf of a document is a described field, and every own field can occur', () => {
  const leaves = new Set<string>()
  forEachLeaf(containerDocument(whole, options).source, (field) => {
    leaves.add(field.startsWith('container.labels.') ? 'container.labels' : field)
  })
  const described = new Set(containerFields.map(({ name }) => name))
  expect([...leaves].filter((field) => !described.has(field))).toEqual([])
  // Other event types have these as well; containers do not.
  const others = new Set(['event.sequence', 'event.outcome'])
  const missing = [...described].filter((field) => !leaves.has(field) && !others.has(field))
  expect(missing.filter((field) => !field.startsWith('host.'))).toEqual([])
})

test('what is not known is left out, never guessed', () => {
  const bare: ContainerEvent = {
    id: 'i',
    action: 'container-vanished',
    type: 'info',
    source: 'engine',
    atNs: 0n,
    containerId: 'c',
  }
  const { source } = containerDocument(bare, options)
  expect(source['container']).toEqual({ id: 'c' })
  expect(source['vedette']).toEqual({ container: { source: 'engine' } })
})

test('a container without any capability has an empty list, not none', () => {
  const { source } = containerDocument({ ...whole, security: { capabilities: [] } }, options)
  expect(source['vedette']).toMatchObject({ container: { capabilities: [] } })
})

test('lists and texts without end are cut', () => {
  const command = Array.from({ length: 1_000 }, () => 'x'.repeat(100_000))
  const { source } = containerDocument({ ...whole, command: { command } }, options)
  expect(JSON.stringify(source).length).toBeLessThan(64 * 4_096 + 4_000)
})
