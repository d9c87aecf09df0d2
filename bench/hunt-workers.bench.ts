/**
 * Do two threads hunt twice as fast as one? The starter rules over one file, sequences and histories followed,
 * alerts made; by the clock on the wall, threads started and warm. Both must raise the same alerts in the same
 * order. One JSON line a row. `node bench/hunt-workers.bench.ts [--quick]`
 */
import { assert, systemClock } from '#base'
import { workerCrew, type Crew } from '../src/cli/hunting/crew.ts'
import { createHunter } from '../src/cli/hunting/hunter.ts'
import { loadRuleFiles } from '../src/cli/rule-files.ts'
import { starterRulesDirectory } from '../src/cli/starter-rules.ts'
import { huntFolder, readHuntFile, writeHuntFile } from './support/hunt-file.ts'
import { rounded, sayRow } from './support/row.ts'
import { sideBySide, timed } from './support/side-by-side.ts'
import { mixed } from './support/streams.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 7
const { files } = await loadRuleFiles([starterRulesDirectory()])
const rules = files.flatMap(({ reading }) => reading.rules)
const freshHunter = () => createHunter(rules, { exceptions: [], clock: systemClock })
const plan = {
  filters: freshHunter().filters,
  nowMs: systemClock.nowMs(),
  within: undefined,
  texts: undefined,
}
const folder = huntFolder()
const [one, two] = [workerCrew(plan, 1), workerCrew(plan, 2)]
try {
  const count = quick ? 30_000 : 150_000
  const file = writeHuntFile(folder.path, { stream: mixed, seed: 9, count })
  // Enough ranges that both threads have work to the end.
  const rangeBytes = 8 * 2 ** 20
  const hunt = async (crew: Crew): Promise<readonly string[]> => {
    const hunter = freshHunter()
    const alerts: string[] = []
    const look: Parameters<typeof readHuntFile>[1]['look'] = (event, places) => {
      alerts.push(...hunter.judge(event, places).map(({ id }) => id))
      return []
    }
    await readHuntFile(file, { crew, look, rangeBytes })
    return alerts
  }
  const [expected, found] = [await hunt(one), await hunt(two)]
  assert(expected.join() === found.join(), 'two threads raise other alerts than one')
  const { rateRatio, oursMs, yardstickMs } = await sideBySide(rounds, {
    ours: () => timed(() => hunt(two)),
    yardstick: () => timed(() => hunt(one)),
  })
  sayRow({
    row: 'two threads against one, starter rules',
    bar: 'hunt-two-workers',
    value: rateRatio,
    ratios: oursMs.map((ms, round) => rounded((yardstickMs[round] ?? Number.NaN) / ms)),
    rules: plan.filters.length,
    alerts: found.length,
    events: count,
    MiB: Math.round(file.bytes / 2 ** 20),
    oursMs,
    yardstickMs,
  })
} finally {
  await Promise.all([one.close(), two.close()])
  folder.remove()
}
