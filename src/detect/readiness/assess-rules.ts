import type { EventStore } from '#store'
import type { Rule } from '#rule'
import { turns } from '../execution/turns.ts'
import type { DetectionWorld } from '../execution/world.ts'
import { assessRule } from './assess-rule.ts'
import type { DataSource, RuleReadiness } from './readiness.ts'
import { storeKnowledge } from './store-knowledge.ts'

/** Steps that judging one rule counts for: others get their turn after every twenty rules. */
const stepsARule = 1_000

/**
 * Whether rules can fire on what the store holds now, and why not, in the order given. Costs what the store
 * knows of its indices, and a look for each kind of data that the rules name.
 */
export async function assessRules(
  rules: readonly Rule[],
  {
    world,
    events,
    sources,
  }: {
    readonly world: DetectionWorld
    readonly events: Pick<EventStore, 'facts'>
    readonly sources: readonly DataSource[]
  },
): Promise<readonly RuleReadiness[]> {
  const { reader, fields, clock } = world
  const nowMs = clock.nowMs()
  const { indices: facts } = await events.facts()
  const knowledge = storeKnowledge({ reader, facts, fields, nowMs })
  const found: RuleReadiness[] = []
  const others = turns()
  for (const rule of rules) {
    found.push(await assessRule(rule, { ...world, nowMs, knowledge, sources }))
    await others.take(stepsARule)
  }
  return found
}
