import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { Role } from '#api'
import { Fault, type Clock } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'
import type { Caller } from './caller.ts'

/** Somebody who signs in by name and passphrase. */
export interface Person {
  readonly name: string
  readonly role: Role
  readonly createdMs: number
  /** Until then no passphrase opens it; undefined: it is open. */
  readonly lockedUntilMs: number | undefined
}

/** The people of an installation. Passphrases are kept as salted scrypt hashes. */
export interface People {
  /** By name. */
  list(): Promise<readonly Person[]>
  /** Adds somebody, or gives them another role and passphrase; their lock is taken away. Faults: `invalid`. */
  put(asked: {
    readonly name: string
    readonly role: Role
    readonly passphrase: string
  }): Promise<Person>
  remove(name: string): Promise<boolean>
  /** Whether somebody of this name still has this role. */
  isOpen(name: string, role: Role): boolean
  /**
   * Who a name and a passphrase belong to. After five wrong ones in a row a name is locked for a quarter of an hour.
   * An unknown name takes as long as a wrong passphrase. Faults: `rate-limited` for a locked name, or where too many ask.
   */
  callerOf(name: string, passphrase: string): Promise<Caller | undefined>
}

/** As kept. A type and not an interface: what is stored is a JSON object. */
type KeptPerson = {
  readonly name: string
  readonly role: Role
  readonly salt: string
  readonly hash: string
  readonly created_ms: number
  readonly failures: number
  readonly locked_until_ms: number
}

const peopleCollection: CollectionSpec<KeptPerson> = { name: 'people', keys: {} }

/** 64 MiB a guess: memory that whoever guesses in bulk needs as well. */
const cost = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }
const hashBytes = 32
const leastLength = 12
const mostFailures = 5
const lockedMs = 900_000
const maxWaiting = 8
const maxPeople = 10_000

/** The people that a store keeps; this process is the only one that writes them. */
export async function loadPeople(documents: DocumentStore, clock: Clock): Promise<People> {
  const kept = documents.collection(peopleCollection)
  const roles = new Map<string, Role>()
  for (const { id, body } of (await kept.find({ limit: maxPeople })).items) roles.set(id, body.role)
  const nobodysSalt = randomBytes(16)
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  /** One at a time, so that guesses do not add up in memory. */
  const hashed = async (passphrase: string, salt: Buffer): Promise<Buffer> => {
    if (waiting >= maxWaiting) {
      throw new Fault(
        'rate-limited',
        'auth.busy',
        'too many sign in at once: try again in a moment',
      )
    }
    waiting++
    const mine = last.then(() => derived(passphrase, salt))
    last = mine.catch(() => undefined)
    return mine.finally(() => waiting--)
  }

  return {
    async list() {
      const { items } = await kept.find({ limit: maxPeople })
      return items.map(({ body }) => personOf(body, clock.nowMs()))
    },
    async put({ name, role, passphrase }) {
      if (passphrase.length < leastLength) {
        const message = `a passphrase has at least ${leastLength} characters: a few words do`
        throw new Fault('invalid', 'auth.short-passphrase', message)
      }
      const salt = randomBytes(16)
      const body: KeptPerson = {
        name,
        role,
        salt: salt.toString('base64'),
        hash: (await hashed(passphrase, salt)).toString('base64'),
        created_ms: clock.nowMs(),
        failures: 0,
        locked_until_ms: 0,
      }
      await kept.put(name, body)
      roles.set(name, role)
      return personOf(body, clock.nowMs())
    },
    async remove(name) {
      roles.delete(name)
      return kept.delete(name)
    },
    isOpen: (name, role) => roles.get(name) === role,
    async callerOf(name, passphrase) {
      const found = (await kept.get(name))?.body
      if (found !== undefined && found.locked_until_ms > clock.nowMs()) {
        const message = `${mostFailures} wrong passphrases in a row: this name is locked for a quarter of an hour`
        throw new Fault('rate-limited', 'auth.locked', message)
      }
      const salt = found === undefined ? nobodysSalt : Buffer.from(found.salt, 'base64')
      const hash = await hashed(passphrase, salt)
      if (found === undefined) return undefined
      if (timingSafeEqual(hash, Buffer.from(found.hash, 'base64'))) {
        if (found.failures > 0) await kept.update(name, (body) => ({ ...body, failures: 0 }))
        return { name, role: found.role, person: name }
      }
      await kept.update(name, (body) => failedOnce(body, clock.nowMs()))
      return undefined
    },
  }
}

function failedOnce(body: KeptPerson, nowMs: number): KeptPerson {
  const failures = body.failures + 1
  if (failures < mostFailures) return { ...body, failures }
  return { ...body, failures: 0, locked_until_ms: nowMs + lockedMs }
}

function personOf(
  { name, role, created_ms: createdMs, locked_until_ms: untilMs }: KeptPerson,
  nowMs: number,
): Person {
  return { name, role, createdMs, lockedUntilMs: untilMs > nowMs ? untilMs : undefined }
}

function derived(passphrase: string, salt: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  scrypt(passphrase.normalize('NFKC'), salt, hashBytes, cost, (problem, hash) =>
    problem === null ? resolve(hash) : reject(problem),
  )
  return promise
}
