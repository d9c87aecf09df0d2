import { open, readdir, rename, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from '#base'
import type { Damage } from './damage.ts'
import { readExactly, syncDirectory, writeDurably } from './durable-files.ts'
import { continueLog, createLog } from './event-log.ts'
import { readLog } from './log-reader.ts'
import { lineReplay, type LineReplay } from './replayed-lines.ts'
import { readSegment } from './segment-file.ts'
import type { BlockContext } from './open-block.ts'
import { openSegment, type Segment, type SegmentContext } from './segment.ts'
import { createTail, type Tail } from './tail.ts'

/** What a directory of events holds. */
export interface Recovered {
  readonly segments: readonly Segment[]
  /** Logs that are full, or damaged, and wait for their segment. */
  readonly sealing: readonly Tail[]
  /** The log that takes the next event. */
  readonly tail: Tail
}

/** Where to look, and what is shared by what is found. */
export interface RecoveryContext extends SegmentContext, BlockContext {
  readonly directory: string
  readonly setAside: string
  readonly damage: Damage
  readonly log: Logger
}

/** The path of the log, or of the segment, that begins with a sequence. */
export function pathOf(directory: string, firstSequence: number, kind: 'log' | 'segment'): string {
  return join(directory, `${String(firstSequence).padStart(16, '0')}.${kind}`)
}

/**
 * Reads back what an earlier process left, however it ended. Writes that never finished are cut off;
 * damage in what was finished is copied aside and reported; everything else is there.
 */
export async function recover(context: RecoveryContext): Promise<Recovered> {
  const { directory } = context
  const names = (await readdir(directory)).toSorted()
  for (const name of names.filter((each) => each.endsWith('.partial'))) {
    await unlink(join(directory, name))
  }
  const segments = await recoverSegments(sequencesOf(names, 'segment'), context)
  const sealed = new Set(segments.map(({ firstSequence }) => firstSequence))
  const logs: RecoveredLog[] = []
  const replay = lineReplay()
  for (const firstSequence of sequencesOf(names, 'log')) {
    const path = pathOf(directory, firstSequence, 'log')
    if (sealed.has(firstSequence)) await unlink(path)
    else logs.push(await recoverLog(path, firstSequence, { ...context, replay }))
  }
  return { segments, ...(await splitLogs(segments, logs, context)) }
}

function sequencesOf(names: readonly string[], kind: 'log' | 'segment'): readonly number[] {
  return names.flatMap((name) => {
    const match = new RegExp(`^(\\d{16})\\.${kind}$`).exec(name)
    return match === null ? [] : [Number(match[1])]
  })
}

/** So many are read side by side: opening is mostly waiting for files. */
const segmentsAtOnce = 16

async function recoverSegments(
  firstSequences: readonly number[],
  context: RecoveryContext,
): Promise<readonly Segment[]> {
  const segments: Segment[] = []
  for (let at = 0; at < firstSequences.length; at += segmentsAtOnce) {
    const paths = firstSequences
      .slice(at, at + segmentsAtOnce)
      .map((firstSequence) => pathOf(context.directory, firstSequence, 'segment'))
    const found = await Promise.all(paths.map((path) => recoverSegment(path, context)))
    segments.push(...found.filter((segment) => segment !== undefined))
  }
  return segments
}

async function recoverSegment(
  path: string,
  context: RecoveryContext,
): Promise<Segment | undefined> {
  const parts = await readSegment(path)
  if (parts !== undefined) return openSegment(path, parts, context)
  const setAside = join(context.setAside, basename(path))
  await rename(path, setAside)
  await syncDirectory(context.directory)
  context.damage.report({ path, start: 0, bytes: await sizeOf(setAside), setAside })
  return undefined
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'r')
  const { size } = await file.stat().finally(() => file.close())
  return size
}

interface RecoveredLog {
  readonly tail: Tail
  readonly damagedBytes: number
}

async function recoverLog(
  path: string,
  firstSequence: number,
  context: RecoveryContext & { readonly replay: LineReplay },
): Promise<RecoveredLog> {
  const pieces: { readonly payload: Buffer }[] = []
  let goodBytes = 0
  let damagedBytes = 0
  const file = await open(path, 'r')
  try {
    for await (const piece of readLog(file)) {
      if (piece.kind === 'torn') {
        context.log.info('an unfinished write was cut off; nobody was told that it was kept', {
          path,
          start: piece.start,
        })
        break
      }
      goodBytes = piece.end
      if (piece.kind === 'frame') {
        pieces.push({ payload: piece.payload })
        continue
      }
      const { start, end } = piece
      const setAside = join(context.setAside, `${basename(path)}.${start}`)
      await writeDurably(setAside, [await readExactly(file, start, end - start)])
      context.damage.report({ path, start, bytes: end - start, setAside })
      damagedBytes += end - start
    }
  } finally {
    await file.close()
  }
  const tail = createTail(await continueLog(path, goodBytes), {
    firstSequence,
    blocks: context,
  })
  for (const { payload } of pieces) {
    let start = 0
    for (const { event, bytes } of context.replay(payload)) {
      tail.publish(event, { bytes: payload, start, end: start + bytes })
      start += bytes
    }
  }
  return { tail, damagedBytes }
}

/** The last sound log goes on; the others become segments, so that damage is met only once. */
async function splitLogs(
  segments: readonly Segment[],
  logs: readonly RecoveredLog[],
  context: RecoveryContext,
): Promise<Pick<Recovered, 'sealing' | 'tail'>> {
  const last = logs.at(-1)
  if (last !== undefined && last.damagedBytes === 0) {
    return { sealing: logs.slice(0, -1).map(({ tail }) => tail), tail: last.tail }
  }
  const lastSequence = Math.max(
    0,
    ...segments.map((segment) => segment.lastSequence),
    ...logs.map(({ tail }) => tail.lastSequence()),
  )
  // Damaged bytes may have held the highest sequences; no event takes less than a byte.
  const firstSequence = lastSequence + 1 + (last?.damagedBytes ?? 0)
  const log = await createLog(pathOf(context.directory, firstSequence, 'log'))
  return {
    sealing: logs.map(({ tail }) => tail),
    tail: createTail(log, { firstSequence, blocks: context }),
  }
}
