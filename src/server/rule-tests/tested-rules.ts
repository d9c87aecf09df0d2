import { canonicalJson, hashOf, messageOf, type Logger } from '#base'
import { runRuleTests } from '#detect'
import type { FieldCatalogue } from '#event'
import { parseRuleTests, ruleToWire, type InstalledRule, type Rule } from '#rule'
import type { Collection, CollectionSpec, DocumentStore } from '#store'

/** What is known of the tests of a rule as it is installed now. */
export type RuleTestState =
  | { readonly kind: 'none' | 'waiting' }
  | { readonly kind: 'passed' | 'failed'; readonly tests: number; readonly failed: number }

/** The tests of a rule as text, and where they come from. */
export interface RuleTestText {
  readonly text: string
  /** `kept`: written here; `file`: it lies beside the rule's file. */
  readonly from: 'kept' | 'file'
}

/** The tests of installed rules, and what became of them. */
export interface TestedRules {
  /** Undefined: the rule has none. Those that were written here go before those of its file. */
  textOf(ruleId: string): Promise<RuleTestText | undefined>
  /** Keeps tests that were written here; undefined forgets them, so that those of the file count again. */
  keep(ruleId: string, text: string | undefined): Promise<void>
  /**
   * What is known of each now, in the order given. Tests that were not run with this text of the rule are run from now on, one
   * rule after the other, and told as waiting until then.
   */
  statesOf(rules: readonly InstalledRule[]): Promise<readonly RuleTestState[]>
  /** Resolves when nothing runs any more. */
  close(): Promise<void>
}

/** What that needs. */
export interface TestedRulesOptions {
  readonly documents: DocumentStore
  readonly fields: FieldCatalogue
  readonly logger: Logger
  /** What tests came to is believed of this version of the product alone. */
  readonly productVersion: string
  /** The tests that lie beside the file of a rule. */
  readonly besideFile: (ruleId: string) => Promise<string | undefined>
}

type KeptText = { readonly text: string }
type Outcome = { readonly hash: string; readonly tests: number; readonly failed: number }

const textCollection: CollectionSpec<KeptText> = { name: 'rule_tests', keys: {} }
const outcomeCollection: CollectionSpec<Outcome> = { name: 'rule_test_outcomes', keys: {} }

/** {@link TestedRules} in a store. */
export function testedRules(options: TestedRulesOptions): TestedRules {
  const { documents, fields, logger, productVersion, besideFile } = options
  const texts: Collection<KeptText> = documents.collection(textCollection)
  const outcomes: Collection<Outcome> = documents.collection(outcomeCollection)
  const waiting = new Map<string, { readonly rule: Rule; readonly text: string }>()
  /** What the tests at work belong to, so that they are not put in line again. */
  let current: string | undefined
  let running: Promise<void> | undefined
  let isClosed = false

  const textOf = async (ruleId: string): Promise<RuleTestText | undefined> => {
    const kept = (await texts.get(ruleId))?.body.text
    if (kept !== undefined) return { text: kept, from: 'kept' }
    const text = await besideFile(ruleId)
    return text === undefined ? undefined : { text, from: 'file' }
  }
  const work = async (): Promise<void> => {
    for (const [ruleId, { rule, text }] of waiting) {
      if (isClosed) break
      waiting.delete(ruleId)
      const hash = hashOfBoth(rule, text, productVersion)
      current = hash
      try {
        const counts = await countsOf(rule, text, fields)
        await outcomes.put(ruleId, { hash, ...counts })
      } catch (thrown) {
        logger.error('the tests of a rule could not be run', { ruleId, reason: messageOf(thrown) })
      }
    }
    current = undefined
    running = undefined
  }
  return {
    textOf,
    async keep(ruleId, text) {
      if (text === undefined) await texts.delete(ruleId)
      else await texts.put(ruleId, { text })
    },
    async statesOf(rules) {
      const states = await Promise.all(
        rules.map(async ({ rule }): Promise<RuleTestState> => {
          const found = await textOf(rule.ruleId)
          if (found === undefined) return { kind: 'none' }
          const hash = hashOfBoth(rule, found.text, productVersion)
          const known = (await outcomes.get(rule.ruleId))?.body
          if (known?.hash === hash) {
            const { tests, failed } = known
            return { kind: failed === 0 && tests > 0 ? 'passed' : 'failed', tests, failed }
          }
          if (hash !== current) waiting.set(rule.ruleId, { rule, text: found.text })
          return { kind: 'waiting' }
        }),
      )
      if (waiting.size > 0 && !isClosed) running ??= work()
      return states
    },
    async close() {
      isClosed = true
      await running
    },
  }
}

/** A test that cannot be read has failed: what it would say is not known to hold. */
async function countsOf(
  rule: Rule,
  text: string,
  fields: FieldCatalogue,
): Promise<{ readonly tests: number; readonly failed: number }> {
  const { tests, diagnostics } = parseRuleTests(text, { path: 'tests' })
  const outcomes = await runRuleTests(tests, rule, { fields })
  const unread = diagnostics.filter(({ severity }) => severity === 'error').length
  const failed = outcomes.filter(({ problems }) => problems.length > 0).length
  return { tests: tests.length + unread, failed: failed + unread }
}

/** Whether it is on, and what is excepted from it, changes nothing in what its tests say. */
function hashOfBoth(rule: Rule, text: string, productVersion: string): string {
  const wire = { ...ruleToWire(rule), enabled: null, exceptions_list: null }
  return hashOf(canonicalJson(wire), text, productVersion)
}
