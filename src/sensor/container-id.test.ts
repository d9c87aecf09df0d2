import { expect, test } from 'vitest'
import { containerOf } from './container-id.ts'

const id = '0123456789abcdef'.repeat(4)
const other = 'fedcba9876543210'.repeat(4)
const pod = '3f2b8c1e-7d4a-4b5c-9e6f-0a1b2c3d4e5f'
const unitPod = pod.replaceAll('-', '_')

const places: readonly (readonly [string, string, Record<string, unknown> | undefined])[] = [
  ['a service of the host', '/system.slice/ssh.service', undefined],
  ['the root', '/', undefined],
  ['an empty path', '', undefined],
  ['Docker with cgroupfs', `/docker/${id}`, { id, runtime: 'docker' }],
  ['Docker with its own parent', `/mine/${id}`, { id, runtime: 'unknown' }],
  ['Docker with systemd', `/system.slice/docker-${id}.scope`, { id, runtime: 'docker' }],
  ['a process below a container’s scope', `/system.slice/docker-${id}.scope/init.scope`, { id }],
  ['Docker in Docker', `/docker/${other}/docker/${id}`, { id, chain: [other, id] }],
  [
    'Kubernetes with cgroupfs',
    `/kubepods/burstable/pod${pod}/${id}`,
    { id, runtime: 'kubernetes', podUid: pod },
  ],
  [
    'containerd below systemd',
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${unitPod}.slice/cri-containerd-${id}.scope`,
    { id, runtime: 'containerd', podUid: pod },
  ],
  [
    'containerd with a colon form',
    `/system.slice/containerd.service/kubepods-burstable-pod${unitPod}.slice:cri-containerd:${id}`,
    { id, runtime: 'containerd', podUid: pod },
  ],
  [
    'CRI-O',
    `/kubepods.slice/kubepods-pod${unitPod}.slice/crio-${id}.scope`,
    { id, runtime: 'cri-o', podUid: pod },
  ],
  ['the monitor of CRI-O', `/system.slice/crio-conmon-${id}.scope`, undefined],
  ['Podman', `/machine.slice/libpod-${id}.scope/container`, { id, runtime: 'podman' }],
  [
    'Podman without root',
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`,
    { id, runtime: 'podman' },
  ],
  ['the monitor of Podman', `/machine.slice/libpod-conmon-${id}.scope`, undefined],
  [
    'Podman’s monitor in Docker is in the Docker container',
    `/docker/${other}/machine.slice/libpod-conmon-${id}.scope`,
    { id: other, chain: [other] },
  ],
  ['nerdctl with systemd', `/system.slice/nerdctl-${id}.scope`, { id, runtime: 'nerdctl' }],
  ['containerd without CRI', `/default/${id}`, { id, runtime: 'unknown' }],
  ['ECS', `/ecs/0b69d5c0-d655-4695-98cd-5d2d526d9d5a/${id}`, { id, runtime: 'ecs' }],
  ['LXC', '/lxc.payload.web', { id: 'web', runtime: 'lxc' }],
  ['nspawn', '/machine.slice/machine-my\\x2dbox.scope', { id: 'my-box', runtime: 'nspawn' }],
  ['a machine called after a monitor', '/machine.slice/machine-conmon.scope', { id: 'conmon' }],
  ['63 digits', `/docker/${id.slice(1)}`, undefined],
  ['65 digits', `/docker/${id}0`, undefined],
  ['upper case digits', `/docker/${id.toUpperCase()}`, undefined],
]

test.for(places.filter(([, , expected]) => expected !== undefined))('%s', ([, path, expected]) => {
  expect(containerOf(path)).toMatchObject(expected ?? {})
})

test.for(places.filter(([, , expected]) => expected === undefined))(
  '%s is no container',
  ([, path]) => {
    expect(containerOf(path)).toBeUndefined()
  },
)
