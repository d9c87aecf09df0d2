import { ecsCatalogue, withMappings, type FieldCatalogue } from '#event'
import { eventTypes } from '#sensor'

let built: FieldCatalogue | undefined

/** Every field that this installation knows by itself: the schema's, and what our own sensor adds to it. */
export function installedFields(): FieldCatalogue {
  built ??= withMappings(ecsCatalogue(), sensorFields())
  return built
}

/** The schema's own mapping of a name stays: it also has the multi-fields. */
function sensorFields(): Parameters<typeof withMappings>[1] {
  const schema = ecsCatalogue()
  return Object.fromEntries(
    eventTypes
      .flatMap(({ fields }) => fields)
      .filter(({ name }) => schema.mappingOf(name) === undefined)
      .map(({ name, type }) => [name, type]),
  )
}
