import type { Api } from '#api'
import { Fault, type Diagnostic } from '#base'
import { compareInStore, subjectOf, type BehaviourSide, type Subject } from '#detect'
import type { InstalledRule, Rule } from '#rule'
import { alertLine } from '../backtest/alert-line.ts'
import { inFlight } from '../http/in-flight.ts'
import type { ApiWorld } from './api-world.ts'
import { plainDiagnostic } from './plain-diagnostic.ts'
import { ruleOf } from './rules-api.ts'

const dayMs = 86_400_000
const maxExamples = 50
/** Each holds a processor for two backtests. */
const atATime = 1

type Wire = Awaited<ReturnType<Api['compareRuleBehaviour']>>

/** The part of the API that says what a change to a rule changes. */
export function behaviourApi(world: ApiWorld): Pick<Api, 'compareRuleBehaviour'> {
  const { clock, rules, exceptions } = world
  const places = inFlight({ places: atATime, waitMs: 20_000, clock })
  return {
    async compareRuleBehaviour({ id, version, days }, asked) {
      const installed = await ruleOf(world, id)
      const kept = (await rules.versions(installed.uuid)).find(
        ({ revision, came }) => revision === version && came !== 'offered',
      )
      if (kept === undefined) {
        const message = `revision ${version} of rule ${installed.rule.ruleId} is not kept`
        throw new Fault('not-found', 'rule.version-not-kept', message)
      }
      const toMs = clock.nowMs()
      const stretch = { fromMs: toMs - days * dayMs, toMs }
      const told = { from: isoOf(stretch.fromMs), to: isoOf(toMs) }
      const subjects = [kept.rule, installed.rule].map((rule) => subject(world, installed, rule))
      const [before, after] = subjects
      if (before === undefined || after === undefined) throw new Error('two texts were compared')
      if (!('runnable' in before) || !('runnable' in after)) {
        const diagnostics = subjects.flatMap((each) => ('runnable' in each ? [] : each.diagnostics))
        return {
          ...told,
          before: none,
          now: none,
          both: 0,
          diagnostics: diagnostics.map(plainDiagnostic),
        }
      }
      const signal = asked ?? new AbortController().signal
      const leave = await places.enter(signal)
      try {
        const options = { ...world, stretch, exceptions: await exceptions.of(installed), signal }
        const found = await compareInStore({ before, after }, options, alertLine)
        return {
          ...told,
          before: wireSide(found.before),
          now: wireSide(found.after),
          both: found.both,
          diagnostics: [],
        }
      } finally {
        leave()
      }
    },
  }
}

const none: Wire['now'] = { matched: 0, alerts: 0, alone: 0, examples: [], is_cut: false }

function subject(
  { clock, fields }: ApiWorld,
  installed: InstalledRule,
  rule: Rule,
): Subject | { readonly diagnostics: readonly Diagnostic[] } {
  return subjectOf(rule, { nowMs: clock.nowMs(), installed, fields })
}

function wireSide({
  matched,
  alerts,
  alone,
  isCut,
}: BehaviourSide<ReturnType<typeof alertLine>>): Wire['now'] {
  const examples = alone.slice(0, maxExamples)
  return { matched, alerts, alone: alone.length, examples, is_cut: isCut }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
