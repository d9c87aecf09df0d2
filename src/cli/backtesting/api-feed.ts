import { Fault, type JsonValue } from '#base'
import type { Api } from '#api'
import { eventTimeOf } from '#event'
import { exceptionItemFromWire, ruleFromWire, type InstalledRule } from '#rule'
import { progressLine } from '../hunting/progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Feed, FeedExceptions } from './feed.ts'

const pageEvents = 10_000

/**
 * Events, rules and exceptions of a running server, through its API: latest events first, a page ending
 * where the next begins. Value lists are not told by the API: items that name one except nothing, and the
 * executions say so. Faults: those of the API, and `too-large` where more events than a page holds
 * are of one millisecond.
 */
export function apiFeed(api: Api, terminal: Terminal): Feed {
  return {
    async installedOf({ ruleId }) {
      const { rules } = await api.listRules({})
      const found = rules.find((rule) => rule.rule_id === ruleId)
      return found === undefined ? undefined : installedFromApi(found)
    },
    async exceptionsOf({ rule }): Promise<FeedExceptions> {
      const answers = await Promise.all(
        rule.exceptionsList.map(({ listId }) =>
          api.listExceptionItems({ list_id: listId }).catch(noneWhereMissing),
        ),
      )
      const wire = answers.flatMap(({ items }): readonly JsonValue[] => items)
      const items = wire.flatMap((item) => exceptionItemFromWire(item).value ?? [])
      return { items, valueLists: [] }
    },
    close: async () => undefined,
    async read({ take, keptUp }) {
      const progress = progressLine(terminal, ({ events }: { readonly events: number }) => {
        return `reading ${events.toLocaleString('en')} events from the server`
      })
      let events = 0
      let to: string | undefined
      let before: ReadonlySet<string> = new Set()
      while (!terminal.signal.aborted) {
        const page = await api.searchEvents({ limit: pageEvents, ...(to !== undefined && { to }) })
        const fresh = page.events.filter((event) => !before.has(keyOf(event)))
        for (const { index, id, document } of fresh) take({ index, id, source: document })
        events += fresh.length
        await keptUp()
        progress.tell({ events })
        if (page.events.length < pageEvents) break
        if (fresh.length === 0) throw tooMany(to)
        before = new Set(page.events.map(keyOf))
        to = timeOf(page.events.at(-1)?.document ?? {}) ?? to
      }
      progress.clear()
      return { unreadable: 0 }
    },
  }
}

function keyOf({ index, id }: { readonly index: string; readonly id: string }): string {
  return `${index}\n${id}`
}

function timeOf(document: Parameters<typeof eventTimeOf>[0]): string | undefined {
  const time = eventTimeOf(document)
  return time.ok ? new Date(time.value).toISOString() : undefined
}

function tooMany(at: string | undefined): Fault {
  return new Fault(
    'too-large',
    'backtest.too-many-at-once',
    `more than ${pageEvents} events are of ${at ?? 'one time'}: the server's API cannot tell them all\nhelp: stop the server and run this again`,
  )
}

function noneWhereMissing(thrown: unknown): { readonly items: readonly never[] } {
  if (thrown instanceof Fault && thrown.kind === 'not-found') return { items: [] }
  throw thrown
}

function installedFromApi({
  id,
  rule: wire,
}: Awaited<ReturnType<Api['getRule']>>): InstalledRule | undefined {
  const { rule } = ruleFromWire(wire)
  if (rule === undefined) return undefined
  const at = new Date(0).toISOString()
  return {
    uuid: id,
    rule,
    revision: 0,
    immutable: false,
    createdAt: at,
    createdBy: 'backtest',
    updatedAt: at,
    updatedBy: 'backtest',
  }
}
