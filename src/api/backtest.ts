import {
  Fault,
  anyObject,
  described,
  integer,
  list,
  object,
  oneOf,
  optional,
  string,
  type Infer,
} from '#base'
import { diagnosticShape, instant } from './shapes.ts'

const count = integer({ minimum: 0 })
const counted = list(object({ value: string(), alerts: count }))
const said = list(object({ kind: string(), message: string(), executions: count }))

/** Where a rule is executed over past events: `POST`, answered by lines of JSON as they come. */
export const backtestPath = '/api/rules/backtest'

/** What is to be executed, over which time. */
export const backtestRequest = object({
  rule: described(anyObject(), 'the rule in the wire form of Kibana'),
  id: optional(
    described(string({ maxLength: 512 }), 'uuid of the installed rule whose exceptions count'),
  ),
  from: instant,
  to: optional(described(instant, 'default: now')),
})

/** What is told of an alert that a rule would have raised. */
export const backtestAlert = object({
  at: string(),
  severity: string(),
  reason: string(),
  host: string(),
  new_terms: string(),
})

/** One line of the answer. */
export const backtestLine = object({
  kind: described(
    oneOf('refused', 'read', 'progress', 'end', 'failed'),
    'refused, end and failed are the last',
  ),
  diagnostics: optional(described(list(diagnosticShape), 'refused: why the rule cannot run')),
  matched: optional(described(count, 'read, end: events that the query means')),
  at: optional(described(instant, 'progress: executed up to here')),
  total: optional(described(count, 'progress: alerts so far')),
  alerts: optional(described(list(backtestAlert), 'progress: the first of those that are new')),
  message: optional(described(string(), 'failed: what went wrong')),
  summary: optional(
    object({
      from: instant,
      to: instant,
      alerts: count,
      suppressed: count,
      excepted: described(count, 'events that exceptions kept from the rule'),
      executions: count,
      failed: count,
      is_cut: described(optional(oneOf('yes')), 'more events match than are looked at'),
      looked_at: described(optional(count), 'where none matched: events in the indices it reads'),
      days: list(object({ day: string(), alerts: count })),
      new_terms: counted,
      hosts: counted,
      users: counted,
      warnings: said,
      errors: said,
    }),
  ),
})

/** {@link backtestLine} as a type. */
export type WireBacktestLine = Infer<typeof backtestLine>
/** {@link backtestRequest} as a type. */
export type WireBacktestRequest = Infer<typeof backtestRequest>

/** Asks for a backtest and gives its lines as they come; leaving the loop, or the signal, ends it there too. */
export async function* backtestLines(
  url: string,
  request: WireBacktestRequest,
  signal: AbortSignal,
): AsyncGenerator<WireBacktestLine> {
  const answer = await fetch(new URL(backtestPath, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal,
  })
  if (!answer.ok || answer.body === null) throw await refusalOf(answer)
  let rest = ''
  for await (const text of textsOf(answer.body)) {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const read = backtestLine.read(JSON.parse(line), '')
      if (read.ok) yield read.value
    }
  }
}

async function* textsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function refusalOf(answer: Response): Promise<Fault> {
  const body: unknown = await answer.json().catch(() => ({}))
  const message: unknown = Reflect.get(Object(Reflect.get(Object(body), 'error')), 'message')
  const text = typeof message === 'string' ? message : `the server answered HTTP ${answer.status}`
  const kind = answer.status === 401 ? 'unauthenticated' : 'unavailable'
  return new Fault(kind, 'api.backtest', text)
}
