import { join } from 'node:path'
import { Fault, messageOf, silentLogger, type Clock, type Logger } from '#base'
import type { Retention } from '../event-store.ts'
import type { Store } from '../store.ts'
import {
  checkFormat,
  derivedDirectory,
  eventsDirectory,
  prepareDirectory,
  setAsideDirectory,
} from './data-directory.ts'
import { openEmbeddedEventStore } from './embedded-event-store.ts'
import { fileDerivedStore } from './file-derived-store.ts'
import { holdDirectory } from './process-lock.ts'
import { sqliteDocumentStore } from './sqlite-document-store.ts'

/** How an embedded store is set up; everything but the directory and the clock has a default. */
export interface EmbeddedStoreOptions {
  /** Made where it is missing, mode 0700. */
  readonly directory: string
  readonly clock: Clock
  readonly log?: Logger
  /** Applied at the start and whenever a segment is added; without it everything is kept. */
  readonly retention?: Retention
  /** A log of so many bytes becomes a segment. Default 32 MiB. */
  readonly segmentBytes?: number
  /** A log of so many events becomes a segment. Default 65,536. */
  readonly segmentEvents?: number
  /** Text of events kept parsed for the next search, bytes. Default 24 MiB. */
  readonly cacheBytes?: number
  /** False makes every search read every event: the slow twin, for tests. */
  readonly pruning?: boolean
}

/**
 * Opens a data directory, and holds it for this process alone until closed. However the last process
 * ended, everything it acknowledged is there. Faults: `store.locked`, `store.unknown-format`,
 * `store.no-directory`, `store.not-empty`, `store.open-failed` (the disk refuses).
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { directory } = options
  await prepareDirectory(directory)
  const lock = holdDirectory(directory)
  try {
    await checkFormat(directory)
    const derived = await fileDerivedStore(derivedDirectory(directory))
    const documents = sqliteDocumentStore(join(directory, 'documents.db'))
    const events = await openEmbeddedEventStore({
      log: silentLogger,
      segmentBytes: 32 * 1024 * 1024,
      segmentEvents: 65_536,
      cacheBytes: 24 * 1024 * 1024,
      pruning: true,
      ...options,
      directory: eventsDirectory(directory),
      setAside: setAsideDirectory(directory),
    }).catch(async (thrown: unknown) => {
      await documents.close()
      throw thrown
    })
    return {
      events,
      documents,
      derived,
      close: async () => {
        await events.close()
        await documents.close()
        lock.release()
      },
    }
  } catch (thrown) {
    lock.release()
    if (thrown instanceof Fault) throw thrown
    throw new Fault('unavailable', 'store.open-failed', `open ${directory}: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}
