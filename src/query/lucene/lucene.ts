import { ok } from '#base'
import type { QueryLanguage } from '../language.ts'
import { checkLucene } from './check.ts'
import { formatLucene } from './format.ts'
import { lowerLucene } from './lower.ts'
import { parseLucene } from './parse.ts'

/** Lucene, as the `query_string` query of Elasticsearch reads it: `process.name:(curl OR wget) AND NOT user.id:0`. */
export const lucene: QueryLanguage = {
  id: 'lucene',
  title: 'Lucene query string',
  parse(text) {
    const parsed = parseLucene(text)
    if (!parsed.ok) return parsed
    const { node } = parsed.value
    return ok(node === undefined ? { kind: 'all' } : lowerLucene(node))
  },
  check(text, fields) {
    const parsed = parseLucene(text)
    if (!parsed.ok) return parsed.error
    const { node, doubts } = parsed.value
    return node === undefined ? [] : [...doubts, ...checkLucene(node, fields)]
  },
  format: formatLucene,
}
