import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { programOf, startClient } from './client-program.ts'
import { restartedServer, type RestartedServer } from './restarted-server.ts'

/** rsyslog and syslog-ng as Debian has them, and a server that is killed in the middle of their work. */

let server: RestartedServer
beforeEach(async () => {
  server = await restartedServer()
})
afterEach(() => server.close())

const lines = 4_000
const half = lines / 2

/** Lines that say their own id, so that sending one twice is no second event. */
function linesFrom(first: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `event-${first + i}\n`).join('')
}

/** Writes half of the lines, kills the server in the midst of their sending, and writes the rest. */
async function writeThroughARestart(log: string, index: string): Promise<void> {
  await appendFile(log, linesFrom(0, half))
  await server.until(async () => (await server.idsIn(index)).size > 0)
  await server.killAndRestart()
  await appendFile(log, linesFrom(half, half))
  await server.until(async () => (await server.idsIn(index)).size >= lines)
}

async function demandOnce(index: string): Promise<void> {
  const ids = await server.idsIn(index)
  expect([ids.size, [...ids.values()].every((times) => times === 1)]).toEqual([lines, true])
}

test('rsyslog: omelasticsearch loses nothing and doubles nothing, though the server was killed', async (context) => {
  const rsyslogd = programOf('rsyslogd')
  const module = [
    '/usr/lib/x86_64-linux-gnu/rsyslog',
    '/usr/lib/aarch64-linux-gnu/rsyslog',
    '/usr/lib/rsyslog',
  ]
    .map((folder) => join(folder, 'omelasticsearch.so'))
    .find((path) => existsSync(path))
  context.skip(
    rsyslogd === undefined || module === undefined,
    'rsyslog-elasticsearch is not installed',
  )
  const log = join(server.directory, 'app.log')
  await writeFile(log, '')
  await mkdir(join(server.directory, 'spool'))
  const configuration = join(server.directory, 'rsyslog.conf')
  await writeFile(
    configuration,
    `global(workDirectory="${join(server.directory, 'spool')}")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="omelasticsearch")
template(name="id" type="string" string="%msg%")
template(name="event" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host.name" name="hostname" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}
input(type="imfile" file="${log}" tag="app")
action(type="omelasticsearch"
  server="127.0.0.1" serverport="${server.port}" uid="rsyslog" pwd="${server.token}"
  template="event" searchIndex="logs-rsyslog-default" searchType=""
  bulkmode="on" maxbytes="50k" writeoperation="create" bulkid="id" dynbulkid="on"
  queue.type="linkedList" queue.dequeueBatchSize="200" queue.size="100000"
  action.resumeRetryCount="-1" action.resumeInterval="1")
`,
  )
  const words = ['-n', '-f', configuration, '-i', join(server.directory, 'rsyslog.pid')]
  const daemon = startClient(rsyslogd ?? '', words, { cwd: server.directory })
  try {
    await writeThroughARestart(log, 'logs-rsyslog-default')
  } catch (thrown) {
    throw new Error(daemon.said(), { cause: thrown })
  } finally {
    await daemon.stop()
  }
  await demandOnce('logs-rsyslog-default')
})

test('syslog-ng: elasticsearch-http() loses nothing and doubles nothing, though the server was killed', async (context) => {
  // Debian has the two daemons exclude one another, so this one may lie unpacked in a folder of its own.
  const root = process.env['VEDETTE_SYSLOG_NG_ROOT'] ?? ''
  const program = root === '' ? programOf('syslog-ng') : join(root, 'usr/sbin/syslog-ng')
  const scl = join(root, '/usr/share/syslog-ng/include/scl/elasticsearch/elastic-http.conf')
  context.skip(
    program === undefined || !existsSync(scl),
    'syslog-ng with syslog-ng-mod-http and syslog-ng-scl is not installed',
  )
  const log = join(server.directory, 'app.log')
  await writeFile(log, '')
  const configuration = join(server.directory, 'syslog-ng.conf')
  await writeFile(
    configuration,
    `@version: 3.35
@include "${scl}"
source app { file("${log}" follow-freq(0.2) flags(no-parse)); };
destination vedette {
  elasticsearch-http(
    url("${server.url}/_bulk") user("syslog-ng") password("${server.token}")
    index("logs-syslogng-default") type("") custom_id("\${MSG}")
    template("$(format-json @timestamp=\${ISODATE} host.name=\${HOST} message=\${MSG})")
    batch-lines(100) workers(2) time-reopen(1) retries(1000)
  );
};
log { source(app); destination(vedette); flags(flow-control); };
`,
  )
  const files = ['persist', 'ctl', 'pid'].map((name) => join(server.directory, `syslog-ng.${name}`))
  const [persist = '', control = '', pid = ''] = files
  const modules = join(root, '/usr/lib/syslog-ng/3.38')
  const words = [
    '--foreground',
    '--no-caps',
    '--stderr',
    '-f',
    configuration,
    '-R',
    persist,
    '-c',
    control,
    '-p',
    pid,
    `--module-path=${modules}`,
  ]
  const daemon = startClient(program ?? '', words, {
    cwd: server.directory,
    env: { LD_LIBRARY_PATH: join(root, '/usr/lib/syslog-ng') },
  })
  try {
    await writeThroughARestart(log, 'logs-syslogng-default')
  } catch (thrown) {
    throw new Error(daemon.said(), { cause: thrown })
  } finally {
    await daemon.stop()
  }
  await demandOnce('logs-syslogng-default')
})
