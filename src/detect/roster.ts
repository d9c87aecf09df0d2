import type { Diagnostic, Result } from '#base'
import type { FieldCatalogue } from '#event'
import type { InstalledRule, RuleUuid } from '#rule'
import type { RunnableRule } from './rule-type.ts'
import { compileRule } from './rule-types.ts'
import { dueTimesOf, type DueTimes } from './schedule/due.ts'

/** An enabled rule with its texts understood and its due times. */
export interface RosterRule {
  readonly installed: InstalledRule
  readonly runnable: Result<RunnableRule, readonly Diagnostic[]>
  readonly due: DueTimes
}

/** The enabled rules as they are now. */
export interface Roster {
  rules(): Iterable<RosterRule>
  get(uuid: RuleUuid): RosterRule | undefined
  put(rule: InstalledRule): void
  remove(uuid: RuleUuid): void
  /** Rises with every change of a rule or of what excepts events from rules. */
  readonly generation: number
  /** Exceptions, value lists or settings changed. */
  touch(): void
}

/** An empty {@link Roster}; rules are compiled as they come in. */
export function roster(fields: FieldCatalogue): Roster {
  const rules = new Map<RuleUuid, RosterRule>()
  let generation = 0
  return {
    rules: () => rules.values(),
    get: (uuid) => rules.get(uuid),
    put(installed) {
      generation++
      if (!installed.rule.enabled) rules.delete(installed.uuid)
      else {
        const runnable = compileRule(installed.rule, fields)
        rules.set(installed.uuid, { installed, runnable, due: dueTimesOf(installed) })
      }
    },
    remove(uuid) {
      generation++
      rules.delete(uuid)
    },
    get generation() {
      return generation
    },
    touch() {
      generation++
    },
  }
}
