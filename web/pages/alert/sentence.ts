import type { JsonObject } from '#base'
import { valueOf, valuesIn } from './fields-of.ts'

/** What happened in one sentence; for new values also what was never seen, and since when. */
export function sentenceOf(document: JsonObject): string {
  const said = (field: string) => valueOf(document, field)
  const name = said('process.name')
  if (name === '') return said('kibana.alert.reason')
  const host = said('host.name')
  const parent = said('process.parent.executable') || said('process.parent.name')
  const user = said('user.name')
  const parts = [
    name,
    'was started',
    host === '' ? '' : `on ${host}`,
    parent === '' ? '' : `by ${parent}`,
    user === '' ? '' : `as ${user}`,
  ]
  const first = `${parts.filter((part) => part !== '').join(' ')}.`
  const terms = valuesIn(document, 'kibana.alert.new_terms')
  if (terms.length === 0) return first
  const fields = valuesIn(document, 'kibana.alert.rule.parameters.new_terms_fields')
  const start = said('kibana.alert.rule.parameters.history_window_start').replace(/^now-/, '')
  const scope =
    fields.includes('host.id') || fields.includes('host.name') ? 'on this host' : 'on any host'
  return `${first} The rule had not seen ${terms.join(' with ')} ${scope} in the ${start} before.`
}
