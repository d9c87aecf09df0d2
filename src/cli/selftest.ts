import type { Api, WireAlert, WireStatus } from '#api'
import { Fault, parseDate, type Clock } from '#base'
import { firstValueOf } from '#event'
import { alertLine } from './alert-columns.ts'
import type { Call } from './command.ts'
import { connect, dataDirectoryOf } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf } from './output.ts'
import { startHarmlessPair } from './selftest-pair.ts'
import { shown, type Terminal } from './terminal.ts'

/** One step from the process to the alert, milliseconds after the start of the process. */
interface Stage {
  readonly name: 'process started' | 'event received' | 'alert created' | 'alert seen here'
  readonly ms: number
}

const pollMs = 50

/** `vedette selftest`: a real alert from a harmless pair of processes, each stage timed. */
export async function selftest(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const timeoutMs = timeoutOf(call)
  const { api } = await connect(call, terminal)
  requireSensor(await api.getStatus({}))
  const { clock } = terminal
  const directory = call.text('dir') ?? dataDirectoryOf(call, terminal)
  const startedMs = clock.nowMs()
  const pair = await startHarmlessPair(directory)
  try {
    const wait = AbortSignal.any([terminal.signal, AbortSignal.timeout(timeoutMs)])
    const seen = await alertFrom(api, { parent: pair.parent, startedMs, clock, wait })
    if (seen === undefined) {
      terminal.signal.throwIfAborted()
      throw await missing(api, pair.parent, { startedMs, timeoutMs })
    }
    const stages = stagesOf(seen.alert, { startedMs, seenMs: seen.atMs })
    if (call.has('close')) {
      await api.setAlertStatus({
        id: seen.alert.id,
        body: { status: 'closed', reason: 'automated' },
      })
    }
    tell(terminal, format === 'table', { stages, alert: seen.alert })
    return exitCode.done
  } finally {
    await pair.end()
  }
}

function timeoutOf(call: Call): number {
  const text = call.text('timeout') ?? '30'
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= 3_600))
    throw usageFault(`--timeout ${text} is no number of seconds`)
  return seconds * 1_000
}

/** Refuses where nobody watches the host. Faults: `unavailable`. */
export function requireSensor({ sensor }: WireStatus): void {
  if (sensor.mode !== 'none' && sensor.mode !== 'off') return
  const why = sensor.reason ?? 'it was started with --no-sensor'
  const remedy = sensor.remedy === undefined ? '' : `\nhelp: ${sensor.remedy}`
  throw new Fault(
    'unavailable',
    'selftest.no-sensor',
    `the server does not watch this host: ${why}${remedy}`,
  )
}

interface Watch {
  readonly parent: string
  readonly startedMs: number
  readonly clock: Clock
  readonly wait: AbortSignal
}

/** The alert that the pair raised, as soon as it is there; undefined when the waiting is over. */
export async function alertFrom(
  api: Pick<Api, 'listAlerts'>,
  { parent, startedMs, clock, wait }: Watch,
): Promise<{ readonly alert: WireAlert; readonly atMs: number } | undefined> {
  // The clock of the sensor is derived from the kernel's and may be a little behind ours.
  const from = new Date(startedMs - 5_000).toISOString()
  while (!wait.aborted) {
    const { alerts } = await api.listAlerts({ from, limit: 200 })
    const alert = alerts.find(
      ({ document }) => firstValueOf(document, 'process.parent.executable') === parent,
    )
    if (alert !== undefined) return { alert, atMs: clock.nowMs() }
    await clock.sleep(pollMs, wait).catch(() => undefined)
  }
  return undefined
}

async function missing(
  api: Api,
  parent: string,
  { startedMs, timeoutMs }: { readonly startedMs: number; readonly timeoutMs: number },
): Promise<Fault> {
  const { events } = await api.searchEvents({
    query: `process.parent.executable: ${JSON.stringify(parent)}`,
    from: new Date(startedMs - 5_000).toISOString(),
    limit: 1,
  })
  const seconds = timeoutMs / 1_000
  const what =
    events.length === 0
      ? `no event of the test arrived within ${seconds} s: the sensor did not see the process\nhelp: the server must run on this host, and without root it sees only its own user; \`vedette doctor\` tells more`
      : `the event arrived, but no rule made an alert of it within ${seconds} s\nhelp: \`vedette rule list\` shows whether the rule for privileged containers is on`
  return new Fault('timeout', 'selftest.no-alert', what)
}

/** How long each step took, from the times that the alert carries. */
export function stagesOf(
  { document }: WireAlert,
  { startedMs, seenMs }: { readonly startedMs: number; readonly seenMs: number },
): readonly Stage[] {
  const after = (field: string): number => {
    const ms = parseDate(String(firstValueOf(document, field) ?? ''))
    return ms === undefined ? 0 : Math.max(0, ms - startedMs)
  }
  return [
    { name: 'process started', ms: after('kibana.alert.original_time') },
    {
      name: 'event received',
      ms: after('kibana.alert.original_event.ingested') || after('event.ingested'),
    },
    { name: 'alert created', ms: after('kibana.alert.start') },
    { name: 'alert seen here', ms: Math.max(0, seenMs - startedMs) },
  ]
}

function tell(
  terminal: Terminal,
  asTable: boolean,
  { stages, alert }: { readonly stages: readonly Stage[]; readonly alert: WireAlert },
): void {
  if (!asTable) {
    const byName = Object.fromEntries(stages.map(({ name, ms }) => [name.replaceAll(' ', '_'), ms]))
    terminal.out(`${JSON.stringify({ v: 1, alert: alert.id, stages_ms: byName })}\n`)
    return
  }
  for (const { name, ms } of stages) {
    terminal.out(`${terminal.tint('good', '✓')} ${name.padEnd(16)} ${String(ms).padStart(6)} ms\n`)
  }
  terminal.out(`\n${alertLine(alert)}\n`)
  terminal.note(`\nnext: vedette alert show ${shown(alert.id.slice(0, 10))}\n`)
}
