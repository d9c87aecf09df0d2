import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base'
import { startServing } from '../../../test/support/running-server.ts'
import { oneOf, seededDraw } from '../../fuzz/random.ts'
import { compared, type Comparison } from './comparison.ts'
import { crashRules } from './crash-rules.ts'
import { quietOptions, undisturbed } from './kills.ts'
import { closedBatches } from './planned-events.ts'
import { senders } from './senders.ts'
import { fillGaps, settled } from './settled.ts'

/** What a server whose clock jumps came to. */
export interface ClockJumpReport extends Comparison {
  readonly jumps: number
}

const preload = new URL('jumping-clock.mjs', import.meta.url).href

/** By how much the clock is wrong, from one jump to the next: within what rules look back by, and beyond. */
const offsetsMs = [0, 2_000, -2_000, 90_000, -90_000, 2_400_000, -2_400_000]
/** The last jump is forwards, to where every event lies in the past. */
const lastOffsetMs = 3_600_000

/**
 * Sets the clock of a server forwards and back while programs send events, kills it now and then, and compares
 * as {@link kills} does. What belongs together is sent between two jumps: no rule joins what is further apart than it
 * looks back. Time that a clock leapt over beyond that is a gap that the server tells; these are filled in the end.
 */
export async function clockJumps({
  jumps,
  seed,
  progress,
}: {
  readonly jumps: number
  readonly seed: number
  readonly progress: (done: number) => void
}): Promise<ClockJumpReport> {
  const draw = seededDraw(seed)
  const rules = await crashRules('5s')
  const place = await mkdtemp(join(tmpdir(), 'vedette-clock-'))
  const clock = join(place, 'offset')
  let offsetMs = 0
  const jumpTo = async (wantedMs: number): Promise<void> => {
    offsetMs = wantedMs
    await writeFile(clock, String(offsetMs))
    await systemClock.sleep(40)
  }
  await writeFile(clock, '0')
  const start = () =>
    startServing(join(place, 'data'), quietOptions(rules), {
      preload,
      env: { VEDETTE_CLOCK_OFFSET: clock },
    })
  let server = await start()
  try {
    const acknowledged = new Set<string>()
    let batches = 0
    for (let done = 0; done < jumps; done++) {
      const sending = senders({
        server: async () => server,
        draw,
        nowMs: () => systemClock.nowMs() + offsetMs,
        from: batches,
        until: batches + closedBatches,
        restMs: 60,
      })
      await sending.finished
      batches += closedBatches
      for (const id of sending.acknowledged) acknowledged.add(id)
      // Half of the time nothing of it was executed yet when the clock goes elsewhere.
      if (draw(2) === 0) await systemClock.sleep(draw(3_000))
      await jumpTo(
        oneOf(
          draw,
          offsetsMs.filter((each) => each !== offsetMs),
        ),
      )
      if (draw(4) === 0) {
        await server.stop('SIGKILL')
        server = await start()
      }
      progress(done + 1)
    }
    await jumpTo(lastOffsetMs)
    await fillGaps(server)
    const outcome = await settled(server, batches)
    const { alerts } = await undisturbed(batches, rules)
    return { jumps, ...compared(outcome, { acknowledged, alerts }) }
  } finally {
    await server.stop('SIGKILL')
    await rm(place, { recursive: true, force: true })
    await rm(rules, { recursive: true, force: true })
  }
}
