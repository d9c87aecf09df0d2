import { hashOf, messageOf, type Logger } from '#base'
import type { DerivedStore, EventStore } from '#store'
import { everyEvent } from '../feed/every-event.ts'
import { indexChunks, readIndexFile } from './index-file.ts'
import type { SightingIndex } from './sighting-index.ts'

/** Where indexes rest while nothing runs. A file that is lost costs time, never an answer. */
export interface IndexShelf {
  /** The index that was put there for a rule and a key, and through which sequence it has learnt. */
  take(
    of: ShelfMark,
    settings: Pick<SightingIndex['settings'], 'fields' | 'time'>,
  ): Promise<{ readonly index: SightingIndex; readonly learntThrough: number } | undefined>
  /** Writes an index that has learnt all events up to a sequence. */
  put(of: ShelfMark, index: SightingIndex, learntThrough: number): Promise<void>
  /** Removes all of a rule but those of some keys. */
  keepOnly(ruleUuid: string, keys: readonly string[]): Promise<void>
  /** Removes what belongs to none of some rules. */
  keepRules(ruleUuids: readonly string[]): Promise<void>
}

/** Which index. */
export interface ShelfMark {
  readonly ruleUuid: string
  readonly key: string
}

const prefix = 'first-seen-'

/** A shelf among what is derived from events. */
export function indexShelf(
  derived: DerivedStore,
  events: Pick<EventStore, 'search' | 'sequences'>,
  logger: Logger,
): IndexShelf {
  /** The event of a sequence, or the next after it, as a mark of the store. */
  const witnessOf = async (sequence: number): Promise<string> => {
    const pages = events.search({ ...everyEvent, afterSequence: sequence - 1, limit: 1 })
    for await (const [event] of pages) {
      if (event !== undefined) return `${event.sequence}/${event.index}/${event.id}`
    }
    return ''
  }

  const removeWhere = async (isGone: (name: string) => boolean): Promise<void> => {
    for (const name of await derived.names()) {
      if (name.startsWith(prefix) && isGone(name)) await derived.delete(name)
    }
  }

  return {
    async take(of, settings) {
      try {
        const file = await derived.open(nameOf(of))
        if (file === undefined) return undefined
        const found = await readIndexFile(file, settings).finally(() => file.close())
        if (found === undefined || found.notes.key !== of.key) return undefined
        const { learntThrough, witness } = found.notes
        if (learntThrough > events.sequences().last) return undefined
        if ((await witnessOf(learntThrough)) !== witness) return undefined
        return { index: found.index, learntThrough }
      } catch (thrown) {
        logger.warn('an index of first sightings could not be read; it is made anew', {
          rule: of.ruleUuid,
          reason: messageOf(thrown),
        })
        return undefined
      }
    },
    async put(of, index, learntThrough) {
      const witness = await witnessOf(learntThrough)
      const notes = { key: of.key, learntThrough, witness }
      await derived.write(nameOf(of), indexChunks(index, notes))
    },
    keepOnly: (ruleUuid, keys) => {
      const kept = new Set(keys.map((key) => nameOf({ ruleUuid, key })))
      const own = ruleMarkOf(ruleUuid)
      return removeWhere((name) => name.startsWith(own) && !kept.has(name))
    },
    keepRules: (ruleUuids) => {
      const kept = ruleUuids.map(ruleMarkOf)
      return removeWhere((name) => !kept.some((mark) => name.startsWith(mark)))
    },
  }
}

function ruleMarkOf(ruleUuid: string): string {
  return `${prefix}${hashOf(ruleUuid).slice(0, 24)}-`
}

function nameOf({ ruleUuid, key }: ShelfMark): string {
  return `${ruleMarkOf(ruleUuid)}${hashOf(key).slice(0, 24)}`
}
