import { backtestRequest, type WireBacktestLine, type WireBacktestRequest } from '#api'
import { Fault, messageOf } from '#base'
import { backtestInStore, subjectOf, type BacktestEnd, type Subject } from '#detect'
import { ruleFromWire, type InstalledRule } from '#rule'
import { instantOf } from '../api/alerts-api.ts'
import type { ApiWorld } from '../api/api-world.ts'
import { plainDiagnostic } from '../api/plain-diagnostic.ts'
import { jsonBodyOf } from '../http/body.ts'
import { inFlight, type InFlight } from '../http/in-flight.ts'
import type { Side } from '../http/side.ts'
import { alertLine } from './alert-line.ts'
import { lineChannel } from './line-channel.ts'

const maxBodyBytes = 2 * 1024 * 1024
/** Each holds a processor while it runs. */
const atATime = 2
/** So many alerts are told of; the others are counted. */
const maxTold = 200

/**
 * `POST /api/rules/backtest`: a rule, installed or not, over past events, told line by line as it comes. It ends when
 * whoever asked goes away.
 */
export function backtestSide(world: ApiWorld): Side {
  const places = inFlight({ places: atATime, waitMs: 5_000, clock: world.clock })
  return {
    isMeant: ({ method, segments }) =>
      method === 'POST' && segments.join('/') === 'api/rules/backtest',
    needs: () => 'read',
    async answer({ request, signal }) {
      const body = backtestRequest.read((await jsonBodyOf(request, maxBodyBytes)) ?? {}, 'body')
      if (!body.ok) {
        const told = body.error.map(({ path, message }) => `${path}: ${message}`).join('; ')
        throw new Fault('invalid', 'api.invalid-request', told)
      }
      const stretch = stretchOf(world, body.value)
      const subject = await subjectIn(world, body.value)
      const contentType = 'application/x-ndjson'
      if (!('runnable' in subject)) {
        const line: WireBacktestLine = { kind: 'refused', diagnostics: subject.diagnostics }
        return { status: 200, contentType, stream: oneLine(line) }
      }
      const stream = linesOf(world, { subject, stretch, signal, places })
      return { status: 200, contentType, headers: { 'x-accel-buffering': 'no' }, stream }
    },
  }
}

async function* oneLine(line: WireBacktestLine): AsyncGenerator<string> {
  yield `${JSON.stringify(line)}\n`
}

function stretchOf({ clock }: ApiWorld, { from, to }: WireBacktestRequest) {
  const toMs = to === undefined ? clock.nowMs() : instantOf('to', to)
  const fromMs = instantOf('from', from)
  if (fromMs < toMs) return { fromMs, toMs }
  throw new Fault('invalid', 'api.invalid-request', 'from: must be before to')
}

async function subjectIn(
  { rules, fields, clock }: ApiWorld,
  { rule: wire, id }: WireBacktestRequest,
): Promise<Subject | { readonly diagnostics: NonNullable<WireBacktestLine['diagnostics']> }> {
  const reading = ruleFromWire(wire, { defaultRuleId: 'backtest' })
  if (reading.rule === undefined) {
    return { diagnostics: reading.diagnostics.map(plainDiagnostic) }
  }
  const installed: InstalledRule | undefined = id === undefined ? undefined : await rules.get(id)
  const subject = subjectOf(reading.rule, { nowMs: clock.nowMs(), installed, fields })
  if ('runnable' in subject) return subject
  return { diagnostics: subject.diagnostics.map(plainDiagnostic) }
}

async function* linesOf(
  world: ApiWorld,
  {
    subject,
    stretch,
    signal,
    places,
  }: {
    readonly subject: Subject
    readonly stretch: { readonly fromMs: number; readonly toMs: number }
    readonly signal: AbortSignal
    readonly places: InFlight
  },
): AsyncGenerator<string> {
  const channel = lineChannel<WireBacktestLine>()
  let leave = (): void => undefined
  const work = async (): Promise<void> => {
    leave = await places.enter(signal)
    let total = 0
    let told = 0
    const end = await backtestInStore(
      subject,
      {
        ...world,
        stretch,
        exceptions: await world.exceptions.of(subject.installed),
        signal,
      },
      {
        onRead: (matched) => channel.put({ kind: 'read', matched }),
        onProgress(atMs, alerts) {
          total += alerts.length
          const lines = alerts.slice(0, maxTold - told).map(alertLine)
          told += lines.length
          const at = new Date(atMs).toISOString()
          return channel.put({ kind: 'progress', at, total, alerts: lines })
        },
      },
    )
    await channel.put({
      kind: 'end',
      matched: end.matched,
      summary: summaryOf(end, stretch, await lookedAt(world, subject, { end, stretch, signal })),
    })
  }
  const done = work()
    .catch((thrown: unknown) => channel.put({ kind: 'failed', message: messageOf(thrown) }))
    .finally(() => {
      leave()
      channel.end()
    })
  try {
    for await (const line of channel.lines()) yield `${JSON.stringify(line)}\n`
  } finally {
    channel.end()
    await done
  }
}

/** How many events there were where none matched: a rule is silent for want of matches, or of events. */
async function lookedAt(
  { events, fields }: ApiWorld,
  { runnable, time }: Subject,
  {
    end,
    stretch,
    signal,
  }: {
    readonly end: BacktestEnd
    readonly stretch: { readonly fromMs: number; readonly toMs: number }
    readonly signal: AbortSignal
  },
): Promise<number | undefined> {
  if (end.matched > 0 || signal.aborted) return undefined
  return events.count({
    indices: runnable.source.index ?? ['logs-*'],
    filter: { kind: 'all' },
    context: { fields, nowMs: stretch.toMs },
    time: { fields: time, ...stretch },
    signal,
  })
}

function summaryOf(
  { findings, executions, reachedMs, isCut, excepted }: BacktestEnd,
  { fromMs }: { readonly fromMs: number },
  looked: number | undefined,
): NonNullable<WireBacktestLine['summary']> {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(reachedMs).toISOString(),
    alerts: findings.alerts,
    suppressed: findings.suppressed,
    excepted,
    executions,
    failed: findings.failed,
    ...(isCut && { is_cut: 'yes' as const }),
    ...(looked !== undefined && { looked_at: looked }),
    days: [...findings.byDay].map(([day, alerts]) => ({ day, alerts })),
    new_terms: findings.newTerms,
    hosts: findings.hosts,
    users: findings.users,
    warnings: findings.warnings,
    errors: findings.errors,
  }
}
