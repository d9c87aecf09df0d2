import type { RuleFormat } from './format.ts'
import { elasticToml } from './formats/elastic-toml/elastic-toml.ts'
import { kibanaNdjson } from './formats/kibana-ndjson/kibana-ndjson.ts'

/** Every format of rule files. */
export const ruleFormats: readonly RuleFormat[] = [elasticToml, kibanaNdjson]

/** The format of a file, by its name's ending, else by how its text begins. */
export function ruleFormatOf(path: string, text: string): RuleFormat {
  const byName = ruleFormats.find((format) => format.extensions.some((end) => path.endsWith(end)))
  if (byName !== undefined) return byName
  // A TOML text may begin with `[`, but what follows it there is a name, never a brace.
  return /^\s*(\{|\[\s*\{)/.test(text) ? kibanaNdjson : elasticToml
}
