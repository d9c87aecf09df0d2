import type { JsonObject } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'

/** What was gathered for an alert: as it came, with when and a hash of each part. */
export type Evidence = {
  readonly alert_id: string
  readonly container_id: string
  /** How the container was found, and how sure that is. */
  readonly how: string
  readonly confidence: 'certain' | 'likely'
  /** Epoch milliseconds. */
  readonly at_ms: number
  /** What a person wants to know first. */
  readonly facts: JsonObject
  readonly parts: readonly EvidencePiece[]
}

/** One part of it, as text. */
export type EvidencePiece = {
  readonly name: string
  readonly at_ms: number
  readonly text: string
  /** SHA-256 of the text, hex. */
  readonly sha256: string
  readonly is_cut: boolean
  /** Why there is none; empty where there is. */
  readonly error: string
}

/** Evidence by alert; what is there is never replaced. */
export interface EvidenceShelf {
  of(alertId: string): Promise<Evidence | undefined>
  /** False where there is some already. */
  put(evidence: Evidence): Promise<boolean>
}

const evidenceCollection: CollectionSpec<Evidence> = {
  name: 'alert_evidence',
  keys: { at_ms: ({ at_ms: atMs }) => atMs },
}

/** An {@link EvidenceShelf} in a store, of the newest `most` alerts that have any; older go. */
export function evidenceShelf(documents: DocumentStore, most = 2_000): EvidenceShelf {
  const kept = documents.collection(evidenceCollection)
  return {
    of: async (alertId) => (await kept.get(alertId))?.body,
    async put(evidence) {
      const [isNew = false] = await kept.create([{ id: evidence.alert_id, body: evidence }])
      const surplus = isNew ? (await kept.count()) - most : 0
      if (surplus > 0) {
        const oldest = { key: 'at_ms', direction: 'asc' } as const
        const { items } = await kept.find({ sort: oldest, limit: surplus })
        for (const { id } of items) await kept.delete(id)
      }
      return isNew
    },
  }
}
