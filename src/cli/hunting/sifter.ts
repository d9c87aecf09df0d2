import { byteSearch, ordinaryRuleSet, ruleSet } from '#query'
import { installedFields } from '../installed-fields.ts'
import type { InputFormat } from './formats.ts'
import { lineBlocks, type ReadInto } from './line-blocks.ts'
import { lineSifter, wrappings } from './line-sifter.ts'
import { portionWriter, type Portion } from './portion.ts'
import type { SiftPlan } from './sift-plan.ts'

/** One stream of lines. */
export interface SiftSource {
  readonly path: string
  readonly format: InputFormat
  readonly read: ReadInto
  /** Bytes of the input that were read since it was asked last. */
  readonly readBytes: () => number
  /** Somebody waits for what there is: a portion ends with whatever could be read at once. */
  readonly isLive: boolean
}

/** Finds the events that rules are about, line by line. */
export interface Sifter {
  /** The portions of a stream, the last one at its end. Throws what reading throws, after a portion with what came before. */
  sift(source: SiftSource): AsyncGenerator<Portion>
}

const roomBytes = 256 * 1024
export const maxLineBytes = 64 * 1024 * 1024
/** A portion ends after so many bytes of texts found, or of input read. */
const portionTextBytes = 4 * 1024 * 1024
const portionReadBytes = 16 * 1024 * 1024

/** A {@link Sifter}. Compiles the filters, which takes a moment where there are many. */
export function createSifter(plan: SiftPlan): Sifter {
  const fields = installedFields()
  const filters = ruleSet<number>(fields, {
    ...ordinaryRuleSet,
    reads: ['@timestamp', ...wrappings],
  })
  for (const [place, filter] of plan.filters.entries()) {
    filters.put(place, { filter, context: { fields, nowMs: plan.nowMs } })
  }
  const search = plan.texts === undefined ? undefined : byteSearch(plan.texts, roomBytes)
  const room =
    search === undefined
      ? Buffer.allocUnsafe(roomBytes)
      : Buffer.from(search.room.buffer, search.room.byteOffset, roomBytes)
  return {
    async *sift({ path, format, read, readBytes, isLive }) {
      const writer = portionWriter()
      const lines = lineSifter(writer, { path, format, filters, plan, search })
      let sinceLast = 0
      const portion = (): Portion => {
        const taken = writer.take({ action: lines.action(), readBytes: sinceLast })
        sinceLast = 0
        return taken
      }
      const isFull = (): boolean => {
        sinceLast += readBytes()
        return writer.textBytes() >= portionTextBytes || sinceLast >= portionReadBytes
      }
      try {
        for await (const block of lineBlocks(room, { read, maxLineBytes })) {
          lines.take(room, block)
          if (isFull() || isLive) yield portion()
        }
      } catch (thrown) {
        lines.end()
        yield portion()
        throw thrown
      }
      lines.end()
      isFull()
      yield portion()
    },
  }
}
