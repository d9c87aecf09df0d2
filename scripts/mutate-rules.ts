import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { starterPack } from '../test/support/starter-pack.ts'
import { equivalentMutants } from './mutate-rules/equivalent-mutants.ts'
import { mutationScore, percentOf, type MutationScore } from './mutate-rules/mutation-score.ts'
import { mutationReport } from './mutate-rules/mutation-report.ts'

const usage = `Usage: node scripts/mutate-rules.ts [--bar PERCENT] [--write] [RULE ...]

Changes each rule of rules/ in one place at a time (a clause dropped, and and or exchanged, a not added or
taken away, a literal changed, a wildcard removed, a new term dropped, a history too short or too long; of a
sequence also a stage, a join key or the time limit) and runs its tests against the changed rule. A change
that no test notices is a survivor.

  RULE           folder names below rules/; without any, the whole pack
  --bar PERCENT  the least share of changes that tests must notice; 100 unless said otherwise
  --write        write docs/reference/rule-mutations.md (whole pack only)

Changes that cannot make a difference stand in rules/RULE/equivalent-mutants.yaml, each with its reason.

Exit status: 0 at or above the bar; 1 when a rule cannot be judged; 2 for a wrong call; 3 below the bar.`

const { values, positionals } = readCall()
const bar = Number(values.bar)
if (values.help === true) stop(usage, 0)
if (!(bar >= 0 && bar <= 100)) stop('--bar must be a number from 0 to 100', 2)
if (values.write === true && positionals.length > 0) stop('--write is for the whole pack', 2)

const pack = starterPack()
const unknown = positionals.filter((name) => !pack.some(({ folder }) => folder === name))
if (unknown.length > 0) stop(`no such rule: ${unknown.join(', ')}`, 2)

const chosen = pack.filter(({ folder }) => positionals.length === 0 || positionals.includes(folder))
const scores: MutationScore[] = []
for (const packed of chosen) {
  const score = await mutationScore(packed, equivalentMutants(packed.folder))
  scores.push(score)
  console.log(`${score.folder}: ${score.killed} of ${score.mutants}`)
  for (const change of score.survivors) console.log(`  survived: ${change}`)
  for (const { change, reason } of score.equivalent) console.log(`  equal: ${change}; ${reason}`)
  for (const problem of score.problems) console.log(`  problem: ${problem}`)
}
const percent = percentOf(scores)
console.log(`${percent.toFixed(1)} % of the changes are noticed, ${bar} % are asked for`)
if (values.write === true) {
  const target = fileURLToPath(new URL('../docs/reference/rule-mutations.md', import.meta.url))
  writeFileSync(target, mutationReport(scores))
}
const isJudged = scores.every(({ problems }) => problems.length === 0)
process.exit(isJudged ? (percent >= bar ? 0 : 3) : 1)

function readCall() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        bar: { type: 'string', default: '100' },
        write: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    return stop(cause instanceof Error ? cause.message : String(cause), 2)
  }
}

function stop(message: string, code: number): never {
  if (code === 0) console.log(message)
  else console.error(message)
  process.exit(code)
}
