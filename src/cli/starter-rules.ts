import { fileURLToPath } from 'node:url'

/** Where the rules lie that come with the product: one folder a rule. */
export function starterRulesDirectory(): string {
  return fileURLToPath(new URL('../../rules', import.meta.url))
}
