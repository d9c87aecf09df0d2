import { expect, test } from 'vitest'
import { obstacleIn, obstacleOfRefusal, type BpfHostFacts } from './obstacle.ts'
import { probeBpf } from './probe.ts'

const sysAdmin = 1n << 21n
const perfmon = 1n << 38n
const bpf = 1n << 39n

const capableHost: BpfHostFacts = {
  platform: 'linux',
  architecture: 'x64',
  isArchitectureKnown: true,
  kernelTypes: 'readable',
  lockdown: '[none] integrity confidentiality',
  uidMap: '         0          0 4294967295\n',
  capabilities: bpf | perfmon,
  command: 'vedette serve',
}

test.each([bpf | perfmon, sysAdmin])('capabilities %i suffice', (capabilities) => {
  expect(obstacleIn({ ...capableHost, capabilities })).toBeUndefined()
})

test.each<[string, Partial<BpfHostFacts>]>([
  ['sensor.bpf-not-linux', { platform: 'darwin' }],
  ['sensor.bpf-architecture', { architecture: 's390x', isArchitectureKnown: false }],
  ['sensor.bpf-no-types', { kernelTypes: 'absent' }],
  ['sensor.bpf-lockdown', { lockdown: 'none integrity [confidentiality]' }],
  ['sensor.bpf-forbidden', { capabilities: 0n }],
  ['sensor.bpf-forbidden', { kernelTypes: 'denied' }],
  ['sensor.bpf-user-namespace', { uidMap: '         0       1000          1\n' }],
])('%s is told for %o', (code, facts) => {
  expect(obstacleIn({ ...capableHost, ...facts })?.code).toBe(code)
})

test('the missing capabilities are named, and the command that gives them', () => {
  const obstacle = obstacleIn({ ...capableHost, capabilities: bpf })
  expect(obstacle?.reason).toBe('This process lacks CAP_PERFMON.')
  expect(obstacle?.remedy).toMatch(/^sudo setpriv .*\+bpf,\+perfmon vedette serve$/)
})

test('lockdown in integrity mode is no obstacle', () => {
  const lockdown = 'none [integrity] confidentiality'
  expect(obstacleIn({ ...capableHost, lockdown })).toBeUndefined()
})

test('a refusal by the kernel is explained by its reason', () => {
  expect(obstacleOfRefusal(capableHost, 'EPERM')?.code).toBe('sensor.bpf-forbidden')
  expect(obstacleOfRefusal(capableHost, 'EINVAL')?.code).toBe('sensor.bpf-old-kernel')
  expect(obstacleOfRefusal(capableHost, 'ENOMEM')).toBeUndefined()
})

test('this host is either able, or the reason and a remedy are told', () => {
  const probe = probeBpf()
  const told =
    probe.possible || [probe.code, probe.reason, probe.remedy].every((text) => text !== '')
  expect(told).toBe(true)
})
