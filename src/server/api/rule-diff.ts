import type { Api } from '#api'
import { Fault, hasErrors } from '#base'
import type { RuleVersion } from '#detect'
import {
  readRules,
  ruleFormats,
  rulesOnly,
  threeWayDiff,
  type InstalledRule,
  type Rule,
} from '#rule'
import type { ApiWorld } from './api-world.ts'

type Diff = Awaited<ReturnType<Api['diffRule']>>

/**
 * What became of a rule's text since a version of it: here, and in the text that an import offered and
 * nobody took. Without a version, since it was last imported. Faults: `not-found` for a version that is
 * not kept.
 */
export async function ruleDiff(
  world: ApiWorld,
  installed: InstalledRule,
  { version, next }: { readonly version: number | undefined; readonly next?: Rule },
): Promise<Diff> {
  const versions = await world.rules.versions(installed.uuid)
  const kept = versions.filter(({ came }) => came !== 'offered')
  const base =
    version === undefined
      ? (kept.find(({ came }) => came === 'import') ?? kept.at(-1))
      : kept.find(({ revision }) => revision === version)
  if (base === undefined) throw notKept(installed, version, kept)
  const offered = versions.find(({ came }) => came === 'offered')
  const incoming = next ?? offered?.rule
  const hunks = threeWayDiff(
    textOf(base.rule),
    textOf(installed.rule),
    textOf(incoming ?? base.rule),
  )
  return {
    id: installed.uuid,
    rule_id: installed.rule.ruleId,
    base: tell(base),
    yours: { revision: installed.revision, version: installed.rule.version },
    ...(incoming === undefined ? {} : { next: { version: incoming.version } }),
    versions: kept.map(tell),
    hunks,
  }
}

/** The same with the rule of a text as what is new. Faults: `invalid` where it holds no such rule. */
export async function ruleDiffWith(
  world: ApiWorld,
  installed: InstalledRule,
  {
    name,
    text,
    version,
  }: { readonly name: string; readonly text: string; readonly version?: number },
): Promise<Diff> {
  const { ruleId } = installed.rule
  const reading = readRules(new TextEncoder().encode(text), { path: name })
  const next = reading.rules.find((rule) => rule.ruleId === ruleId)
  if (next !== undefined) return ruleDiff(world, installed, { version, next })
  const wrong = hasErrors(reading.diagnostics) ? ': it has errors, see `vedette rule check`' : ''
  throw new Fault('invalid', 'rule.not-in-text', `${name} holds no rule ${ruleId}${wrong}`)
}

function tell({ revision, came, rule, at, by }: RuleVersion): Diff['versions'][number] {
  return { revision, version: rule.version, came, at, by }
}

function notKept(
  { rule }: InstalledRule,
  version: number | undefined,
  kept: readonly RuleVersion[],
): Fault {
  const known = kept.map(({ revision }) => revision).join(', ')
  const what = version === undefined ? 'no earlier text' : `no text of revision ${version}`
  return new Fault(
    'not-found',
    'rule.version-not-kept',
    `${what} is kept of rule ${rule.ruleId}; kept are ${known === '' ? 'none' : known}`,
  )
}

/** A rule as text, without whether it is on: switching a rule is no change of its text. */
function textOf(rule: Rule): string {
  const toml = ruleFormats.find(({ id }) => id === 'elastic-toml')
  return toml?.write(rulesOnly([{ ...rule, enabled: false }])).text ?? ''
}
