import { randomUUID, createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import type { Clock, Logger } from '#base'
import { localHost } from '#host'
import {
  commandBook,
  commandDesk,
  createRunner,
  loadOrCreateSigningKey,
  storedJournal,
  type Command,
  type CommandDesk,
  type Level,
} from '#respond'
import type { DocumentStore } from '#store'

/** What giving commands needs. */
export interface RespondingOptions {
  readonly directory: string
  readonly documents: DocumentStore
  readonly clock: Clock
  readonly logger: Logger
  /** What may be done to this host; undefined: nothing. */
  readonly level: Level | undefined
  readonly engineSockets: readonly string[]
  /** Where this server is reached, which an isolated host still lets in. */
  readonly port: () => number
  readonly onMoved: (command: Command) => Promise<void>
}

/** The desk, and the runner of this host. */
export interface Responding {
  readonly desk: CommandDesk
  /** Lets this host obey, and begins with what waits; nothing where it may not. */
  begin(): Promise<void>
  close(): Promise<void>
}

/** Sets up where commands are given, and this host to obey them: by signed orders, as any other host would. */
export async function openResponding(options: RespondingOptions): Promise<Responding> {
  const { directory, documents, clock, logger, level, engineSockets, port, onMoved } = options
  const key = await loadOrCreateSigningKey(join(directory, 'response-key.pem'))
  const book = commandBook(documents)
  const desk = commandDesk({ book, key, clock, logger, newId: randomUUID, onMoved })
  if (level === undefined) {
    return { desk, begin: async () => undefined, close: () => desk.close() }
  }
  const host = localHost({
    clock,
    engineSockets,
    allowed: () => [{ kind: 'served', port: port() }],
  })
  const runner = createRunner({
    host,
    level,
    keys: new Map([[key.keyId, createPublicKey(key.privateKey)]]),
    journal: storedJournal(documents, clock),
    reports: desk.reports,
    clock,
    logger,
  })
  return {
    desk,
    async begin() {
      await desk.connect({
        hostId: host.id,
        hostName: host.name,
        level,
        obstacle: (need) => host.obstacle(need),
        // Arrived is not done: whoever gives a command does not wait for its end.
        deliver: async (order) => void runner.take(order),
      })
    },
    async close() {
      await runner.close()
      await desk.close()
      host.close()
    },
  }
}
