import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** A change of a rule that changes no alert, and why. */
export interface EquivalentMutant {
  readonly change: string
  readonly reason: string
}

/**
 * What `equivalent-mutants.yaml` beside a rule lists; nothing where there is no such file. Throws where the
 * file is not a list of `change` and `reason`.
 */
export function equivalentMutants(folder: string): readonly EquivalentMutant[] {
  const name = `rules/${folder}/equivalent-mutants.yaml`
  const path = fileURLToPath(new URL(`../../${name}`, import.meta.url))
  if (!existsSync(path)) return []
  const listed: unknown = parse(readFileSync(path, 'utf8'))
  if (!Array.isArray(listed)) throw new Error(`${name} must be a list`)
  return listed.map((entry: unknown) => {
    if (isEquivalent(entry)) return entry
    throw new Error(`${name}: each entry needs a change and a reason`)
  })
}

function isEquivalent(entry: unknown): entry is EquivalentMutant {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'change' in entry &&
    typeof entry.change === 'string' &&
    'reason' in entry &&
    typeof entry.reason === 'string' &&
    entry.reason.length > 20
  )
}
