import { compileRule } from '#detect'
import type { EventSource } from '#event'
import { compileFilter, ruleSet, type FilterAccount, type FilterPlan } from '#query'
import type { Rule } from '#rule'
import { fileFeed } from './backtesting/file-feed.ts'
import type { Call } from './command.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { installedFields } from './installed-fields.ts'
import { loadRuleFiles } from './rule-files.ts'
import { starterRulesDirectory } from './starter-rules.ts'
import { shown, type Terminal } from './terminal.ts'

/** Events on which a rule is timed by itself: the first so many. */
const maxTimed = 2_000

/** What was found out about one rule. */
interface Explained {
  readonly rule: Rule
  readonly account: FilterAccount
  /** Microseconds an event; undefined without events. */
  readonly aloneUs: number | undefined
}

/** `vedette rule explain`: what rules compile to, when they are looked at, and what that costs. Needs no server. */
export async function ruleExplain(call: Call, terminal: Terminal): Promise<ExitCode> {
  const asked = await filtersIn(call.positionals, terminal)
  const others = call.texts('rules')
  const company = await filtersIn(others.length > 0 ? others : [starterRulesDirectory()], terminal)
  const filtersById = new Map(
    [...company.filters, ...asked.filters].map((each) => [each.rule.ruleId, each.filter]),
  )
  const context = { fields: installedFields(), nowMs: terminal.clock.nowMs() }
  const set = ruleSet<string>(context.fields)
  for (const [id, filter] of filtersById) set.put(id, { filter, context })

  const timed: EventSource[] = []
  let events = 0
  const feed = fileFeed(call.texts('events'), { terminal, namelessIndex: '' })
  const { unreadable } = await feed.read({
    take({ source }) {
      events++
      if (timed.length < maxTimed) timed.push(source)
      set.matching(source)
    },
    keptUp: async () => undefined,
  })
  const explained = asked.filters.flatMap(({ rule, filter }) => {
    const account = set.accountOf(rule.ruleId)
    return account === undefined ? [] : [{ rule, filter, account }]
  })
  const togetherUs = usOfEach(timed, (source) => set.matching(source))
  const totals = { events, filters: filtersById.size, togetherUs }
  for (const { rule, filter, account } of explained) {
    const matches = compileFilter(filter, context)
    const aloneUs = timed.length === 0 ? undefined : usOfEach(timed, matches)
    if (call.text('format') === 'json' || call.text('format') === 'ndjson') {
      terminal.out(`${JSON.stringify(jsonOf({ rule, account, aloneUs }, totals))}\n`)
    } else terminal.out(textOf({ rule, account, aloneUs }, totals))
  }
  if (asked.problems > 0) return exitCode.bad
  return unreadable > 0 ? exitCode.partial : exitCode.done
}

interface RuleFilter {
  readonly rule: Rule
  readonly filter: FilterPlan
}

/** The event filters of the rules at some paths; what cannot be read or cannot run is told and counted. */
async function filtersIn(
  paths: readonly string[],
  terminal: Terminal,
): Promise<{ readonly filters: readonly RuleFilter[]; readonly problems: number }> {
  const { files, unreadable } = await loadRuleFiles(paths)
  for (const { path, reason } of unreadable) {
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  }
  let problems = unreadable.length
  const filters = files.flatMap(({ reading }) =>
    reading.rules.flatMap((rule) => {
      const runnable = compileRule(rule, installedFields())
      if (runnable.ok) return [{ rule, filter: runnable.value.filter }]
      problems++
      const why = runnable.error[0]?.message ?? 'unknown reason'
      terminal.err(`error: ${shown(rule.name)} cannot run: ${shown(why)}\n`)
      return []
    }),
  )
  return { filters, problems }
}

/** Events seen before time is taken, so that code is warm and what can be learnt is. */
const warmUp = 5_000

/** The mean time of one event, once warm. */
function usOfEach(events: readonly EventSource[], work: (event: EventSource) => unknown): number {
  for (let seen = 0; seen < warmUp && events.length > 0; seen += events.length) {
    for (const event of events) work(event)
  }
  const startMs = performance.now()
  for (const event of events) work(event)
  return ((performance.now() - startMs) * 1_000) / events.length
}

interface Totals {
  readonly events: number
  readonly filters: number
  readonly togetherUs: number
}

function jsonOf({ rule, account, aloneUs }: Explained, { events, filters, togetherUs }: Totals) {
  return {
    rule_id: rule.ruleId,
    name: rule.name,
    ...account,
    events,
    ...(aloneUs !== undefined && {
      alone_us: round(aloneUs),
      filters,
      together_us: round(togetherUs),
    }),
  }
}

/** Sorts of events that are told one by one. */
const maxSorts = 5

function textOf({ rule, account, aloneUs }: Explained, totals: Totals): string {
  const { condition, access, sorts, looked, matched } = account
  const lines = [
    `${shown(rule.name)}  ${shown(rule.ruleId)}`,
    `  asks        ${shown(condition)}`,
    `  looked at   ${accessText(access)}`,
  ]
  for (const { satisfied, documents, left, access } of sorts.slice(0, maxSorts)) {
    lines.push(
      `  in events   ${shown(satisfied.join(', ') || 'that satisfy no guard')} (${documents})`,
      `    is left   ${shown(left)}`,
      `    looked at ${accessText(access)}`,
    )
  }
  if (sorts.length > maxSorts) lines.push(`  and ${sorts.length - maxSorts} more sorts of events`)
  if (aloneUs !== undefined) {
    const { events, filters, togetherUs } = totals
    lines.push(
      `  measured    looked at in ${looked} of ${events} events, matched ${matched}`,
      `              by itself ${round(aloneUs)} µs an event; all ${filters} rules together ${round(togetherUs)} µs`,
    )
  }
  return `${lines.join('\n')}\n`
}

function accessText(access: readonly string[] | undefined): string {
  if (access === undefined) return 'always: nothing in particular must hold'
  return access.length === 0 ? 'never: it cannot match' : shown(`when ${access.join(' or ')}`)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
