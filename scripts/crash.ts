import { parseArgs } from 'node:util'
import { messageOf } from '#base'
import { powerCuts } from './crash/power-cut/power-cuts.ts'
import { clockJumps } from './crash/server/clock-jumps.ts'
import { isSame } from './crash/server/comparison.ts'
import { fullDisk } from './crash/server/full-disk.ts'
import { kills } from './crash/server/kills.ts'

const usage = `Usage: npm run crash -- [--kills N] [--images N] [--jumps N] [--disks N] [--seed NUMBER]

Crashes Vedette in every way that a host has, and looks whether anything that was acknowledged is lost or doubled:

  --kills N    1000 unless said otherwise: a server is killed (kill -9) at random moments while programs send to it,
               some of the time before it answers; in rounds of at most 250, each on a data directory of its own
  --images N   200: a store's writes are recorded, the power is cut at random moments of them, what was not synced is
               dropped, torn, zeroed or spoilt, and a start is made from what is left. Needs a C compiler
  --jumps N    40: the clock of a server is set forwards and back
  --disks N    1: the disk of a server fills up and is freed again. Needs root

The alerts of a disturbed server must be those of one that nobody disturbs and that is sent the same. 0 leaves a part out.

Exit status: 0 when nothing is amiss; 1 when something is, which is printed; 2 for a wrong call.`

const counts = read()
const killsPerRound = 250
let amiss = false

for (let left = counts.kills, round = 0; left > 0; left -= killsPerRound, round++) {
  const wanted = Math.min(left, killsPerRound)
  const report = await kills({ kills: wanted, seed: counts.seed + round, progress: shown('kills') })
  tell('kills', report, isSame(report))
}
if (counts.images > 0) {
  const { images, seed } = counts
  const report = await powerCuts({ images, seed, progress: shown('images') })
  tell('power cuts', report, 'skip' in report || report.problems.length === 0)
}
if (counts.jumps > 0) {
  const { jumps, seed } = counts
  const report = await clockJumps({ jumps, seed, progress: shown('jumps') })
  tell('clock jumps', report, isSame(report))
}
for (let disk = 0; disk < counts.disks; disk++) {
  const report = await fullDisk(counts.seed + disk)
  tell('full disk', report, 'skip' in report || isSame(report))
}
process.exit(amiss ? 1 : 0)

function read() {
  try {
    const { values } = parseArgs({
      options: {
        kills: { type: 'string', default: '1000' },
        images: { type: 'string', default: '200' },
        jumps: { type: 'string', default: '40' },
        disks: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help === true) stop(usage, 0)
    const number = (text: string): number => {
      const value = Number(text)
      return Number.isSafeInteger(value) && value >= 0 ? value : stop(usage, 2)
    }
    return {
      kills: number(values.kills),
      images: number(values.images),
      jumps: number(values.jumps),
      disks: number(values.disks),
      seed: number(values.seed),
    }
  } catch (thrown) {
    return stop(`${messageOf(thrown)}\n\n${usage}`, 2)
  }
}

function stop(text: string, code: number): never {
  console.log(text)
  process.exit(code)
}

function shown(what: string): (done: number) => void {
  return (done) => {
    if (done % 25 === 0) console.error(`${done} ${what}`)
  }
}

/** A row a part; what differs is told in full. */
function tell(part: string, report: object, isWell: boolean): void {
  console.log(JSON.stringify({ part, ...report }))
  if (!isWell) amiss = true
}
