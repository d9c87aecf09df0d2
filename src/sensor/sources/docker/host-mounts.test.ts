import { expect, test } from 'vitest'
import { hostPathsOf, reachesEngineSocket } from './host-mounts.ts'

const id = 'ab'.repeat(32)

test('files that engines mount into every container are left out, a stranger’s file in their place is not', () => {
  const mounts = [
    { source: `/var/lib/docker/containers/${id}/hosts`, destination: '/etc/hosts' },
    { source: '/var/lib/kubelet/pods/1-2-3/etc-hosts', destination: '/etc/hosts' },
    { source: '/etc/shadow', destination: '/etc/hosts' },
    { source: '/srv//data/', destination: '/data' },
    { source: '/srv/data', destination: '/again' },
    { source: 'proc', destination: '/proc' },
  ]
  expect(hostPathsOf(mounts)).toEqual(['/etc/shadow', '/srv/data'])
})

test.each([
  ['/', true],
  ['/run', true],
  ['/var/run/', true],
  ['/var/run/docker.sock', true],
  ['/run/containerd', true],
  ['/opt/engine', true],
  ['/var', false],
  ['/run/docker.sock.d', false],
  ['/home', false],
])('a mount of %s reaches an engine’s socket: %s', (path, reaches) => {
  expect(reachesEngineSocket([path], ['/opt/engine/engine.sock'])).toBe(reaches)
})
