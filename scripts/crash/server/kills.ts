import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base'
import { startServing, type RunningServer } from '../../../test/support/running-server.ts'
import { seededDraw, type Draw } from '../../fuzz/random.ts'
import { compared, type Comparison } from './comparison.ts'
import { crashRules } from './crash-rules.ts'
import { plannedBatch } from './planned-events.ts'
import { senders } from './senders.ts'
import { fillGaps, settled, type Settled } from './settled.ts'

/** What a server that was killed again and again came to. */
export interface KillReport extends Comparison {
  readonly kills: number
  /** Kills of a server that had not begun to answer: it was reading back what the one before had left. */
  readonly killedAtStart: number
  /** Requests whose answer was lost. */
  readonly lostRequests: number
}

/**
 * Kills a server (`kill -9`) at random moments while programs send events to it, and compares what it holds in the end
 * with what it acknowledged, and its alerts with those of a server that nobody disturbs and that is sent the same. Where no
 * execution came to its end for longer than rules look back, the server tells of a gap: these are filled in the end.
 */
export async function kills({
  kills: wanted,
  seed,
  progress,
}: {
  readonly kills: number
  readonly seed: number
  readonly progress: (done: number) => void
}): Promise<KillReport> {
  const rules = await crashRules()
  try {
    const { batches, acknowledged, outcome, ...counts } = await disturbed(wanted, {
      rules,
      draw: seededDraw(seed),
      progress,
    })
    const { alerts } = await undisturbed(batches, rules)
    return { kills: wanted, ...counts, ...compared(outcome, { acknowledged, alerts }) }
  } finally {
    await rm(rules, { recursive: true })
  }
}

/** The options of a server with these rules and no others. */
export function quietOptions(rules: string): readonly string[] {
  return ['--no-sensor', '--no-starter-rules', '--rules', rules, '--log-level', 'error']
}

/** The longest life of a server after it began to answer, milliseconds. */
const longestLifeMs = 1_000
/** The longest that one takes to start, about; milliseconds. */
const longestStartMs = 2_000

async function disturbed(
  wanted: number,
  {
    rules,
    draw,
    progress,
  }: {
    readonly rules: string
    readonly draw: Draw
    readonly progress: (done: number) => void
  },
) {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-kills-'))
  let current = Promise.withResolvers<RunningServer>()
  const sending = senders({ server: () => current.promise, draw })
  let killedAtStart = 0
  try {
    for (let kill = 0; kill < wanted; kill++) {
      if (draw(5) === 0) {
        await killWhileStarting(directory, quietOptions(rules), draw(longestStartMs))
        killedAtStart++
      } else {
        const server = await startServing(directory, quietOptions(rules))
        current.resolve(server)
        await systemClock.sleep(draw(longestLifeMs))
        current = Promise.withResolvers()
        await server.stop('SIGKILL')
      }
      progress(kill + 1)
    }
    const last = await startServing(directory, quietOptions(rules))
    current.resolve(last)
    try {
      sending.stop()
      await sending.finished
      await fillGaps(last)
      const outcome = await settled(last, sending.next())
      return {
        batches: sending.next(),
        acknowledged: sending.acknowledged,
        lostRequests: sending.refusals(),
        killedAtStart,
        outcome,
      }
    } finally {
      await last.stop('SIGKILL')
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function killWhileStarting(
  directory: string,
  options: readonly string[],
  afterMs: number,
): Promise<void> {
  let child: ChildProcess | undefined
  const starting = startServing(directory, options, { spawned: (each) => (child = each) }).then(
    () => undefined,
    () => undefined,
  )
  await systemClock.sleep(afterMs)
  child?.kill('SIGKILL')
  await starting
}

/** What a server holds to which all batches were sent one after the other, and which nobody disturbed. */
export async function undisturbed(batches: number, rules: string): Promise<Settled> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-undisturbed-'))
  const server = await startServing(directory, quietOptions(rules))
  try {
    for (let batch = 0; batch < batches; batch++) {
      const planned = plannedBatch(batch, systemClock.nowMs())
      await server.bulk(planned.map(({ lines }) => lines).join(''))
    }
    return await settled(server, batches)
  } finally {
    await server.stop('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  }
}
