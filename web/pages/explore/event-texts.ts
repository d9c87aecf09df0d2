import type { JsonObject } from '#base'
import { forEachLeaf, valuesOf } from '#event'

/** An event of a list. */
export interface ShownEvent {
  readonly index: string
  readonly id: string
  readonly document: JsonObject
}

/** The values of a field as one line. */
export function fieldText(document: JsonObject, field: string): string {
  return valuesOf(document, field).map(String).join(', ')
}

/** What an event tells, in a line: the command, else what was done to what. */
export function summaryOf(document: JsonObject): string {
  const text = (field: string): string => fieldText(document, field)
  const command = valuesOf(document, 'process.args').map(String).join(' ')
  const action = text('event.action')
  const parent = text('process.parent.name')
  if (command !== '') {
    const told = parent === '' ? command : `${parent} → ${command}`
    return action === '' || action === 'exec' ? told : `${action}: ${told}`
  }
  const what = [text('file.path'), text('destination.ip'), text('container.name'), text('message')]
  return [
    action || text('event.type'),
    text('process.name'),
    what.find((each) => each !== '') ?? '',
  ]
    .filter((each) => each !== '')
    .join(' · ')
}

/** Every field of an event with its values, by name. */
export function fieldsOf(
  document: JsonObject,
): readonly { readonly field: string; readonly values: readonly string[] }[] {
  const found = new Map<string, string[]>()
  forEachLeaf(document, (field, value) => {
    const values = found.get(field)
    if (values === undefined) found.set(field, [String(value)])
    else values.push(String(value))
  })
  return [...found]
    .map(([field, values]) => ({ field, values }))
    .toSorted((a, b) => (a.field < b.field ? -1 : 1))
}

/** The fields of some events, with how many events have each, the commonest first. */
export function fieldCounts(
  events: readonly ShownEvent[],
): readonly { readonly field: string; readonly events: number }[] {
  const counts = new Map<string, number>()
  for (const { document } of events) {
    for (const field of new Set(fieldsOf(document).map((each) => each.field))) {
      counts.set(field, (counts.get(field) ?? 0) + 1)
    }
  }
  return [...counts]
    .map(([field, count]) => ({ field, events: count }))
    .toSorted((a, b) => b.events - a.events || (a.field < b.field ? -1 : 1))
}
