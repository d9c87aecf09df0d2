import type { Logger } from '#base'
import type { RecordListener, RecordSource } from './record.ts'
import type { Refusal } from './sensor-health.ts'
import { type SourceKind, refusalOf } from './sources.ts'

/** What came of trying the sources. */
export interface Attachment {
  /** Undefined when none works. */
  readonly source: RecordSource | undefined
  /** Those tried before it, and why they could not be taken. */
  readonly refusals: readonly Refusal[]
  /** At least one refused for want of rights. */
  readonly rightsMissing: boolean
}

/** How to try them. */
export interface AttachOptions {
  readonly kinds: readonly SourceKind[]
  readonly listener: RecordListener
  readonly onFault: (fault: Error) => void
  readonly onTry: (mode: RecordSource['mode']) => void
  /** Whether a test program was seen through the source just opened. */
  readonly fly: () => Promise<boolean>
  readonly logger: Logger
}

/** Opens the first source that opens and shows our test program; never throws for one that does not. */
export async function attach(options: AttachOptions): Promise<Attachment> {
  const { kinds, onTry, fly, logger } = options
  const refusals: Refusal[] = []
  let rightsMissing = false
  for (const kind of kinds) {
    onTry(kind.mode)
    // A fault of a source counts while it is the one in use.
    let inUse = false
    const onFault = (fault: Error) => {
      if (inUse) options.onFault(fault)
    }
    const { source, reason, forbidden } = await tryOpen(kind, { ...options, onFault })
    if (source !== undefined && (await fly())) {
      inUse = true
      return { source, refusals, rightsMissing }
    }
    await source?.close()
    rightsMissing ||= forbidden
    refusals.push({ mode: kind.mode, reason })
    logger.warn(`sensor: the ${kind.mode} source cannot be used: ${reason}`)
  }
  return { source: undefined, refusals, rightsMissing }
}

async function tryOpen(kind: SourceKind, { listener, onFault }: AttachOptions) {
  try {
    const source = await kind.open({ listener, onFault })
    // The reason counts only when the test program is not seen.
    const reason = 'it opened, but a test program that ran did not show up in it'
    return { source, reason, forbidden: false }
  } catch (thrown) {
    return { source: undefined, ...refusalOf(thrown) }
  }
}
