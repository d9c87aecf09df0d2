import { sampleHosts } from '../sample-hosts.ts'
import { child, endOf, firstProcess, root, startOf } from '../sample-process.ts'
import type { Story } from '../story.ts'

const guest = { id: '1007', name: 'guest' }

/** A guest looked around, guessed a password until it fitted, and kept the rights by a copied shell. */
export const borrowedRights: Story = {
  agoMs: 27 * 3_600_000,
  events: (atMs) => {
    const door = { type: 'sshd', ip: '203.0.113.77' } as const
    const sshd = firstProcess(sampleHosts.records, root, {
      atMs,
      args: ['/usr/sbin/sshd', '-D'],
      entry: door,
    })
    const shell = child(sshd, 1_000, ['/usr/bin/bash', '-l'], guest)
    const survey = [
      child(shell, 4_000, ['/usr/bin/id']),
      child(shell, 6_000, ['/usr/bin/uname', '-a']),
      child(shell, 9_000, ['/usr/bin/ip', 'address']),
      child(shell, 13_000, ['/usr/bin/ps', 'auxf']),
      child(shell, 16_000, ['/usr/bin/cat', '/etc/passwd']),
    ]
    const guesses = [1, 2, 3, 4, 5].map((nth) =>
      child(shell, 30_000 + nth * 4_000, ['/usr/bin/su', '-']),
    )
    const fitted = child(shell, 58_000, ['/usr/bin/su', '-'])
    const won = child(fitted, 3_000, ['/usr/bin/bash', '-l'], root)
    const kept = [
      child(won, 9_000, ['/usr/bin/cp', '/bin/bash', '/usr/local/lib/.k']),
      child(won, 12_000, ['/usr/bin/chmod', 'u+s', '/usr/local/lib/.k']),
      child(won, 20_000, ['/usr/bin/rm', '-f', '/root/.bash_history']),
    ]
    return [
      ...[sshd, shell, ...survey].map(startOf),
      ...guesses.flatMap((guess) => [startOf(guess), endOf(guess, 2_500, 1)]),
      ...[fitted, won, ...kept].map(startOf),
    ]
  },
  toldBy: [
    '9958a497-9ef5-4b2e-a865-6aaa1300db9c',
    '6511a913-41e9-4bee-ab56-f055dfcdb596',
    'b4a66750-cd02-4b8a-aa12-651cb4542a11',
    'ec898097-7c84-4dd7-9307-1eaf0648722b',
  ],
  verdict: {
    by: 'jon',
    afterMs: 40 * 60_000,
    status: 'closed',
    reason: 'true_positive',
    note: 'The account guest was left from the move. Host rebuilt, account gone, passwords changed.',
  },
}
