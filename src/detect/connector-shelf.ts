import type { JsonObject } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'

/** Connectors that came along with rules. They are kept as they came, for export; they send nothing. */
export interface ConnectorShelf {
  get(id: string): Promise<JsonObject | undefined>
  /** Keeps a connector, unless it is there already; false where it is, or where it has no id. */
  keep(connector: JsonObject): Promise<boolean>
}

const connectorCollection: CollectionSpec<JsonObject> = { name: 'connectors', keys: {} }

/** A {@link ConnectorShelf} over a store. */
export function connectorShelf(documents: DocumentStore): ConnectorShelf {
  const connectors = documents.collection(connectorCollection)
  return {
    get: async (id) => (id === '' ? undefined : (await connectors.get(id))?.body),
    async keep(connector) {
      const { id } = connector
      if (typeof id !== 'string' || id === '' || id.length > 200) return false
      const [created] = await connectors.create([{ id, body: connector }])
      return created === true
    },
  }
}
