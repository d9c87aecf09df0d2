import { sampleHosts } from '../sample-hosts.ts'
import { child, firstProcess, root, startOf } from '../sample-process.ts'
import type { Story } from '../story.ts'

const mira = { id: '1002', name: 'mira' }

/** A colleague opened a tunnel to test a hook, and said so. */
export const wayOut: Story = {
  agoMs: 2 * 86_400_000,
  events: (atMs) => {
    const door = { type: 'sshd', ip: '192.0.2.200' } as const
    const sshd = firstProcess(sampleHosts.shop, root, {
      atMs,
      args: ['/usr/sbin/sshd', '-D'],
      entry: door,
    })
    const shell = child(sshd, 1_000, ['/usr/bin/bash', '-l'], mira)
    const tunnel = child(shell, 20_000, ['/usr/local/bin/cloudflared', 'tunnel', '--url', ':8080'])
    const unit = child(shell, 90_000, ['/usr/bin/cp', 'hook.service', '/etc/systemd/system/'], root)
    return [sshd, shell, tunnel, unit].map(startOf)
  },
  toldBy: ['7318fe10-3543-44f4-853c-0293bc65462a', '9d06f92e-af79-4c03-a1a3-0e03efd56451'],
  verdict: {
    by: 'jon',
    afterMs: 3 * 3_600_000,
    status: 'closed',
    reason: 'benign_positive',
    exception: {
      name: 'Mira tests hooks this week',
      fields: [
        { field: 'user.name', value: 'mira' },
        { field: 'process.executable', value: '/usr/local/bin/cloudflared' },
      ],
      endsAfterMs: 86_400_000,
    },
  },
}
