import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { commandOf, engineFactsOf, execOf, identityOf } from './inspect-facts.ts'
import { securityOf, volumeNamesOf, volumeSourceOf } from './inspect-security.ts'
import { fullCapabilities } from './privileged.ts'
import { recorded } from './recorded.fixture.ts'

const socket = '/run/docker.sock'
const engine = engineFactsOf(recorded('version.json'), recorded('info.json'), { socket })
const context = { engine, sockets: [], full: fullCapabilities('/nowhere'), volumeSources: [] }

test('the engine is known by its answers', () => {
  expect(engine).toEqual({
    name: 'docker',
    version: '20.10.24+dfsg1',
    seccomp: 'default',
    userNamespaces: false,
    socket,
  })
})

test('podman, user namespaces and a daemon without a filter are recognised', () => {
  const version = { Version: '5.0.0', Components: [{ Name: 'Podman Engine' }] }
  const info = { SecurityOptions: ['name=userns', 'name=seccomp,profile=unconfined'] }
  expect(engineFactsOf(version, info, { socket })).toMatchObject({
    name: 'podman',
    seccomp: 'unconfined',
    userNamespaces: true,
  })
  expect(engineFactsOf(version, {}, { socket })).toMatchObject({ seccomp: 'none' })
})

test('an ordinary container has nothing of the host', () => {
  expect(securityOf(recorded('inspect-ordinary.json'), context)).toEqual({
    privileged: false,
    capAdd: [],
    capDrop: [],
    allCapabilities: false,
    hostPid: false,
    hostNetwork: false,
    hostIpc: false,
    hostUserns: true,
    userNamespace: false,
    hostMounts: [],
    hostDevices: [],
    engineSocketMounted: false,
    allDevices: false,
    seccomp: 'default',
    apparmor: undefined,
    maskedPaths: true,
  })
})

test('a privileged container has everything', () => {
  expect(securityOf(recorded('inspect-privileged.json'), context)).toMatchObject({
    privileged: true,
    allCapabilities: true,
    allDevices: true,
    seccomp: 'unconfined',
    apparmor: 'unconfined',
    maskedPaths: false,
  })
})

test('every single permission that was asked for is seen', () => {
  expect(securityOf(recorded('inspect-odd.json'), context)).toEqual({
    privileged: false,
    capAdd: ['CAP_SYS_ADMIN'],
    capDrop: ['CAP_NET_RAW'],
    allCapabilities: false,
    hostPid: true,
    hostNetwork: true,
    hostIpc: true,
    hostUserns: true,
    userNamespace: false,
    hostMounts: ['/', '/tmp'],
    hostDevices: ['/dev/null'],
    engineSocketMounted: true,
    allDevices: true,
    seccomp: 'unconfined',
    apparmor: 'foo',
    maskedPaths: false,
  })
})

test('names, image, labels and command are read', () => {
  expect(identityOf(recorded('inspect-odd.json'), engine)).toEqual({
    name: 'odd',
    imageName: 'vedette/busybox',
    imageTags: ['test'],
    imageHashes: ['sha256:0a323cbaea7b7af2b7ee9288219232df4bc10dc7d63de4ca2897e92264d8db6f'],
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
    labelsDropped: undefined,
    engine: 'docker',
    ociRuntime: 'runc',
  })
  expect(commandOf(recorded('inspect-ordinary.json')).command).toEqual(['/bin/sleep', '300'])
})

test('labels without end are cut, and those left out are counted', () => {
  const labels = Object.fromEntries(
    Array.from({ length: 250 }, (_, n) => [`l${n}`, 'x'.repeat(9_999)]),
  )
  const identity = identityOf({ Config: { Labels: labels, Image: 'a' } }, engine)
  expect(Object.keys(identity.labels ?? {})).toHaveLength(100)
  expect(identity.labels?.['l0']).toHaveLength(1_024)
  expect(identity.labelsDropped).toBe(150)
})

test('an answer without any of it claims nothing that it does not know', () => {
  expect(securityOf({}, context)).toMatchObject({ privileged: undefined, maskedPaths: undefined })
  expect(identityOf({}, engine)).toMatchObject({ name: undefined, imageName: undefined })
  expect(execOf({})).toMatchObject({ privileged: undefined })
})

const asked = (more: JsonObject) => ({
  HostConfig: { Privileged: false, MaskedPaths: [], SecurityOpt: ['seccomp=unconfined'], ...more },
})

test.each([
  [{ CapAdd: ['ALL'] }, true],
  [{ CapAdd: ['all'], CapDrop: [] }, true],
  [{ CapAdd: [...context.full] }, true],
  [{ CapAdd: ['ALL'], CapDrop: ['SYS_ADMIN'] }, false],
  [{ CapAdd: ['SYS_ADMIN'] }, false],
  [{ CapAdd: ['ALL'], MaskedPaths: ['/proc/kcore'] }, false],
  [{ CapAdd: ['ALL'], SecurityOpt: [] }, false],
])('a container that asked for %j is as good as privileged: %s', (more, privileged) => {
  expect(securityOf(asked(more), context).privileged).toBe(privileged)
})

test('a volume that is a folder of the host in disguise is told as one', () => {
  const mounts = [
    { Type: 'volume', Name: 'rootfs', Driver: 'local' },
    { Type: 'volume', Name: 'far', Driver: 'nfs' },
    { Type: 'bind', Source: '/tmp' },
  ]
  expect(volumeNamesOf({ Mounts: mounts })).toEqual(['rootfs'])
  expect(volumeSourceOf({ Options: { type: 'none', o: 'bind', device: '/' } })).toBe('/')
  expect(volumeSourceOf({ Options: null })).toBeUndefined()
  const security = securityOf({ Mounts: mounts }, { ...context, volumeSources: ['/'] })
  expect(security.hostMounts).toEqual(['/tmp', '/'])
})
