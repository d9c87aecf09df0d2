import type { CollectionSpec, DocumentStore } from '#store'

/** A page as somebody wants to see it again: its address says all of it. */
export type View = {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

/** Saved views, for everybody. */
export interface ViewShelf {
  /** By name; the first thousand. */
  list(): Promise<readonly View[]>
  put(view: View): Promise<View>
  remove(id: string): Promise<boolean>
}

const viewCollection: CollectionSpec<View> = { name: 'views', keys: { name: ({ name }) => name } }
const maxViews = 1_000

/** A {@link ViewShelf} in a store. */
export function viewShelf(documents: DocumentStore): ViewShelf {
  const views = documents.collection(viewCollection)
  return {
    async list() {
      const sort = { key: 'name', direction: 'asc' } as const
      return (await views.find({ sort, limit: maxViews })).items.map(({ body }) => body)
    },
    async put(view) {
      await views.put(view.id, view)
      return view
    },
    remove: (id) => views.delete(id),
  }
}
