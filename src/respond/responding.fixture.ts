import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { manualClock, silentLogger, type ManualClock } from '#base'
import { localHost, type LocalHost } from '#host'
import { openStore, type Store } from '#store'
import { commandBook } from './command-book.ts'
import { commandDesk, type CommandDesk } from './command-desk.ts'
import type { Command } from './command.ts'
import { keyIdOf, type SigningKey } from './order.ts'
import { createRunner, storedJournal, type Level, type Runner } from './runner.ts'

/** A key that no file holds. */
export function freshKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { keyId: keyIdOf(privateKey), privateKey }
}

/** A desk and the runner of this very host, over a store in memory, by a clock that stands still. */
export interface Bench {
  readonly clock: ManualClock
  readonly key: SigningKey
  readonly host: LocalHost
  readonly desk: CommandDesk
  readonly runner: Runner
  /** Each state that a command came into, in order. */
  readonly moves: readonly Command[]
  /** Lets the host obey from now on. */
  connect(level?: Level): Promise<() => void>
  /** The command once nothing more can become of it. */
  over(id: string): Promise<Command>
  close(): Promise<void>
}

/** A {@link Bench}; with the store of another it goes on where that was ended. */
export async function bench({
  level = 'act',
  store: given,
  key = freshKey(),
}: {
  readonly level?: Level
  readonly store?: Store
  readonly key?: SigningKey
} = {}): Promise<Bench & { readonly store: Store }> {
  const clock = manualClock(1_800_000_000_000)
  const store = given ?? (await openStore({ kind: 'memory', clock }))
  const moves: Command[] = []
  const waiting = new Map<string, (command: Command) => void>()
  const book = commandBook(store.documents)
  const desk = commandDesk({
    book,
    key,
    clock,
    logger: silentLogger,
    newId: randomUUID,
    onMoved: async (command) => {
      moves.push(command)
      if (command.endedMs !== undefined) waiting.get(command.id)?.(command)
    },
  })
  const host = localHost({
    clock,
    engineSockets: ['/no-such-folder/engine.sock'],
    allowed: () => [],
  })
  const runner = createRunner({
    host,
    level,
    keys: new Map([[key.keyId, createPublicKey(key.privateKey)]]),
    journal: storedJournal(store.documents, clock),
    reports: desk.reports,
    clock,
    logger: silentLogger,
  })
  return {
    store,
    clock,
    key,
    host,
    desk,
    runner,
    moves,
    connect: (connected = level) =>
      desk.connect({
        hostId: host.id,
        hostName: host.name,
        level: connected,
        obstacle: (need) => host.obstacle(need),
        deliver: async (order) => void runner.take(order),
      }),
    over: (id) =>
      new Promise((resolve) => {
        waiting.set(id, resolve)
        const ended = moves.find((each) => each.id === id && each.endedMs !== undefined)
        if (ended !== undefined) resolve(ended)
      }),
    async close() {
      await runner.close()
      await desk.close()
      host.close()
    },
  }
}
