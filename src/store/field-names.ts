import { forEachLeaf, type EventSource } from '#event'

/** The names of every field of an event that has a value, and of the objects on the way to them. */
export function fieldNamesOf(source: EventSource): ReadonlySet<string> {
  const names = new Set<string>()
  forEachLeaf(source, (field) => {
    names.add(field)
    for (let dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
      names.add(field.slice(0, dot))
    }
  })
  return names
}
