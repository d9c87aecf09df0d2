import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ociCapabilitiesOf, ociIdentityOf, ociSecurityOf, isOciConfig } from './oci-facts.ts'
import { fullCapabilities, isFull } from './privileged.ts'
import { recorded } from './recorded.fixture.ts'

const context = {
  fullCapabilities: fullCapabilities('/nowhere'),
  isHostNamespace: (path: string) => path.startsWith('/proc/1/ns/'),
  sockets: [],
}
const of = (name: string) => ociSecurityOf(recorded(name), context)
const withLinux = (linux: JsonObject) => ociSecurityOf({ linux }, context)

test('the file of an ordinary container shows 14 capabilities, a filter and hidden paths', () => {
  const security = of('oci-ordinary.json')
  expect(security.capabilities).toHaveLength(14)
  expect(security).toMatchObject({
    privileged: false,
    allCapabilities: false,
    hostPid: false,
    hostNetwork: false,
    hostIpc: false,
    userNamespace: false,
    hostMounts: [],
    engineSocketMounted: false,
    allDevices: false,
    seccomp: 'profile',
    maskedPaths: true,
  })
})

test('the file of a privileged container shows it by its effect', () => {
  expect(of('oci-privileged.json')).toMatchObject({
    privileged: true,
    allCapabilities: true,
    allDevices: true,
    seccomp: 'none',
    maskedPaths: false,
  })
})

test('every capability without a filter is not called privileged while paths are hidden', () => {
  expect(of('oci-all-capabilities.json')).toMatchObject({
    privileged: false,
    allCapabilities: true,
    seccomp: 'none',
    maskedPaths: true,
    allDevices: false,
  })
})

test('the root of the host and its processes are seen', () => {
  expect(of('oci-host-root.json')).toMatchObject({
    hostMounts: ['/'],
    hostPid: true,
    hostNetwork: false,
    engineSocketMounted: true,
  })
})

test('a root file system that is the host’s needs no mount', () => {
  expect(ociSecurityOf({ root: { path: '/' } }, context).hostMounts).toEqual(['/'])
})

test('joining the host’s namespace by its path is as good as having none of its own', () => {
  const namespaces = [
    { type: 'pid', path: '/proc/1/ns/pid' },
    { type: 'network', path: '/proc/77/ns/net' },
    { type: 'user' },
  ]
  expect(withLinux({ namespaces })).toMatchObject({
    hostPid: true,
    hostNetwork: false,
    hostIpc: true,
    hostUserns: false,
    userNamespace: true,
  })
})

test('a filter that lets everything through is none', () => {
  expect(withLinux({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } }).seccomp).toBe('unconfined')
  const syscalls = [{ names: ['mount'], action: 'SCMP_ACT_ERRNO' }]
  expect(withLinux({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW', syscalls } }).seccomp).toBe(
    'profile',
  )
})

test('device rules hold in order', () => {
  const allow = { allow: true, access: 'rwm' }
  const deny = { allow: false, access: 'rwm' }
  const devicesOf = (...devices: JsonObject[]) => withLinux({ resources: { devices } }).allDevices
  expect(devicesOf(deny, allow)).toBe(true)
  expect(devicesOf(allow, deny)).toBe(false)
  expect(devicesOf(deny, { ...allow, type: 'c', major: 1 })).toBe(false)
  expect(devicesOf({ ...allow, type: 'a', major: -1, minor: -1 })).toBe(true)
  expect(devicesOf({ allow: true, access: 'r' })).toBe(false)
})

test('the files of two execs differ by their capabilities', () => {
  const full = context.fullCapabilities
  expect(isFull(ociCapabilitiesOf(recorded('oci-exec.json')), full)).toBe(false)
  expect(isFull(ociCapabilitiesOf(recorded('oci-exec-privileged.json')), full)).toBe(true)
})

test('Kubernetes names come from annotations', () => {
  const annotations = {
    'io.kubernetes.cri.container-name': 'web',
    'io.kubernetes.cri.image-name': 'host/web:1',
    'io.kubernetes.cri.sandbox-name': 'web-7d9',
    'io.kubernetes.cri.sandbox-namespace': 'shop',
  }
  const bundle = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${'ab'.repeat(32)}`
  expect(ociIdentityOf({ annotations }, bundle)).toMatchObject({
    name: 'web',
    imageName: 'host/web',
    imageTags: ['1'],
    engine: 'containerd',
    pod: { name: 'web-7d9', namespace: 'shop' },
  })
})

test('what is no OCI configuration is not taken for one', () => {
  expect(isOciConfig(recorded('oci-ordinary.json'))).toBe(true)
  for (const other of [null, [], {}, { ociVersion: '1' }, 'text'])
    expect(isOciConfig(other)).toBe(false)
})
