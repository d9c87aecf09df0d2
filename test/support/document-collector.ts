import type { EventDocument } from '#event'

/** Keeps the documents that a source emits, and lets tests wait for the ones that they expect. */
export interface DocumentCollector {
  /** Give this to the source. */
  readonly take: (documents: readonly EventDocument[]) => void
  /** The first document, past or to come, that `matches`. */
  next(matches: (document: EventDocument) => boolean): Promise<EventDocument>
  all(): readonly EventDocument[]
}

/** An empty {@link DocumentCollector}. */
export function documentCollector(): DocumentCollector {
  const documents: EventDocument[] = []
  let waiting: {
    readonly matches: (document: EventDocument) => boolean
    readonly resolve: (document: EventDocument) => void
  }[] = []
  return {
    take(taken) {
      for (const document of taken) {
        documents.push(document)
        const due = waiting.filter(({ matches }) => matches(document))
        waiting = waiting.filter((each) => !due.includes(each))
        for (const { resolve } of due) resolve(document)
      }
    },
    next(matches) {
      const found = documents.find(matches)
      if (found !== undefined) return Promise.resolve(found)
      return new Promise((resolve) => {
        waiting.push({ matches, resolve })
      })
    },
    all: () => documents,
  }
}
