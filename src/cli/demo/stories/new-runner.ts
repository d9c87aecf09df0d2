import { sampleHosts } from '../sample-hosts.ts'
import { child, firstProcess, startOf } from '../sample-process.ts'
import type { Story } from '../story.ts'

const ci = { id: '997', name: 'ci' }
const path = '/opt/ci/runner'

/** A new program builds images: new, harmless, and excepted since. */
export const newRunner: Story = {
  agoMs: 4 * 86_400_000,
  events: built,
  toldBy: ['bbf90750-0cce-4576-a435-ecc39054b40d'],
  verdict: {
    by: 'mira',
    afterMs: 22 * 60_000,
    status: 'closed',
    reason: 'false_positive',
    note: 'The new runner, rolled out today.',
    exception: {
      name: 'The new runner builds images',
      fields: [
        { field: 'process.parent.executable', value: path },
        { field: 'user.name', value: ci.name },
      ],
    },
  },
}

/** It goes on building, which nobody is told of. */
export const runnerAgain: Story = { agoMs: 30 * 3_600_000, events: built, toldBy: [] }

function built(atMs: number) {
  return [sampleHosts.build, sampleHosts.runner].flatMap((host, nth) => {
    const runner = firstProcess(host, ci, {
      atMs: atMs + nth * 20_000,
      args: [path, 'listen'],
      entry: { type: 'init' },
    })
    const asked = ['/usr/bin/docker', 'run', '--privileged', 'docker:27-dind', 'dockerd'] as const
    return [startOf(runner), startOf(child(runner, 3_000, [...asked]))]
  })
}
