import { compareMatches, type MatchDifference } from '../test/support/kql-corpus.ts'
import { sharedData } from '../test/support/shared-data.ts'

const usage = `Usage: node scripts/compare-kql-matches.ts [FOLDER]

Runs every KQL rule of FOLDER/rules/rules over FOLDER/events/*.ecs.ndjson.gz and compares the pairs of event
and rule with the *.kql_matches.json beside each file. Without FOLDER, the research data beside the clone.

Exit status: 0 when every difference is explained (docs/reference/kql-differences.md), 1 when one is not.`

const [argument] = process.argv.slice(2)
const folder = argument ?? sharedData('')
if (folder === undefined || argument === '--help' || argument === '-h') {
  console.log(usage)
  process.exit(argument === undefined ? 2 : 0)
}

let unexplained = 0
for (const { file, events, agreed, missing, extra } of compareMatches(folder)) {
  console.log(`${file}: ${events} events, ${agreed} pairs agree`)
  report('recorded, not found by us', missing)
  report('found by us, not recorded', extra)
}
console.log(unexplained === 0 ? 'every difference is explained' : `${unexplained} unexplained`)
process.exit(unexplained === 0 ? 0 : 1)

function report(title: string, differences: readonly MatchDifference[]): void {
  for (const [ruleId, pairs] of Map.groupBy(differences, (difference) => difference.ruleId)) {
    const explanation = pairs[0]?.explanation
    if (explanation === undefined) unexplained += pairs.length
    console.log(
      `  ${title}: rule ${ruleId}, ${pairs.length} events; ${explanation ?? 'UNEXPLAINED'}`,
    )
  }
}
