import { canonicalJson, hashOf, type Logger } from '#base'
import type { RuleBook, RuleOrigin } from '#detect'
import { ruleToWire, type InstalledRule, type Rule } from '#rule'
import type { Collection, DocumentStore } from '#store'
import { loadRuleFiles } from '../rule-files.ts'

/** What came of the rules that Vedette brings along. */
export interface StarterOutcome {
  readonly installed: number
  readonly updated: number
  /** A newer one is there, but the installed one was edited and stays as it is. */
  readonly kept: number
}

type Brought = { readonly hash: string; readonly version: number }

// One object: a store refuses a second spec under the same name.
const broughtCollection = { name: 'starter_rules', keys: {} }

/**
 * Installs the rules below a directory, enabled, and brings those of an earlier version up to date.
 * A rule that somebody edited stays as edited, one that somebody removed stays away; whether a rule is
 * on, and its exceptions, are never touched. Files that cannot be used are logged. Faults: `not-found` for a
 * directory that is not there.
 */
export async function installStarterRules(
  directory: string,
  {
    rules,
    documents,
    logger,
    origin = { user: 'vedette', immutable: true },
  }: {
    readonly rules: RuleBook
    readonly documents: DocumentStore
    readonly logger: Logger
    readonly origin?: RuleOrigin
  },
): Promise<StarterOutcome> {
  const broughtById: Collection<Brought> = documents.collection(broughtCollection)
  const counts = { installed: 0, updated: 0, kept: 0 }
  for (const rule of await rulesBelow(directory, logger)) {
    const brought = (await broughtById.get(rule.ruleId))?.body
    const before = await rules.byRuleId(rule.ruleId)
    const change = changeOf(rule, before, brought)
    if (change === 'none') continue
    if (change === 'kept') {
      counts.kept++
      if (before !== undefined) await rules.offer(before.uuid, updated(rule, before), origin)
      continue
    }
    const after =
      before === undefined
        ? await rules.install({ ...rule, enabled: true }, origin)
        : await rules.update(before.uuid, updated(rule, before), origin)
    await broughtById.put(rule.ruleId, { hash: textHash(after.rule), version: rule.version })
    counts[change]++
  }
  return counts
}

function changeOf(
  rule: Rule,
  before: InstalledRule | undefined,
  brought: Brought | undefined,
): 'installed' | 'updated' | 'kept' | 'none' {
  if (before === undefined) return brought === undefined ? 'installed' : 'none'
  if (brought === undefined || rule.version <= brought.version) return 'none'
  return textHash(before.rule) === brought.hash ? 'updated' : 'kept'
}

function updated(rule: Rule, { rule: before }: InstalledRule): Rule {
  return { ...rule, enabled: before.enabled, exceptionsList: before.exceptionsList }
}

/** Everything that an author writes; not whether the rule is on, nor what is excepted from it. */
function textHash(rule: Rule): string {
  return hashOf(canonicalJson({ ...ruleToWire(rule), enabled: null, exceptions_list: null }))
}

async function rulesBelow(directory: string, logger: Logger): Promise<readonly Rule[]> {
  const { files, unreadable } = await loadRuleFiles([directory])
  for (const { path, reason } of unreadable) {
    logger.error('a rule file cannot be read', { path, reason })
  }
  return files.flatMap(({ path, reading }) => {
    for (const { severity, message, line } of reading.diagnostics) {
      if (severity === 'error')
        logger.error('a rule cannot be used', { path, line, reason: message })
    }
    return reading.rules
  })
}
