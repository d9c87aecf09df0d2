import { kuery } from './kuery/kuery.ts'
import type { QueryLanguage } from './language.ts'
import { lucene } from './lucene/lucene.ts'

/** Every query language whose texts lower to a filter. */
export const languages: readonly QueryLanguage[] = [kuery, lucene]

/** The language of that wire name; undefined for a name that is none of ours. */
export function languageOf(id: string): QueryLanguage | undefined {
  return languages.find((language) => language.id === id)
}
