import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { isJsonObject, type JsonObject, type JsonValue, type Logger } from '#base'

/** Somebody changed something, or was not allowed to. */
export interface AuditEntry {
  /** ISO 8601. */
  readonly at: string
  readonly who: string
  readonly role: string
  /** Method and path; never a body, which may hold secrets. */
  readonly what: string
  /** HTTP status of the answer. */
  readonly status: number
}

/** An entry in its place: `hash` covers it and the hash of the one before, so that none can be changed or left out unseen. */
export interface AuditRecord extends AuditEntry {
  /** From 1, without gaps. */
  readonly seq: number
  readonly hash: string
}

/** What was changed, by whom: appended, never rewritten. */
export interface AuditLog {
  /** Resolves when the entry is on stable storage. */
  append(entry: AuditEntry): Promise<void>
  /** Newest first. Reads the file. */
  latest(limit: number): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}

/** What {@link readAudit} found. */
export interface AuditReading {
  readonly records: readonly AuditRecord[]
  /** Why the chain does not hold, and from which line on; undefined: it holds. */
  readonly broken: { readonly line: number; readonly reason: string } | undefined
  /** Bytes of the file that are whole lines; what follows was never finished. */
  readonly wholeBytes: number
}

const beginning = '0'.repeat(64)

/** Opens the log in a file, made on first use. A last line that a crash cut short is taken away. */
export async function openAuditLog(path: string, logger: Logger): Promise<AuditLog> {
  const { records, broken, wholeBytes } = await readAudit(path)
  if (broken !== undefined) {
    logger.error('the audit log was changed or damaged; it goes on after that', { path, ...broken })
  }
  const file = await open(path, 'a', 0o600)
  await file.truncate(wholeBytes)
  let { seq, hash } = records.at(-1) ?? { seq: 0, hash: beginning }
  let last: Promise<void> = Promise.resolve()

  const write = async (entry: AuditEntry): Promise<void> => {
    const body = { seq: seq + 1, ...entry }
    const record: AuditRecord = { ...body, hash: hashOf(hash, body) }
    await file.appendFile(`${JSON.stringify(record)}\n`)
    await file.datasync()
    ;({ seq, hash } = record)
  }

  return {
    append(entry) {
      last = last.catch(() => undefined).then(() => write(entry))
      return last
    },
    async latest(limit) {
      await last.catch(() => undefined)
      return (await readAudit(path)).records.toReversed().slice(0, limit)
    },
    async close() {
      await last.catch(() => undefined)
      await file.close()
    },
  }
}

/** Reads a log and checks its chain. A file that is not there is an empty log. */
export async function readAudit(path: string): Promise<AuditReading> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    throw cause
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const records: AuditRecord[] = []
  let broken: AuditReading['broken']
  let before = { seq: 0, hash: beginning }
  for (const [at, line] of whole.split('\n').slice(0, -1).entries()) {
    const record = recordOf(line)
    if (record === undefined) {
      broken ??= { line: at + 1, reason: 'the line is no entry' }
      continue
    }
    const { hash, ...body } = record
    if (record.seq !== before.seq + 1 || hash !== hashOf(before.hash, body)) {
      broken ??= { line: at + 1, reason: 'the entry does not follow from the one before' }
    }
    records.push(record)
    before = record
  }
  return { records, broken, wholeBytes: Buffer.byteLength(whole) }
}

function hashOf(before: string, body: Omit<AuditRecord, 'hash'>): string {
  const { seq, at, who, role, what, status } = body
  return createHash('sha256')
    .update(JSON.stringify([before, seq, at, who, role, what, status]))
    .digest('hex')
}

function recordOf(line: string): AuditRecord | undefined {
  const value = parsed(line)
  if (value === undefined) return undefined
  const { seq, at, who, role, what, status, hash } = value
  if (typeof seq !== 'number' || typeof status !== 'number') return undefined
  if (typeof at !== 'string' || typeof who !== 'string' || typeof role !== 'string')
    return undefined
  if (typeof what !== 'string' || typeof hash !== 'string') return undefined
  return { seq, at, who, role, what, status, hash }
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(line)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
