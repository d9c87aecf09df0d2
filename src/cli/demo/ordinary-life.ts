import type { NewEvent } from '#store'
import { sampleHosts, type SampleHost } from './sample-hosts.ts'
import { child, endOf, firstProcess, root, startOf, type SampleProcess } from './sample-process.ts'

type Command = readonly [executable: string, ...string[]]

/** What a host does all day: by whom it is begun, and what is run then. */
interface Habit {
  readonly begun: Command
  readonly user: { readonly id: string; readonly name: string }
  readonly entry: 'init' | 'cron'
  readonly everyMs: number
  readonly runs: readonly Command[]
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const wwwData = { id: '33', name: 'www-data' }
const runner = { id: '998', name: 'gitlab-runner' }
const postgres = { id: '108', name: 'postgres' }

const everywhere: readonly Habit[] = [
  {
    begun: ['/usr/lib/systemd/systemd', '--system'],
    user: root,
    entry: 'init',
    everyMs: 20 * minuteMs,
    runs: [
      ['/usr/sbin/logrotate', '/etc/logrotate.conf'],
      ['/usr/bin/find', '/var/tmp', '-mtime', '+30', '-delete'],
      ['/usr/bin/systemctl', 'is-active', 'ssh'],
    ],
  },
  {
    begun: ['/usr/sbin/cron', '-f'],
    user: root,
    entry: 'cron',
    everyMs: 15 * minuteMs,
    runs: [
      ['/usr/bin/run-parts', '--report', '/etc/cron.hourly'],
      ['/usr/bin/df', '-h'],
    ],
  },
]

const web: Habit = {
  begun: ['/usr/sbin/php-fpm8.2', '--nodaemonize'],
  user: wwwData,
  entry: 'init',
  everyMs: 8 * minuteMs,
  runs: [
    ['/usr/bin/convert', '-resize', '320x', 'upload.jpg', 'small.jpg'],
    ['/usr/sbin/sendmail', '-t', '-i'],
  ],
}

/** A machine that builds starts privileged containers all day, and means no harm by it. */
const build: Habit = {
  begun: ['/opt/gitlab-runner/bin/gitlab-runner', 'run'],
  user: runner,
  entry: 'init',
  everyMs: 50 * minuteMs,
  runs: [
    ['/usr/bin/git', 'fetch', '--depth', '1', 'origin', 'main'],
    ['/usr/bin/docker', 'run', '--rm', '--privileged', 'docker:27-dind', 'dockerd'],
    ['/usr/bin/make', '-j4', 'test'],
    ['/usr/bin/docker', 'push', 'registry.example/shop/web:main'],
  ],
}

const images: Habit = {
  begun: ['/usr/bin/make', 'images'],
  user: runner,
  entry: 'init',
  everyMs: 20 * hourMs,
  runs: [['/usr/bin/docker', 'run', '--privileged', 'tonistiigi/binfmt', '--install', 'all']],
}

const records: Habit = {
  begun: ['/usr/lib/postgresql/15/bin/postgres', '-D', '/var/lib/postgresql/15/main'],
  user: postgres,
  entry: 'init',
  everyMs: 30 * minuteMs,
  runs: [['/usr/bin/gzip', '-9', '/var/lib/postgresql/archive/segment']],
}

const habits: readonly (readonly [SampleHost, Habit])[] = [
  ...Object.values(sampleHosts).flatMap((host) =>
    everywhere.map((habit) => [host, habit] as const),
  ),
  [sampleHosts.web, web],
  [sampleHosts.shop, web],
  [sampleHosts.build, build],
  [sampleHosts.runner, build],
  [sampleHosts.runner, images],
  [sampleHosts.records, records],
]

/**
 * What the hosts of the sample world do when nothing happens, from one moment to another (epoch milliseconds, the end not
 * in), in no order. The same stretch gives the same events.
 */
export function ordinaryLife(fromMs: number, toMs: number): readonly NewEvent[] {
  return habits.flatMap(([host, habit], at) => {
    const events: NewEvent[] = []
    const first = Math.floor(fromMs / habit.everyMs)
    for (let turn = first; turn * habit.everyMs < toMs; turn++) {
      const beginMs = turn * habit.everyMs + spread(turn, at) * habit.everyMs
      if (beginMs < fromMs || beginMs >= toMs) continue
      const args = habit.runs[turn % habit.runs.length]
      if (args === undefined) continue
      const run = child(begun(host, habit), beginMs, args)
      events.push(startOf(run), endOf(run, 900 + (turn % 7) * 300, 0))
    }
    return events
  })
}

/** The service is older than everything: nobody saw it start. */
function begun(host: SampleHost, { begun: args, user, entry }: Habit): SampleProcess {
  return firstProcess(host, user, { atMs: 0, args, entry: { type: entry } })
}

/** A number in [0, 1) that looks like chance and is none. */
function spread(turn: number, at: number): number {
  return ((turn * 61 + at * 37) % 101) / 101
}
