import type { JsonObject } from '#base'
import { emptyCatalogue, withMappings } from '#event'
import { compileFilter, languageOf } from '#query'
import { refused } from './error.ts'

const prefixes = ['exception-list', 'exception-list-agnostic', 'list', 'list_item']

const fields = withMappings(
  emptyCatalogue(),
  Object.fromEntries(
    prefixes.flatMap((prefix) =>
      ['name', 'description'].map(
        (member) => [`${prefix}.attributes.${member}`, { type: 'text' }] as const,
      ),
    ),
  ),
)

/** Whether a document in its wire form is meant by a KQL text about `exception-list.attributes.…`. Faults: `invalid`. */
export function attributeFilter(text: string, nowMs: number): (wire: JsonObject) => boolean {
  if (text.trim() === '') return () => true
  const parsed = languageOf('kuery')?.parse(text)
  if (parsed === undefined) return () => true
  if (!parsed.ok) {
    throw refused(`KQLSyntaxError: ${parsed.error.map(({ message }) => message).join('; ')}`)
  }
  const matches = compileFilter(parsed.value, { fields, nowMs })
  return (wire) =>
    matches(Object.fromEntries(prefixes.map((prefix) => [prefix, { attributes: wire }])))
}
