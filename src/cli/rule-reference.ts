import type { Api, WireRule } from '#api'
import { Fault, nearestWord } from '#base'
import { usageFault } from './exit-code.ts'
import { shown } from './terminal.ts'

/**
 * The installed rule that a word means: its uuid, its rule_id, a unique beginning of one, or its name.
 * Faults: `not-found`, and `cli.usage` where several begin so.
 */
export async function findRule(api: Api, word: string): Promise<WireRule> {
  const { rules } = await api.listRules({})
  const exact = rules.find((rule) => [rule.id, rule.rule_id, nameOf(rule)].includes(word))
  if (exact !== undefined) return exact
  const found = rules.filter(({ id, rule_id }) => id.startsWith(word) || rule_id.startsWith(word))
  const [only, another] = found
  if (another !== undefined)
    throw usageFault(`${found.length} rules begin with ${word}; write more of the id`)
  if (only !== undefined) return only
  const near = nearestWord(
    word,
    rules.flatMap((rule) => [rule.rule_id, nameOf(rule)]),
  )
  const hint = near === undefined ? '`vedette rule list` lists them' : `did you mean ${near}?`
  throw new Fault('not-found', 'rule.unknown', `no rule is called ${word}; ${hint}`)
}

/** The installed rules that words mean, each as {@link findRule} does. */
export async function findRules(api: Api, words: readonly string[]): Promise<readonly WireRule[]> {
  const found: WireRule[] = []
  for (const word of words) found.push(await findRule(api, word))
  return found
}

/** The rule's name. */
export function nameOf({ rule }: WireRule): string {
  return shown(rule['name'])
}
