import type { Api } from '#api'
import { assert, type Diagnostic } from '#base'
import { ruleFormats, rulesOnly, type InstalledRule, type Rule } from '#rule'
import { exportText } from '../kibana/rules-export.ts'
import type { ApiWorld } from './api-world.ts'
import { plainDiagnostic } from './plain-diagnostic.ts'

type Exported = Awaited<ReturnType<Api['exportRules']>>

/** Installed rules as files: what is imported again is the same. */
export async function exportRules(
  world: ApiWorld,
  rules: readonly InstalledRule[],
  format: NonNullable<Parameters<Api['exportRules']>[0]['format']>,
): Promise<Exported> {
  if (format === 'toml') return tomlFiles(world, rules)
  const text = await exportText(world, { rules, missing: [], withDetails: true })
  return { files: [{ name: 'rules.ndjson', text }], diagnostics: [] }
}

/** One file a rule, named after it, and what TOML cannot say of it. */
async function tomlFiles(
  { exceptions }: ApiWorld,
  rules: readonly InstalledRule[],
): Promise<Exported> {
  const toml = ruleFormats.find(({ id }) => id === 'elastic-toml')
  assert(toml !== undefined, 'TOML is a format of rules')
  const taken = new Set<string>()
  const files: Exported['files'][number][] = []
  const diagnostics: Diagnostic[] = []
  for (const { rule } of rules) {
    const ids = rule.exceptionsList.map(({ listId }) => listId)
    const lists = await Promise.all(ids.map((id) => exceptions.list(id)))
    const items = await Promise.all(ids.map((id) => exceptions.items(id)))
    const written = toml.write({
      ...rulesOnly([rule]),
      exceptionLists: lists.filter((list) => list !== undefined),
      exceptions: items.flat(),
    })
    const name = fileName(rule, taken)
    taken.add(name)
    files.push({ name, text: written.text })
    diagnostics.push(...written.diagnostics.map((each) => ({ ...each, origin: name })))
  }
  return { files, diagnostics: diagnostics.map(plainDiagnostic) }
}

/** Letters and digits of the name, so that no rule decides where its file goes; the id where it has none. */
function fileName({ name, ruleId }: Rule, taken: ReadonlySet<string>): string {
  const plain = wordsOf(name) || wordsOf(ruleId) || 'rule'
  const distinct = taken.has(`${plain}.toml`) ? `${plain}-${wordsOf(ruleId)}` : plain
  let found = `${distinct}.toml`
  for (let number = 2; taken.has(found); number++) found = `${distinct}-${number}.toml`
  return found
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100)
}
