import { percentOf, type MutationScore } from './mutation-score.ts'

/** The scores as the page `docs/reference/rule-mutations.md`. */
export function mutationReport(scores: readonly MutationScore[]): string {
  const killed = scores.reduce((sum, score) => sum + score.killed, 0)
  const mutants = scores.reduce((sum, score) => sum + score.mutants, 0)
  return `# How much the tests of the starter rules notice

Written by \`npm run mutate-rules -- --write\`: each rule of \`rules/\` is changed in one place at a time (a clause
dropped, \`and\` and \`or\` exchanged, a \`not\` added or taken away, a literal changed, a wildcard removed, a comparison
reduced to the presence of the field, a new term dropped, a history too short or too long, suppression taken away; of
a sequence also a stage, a join key or \`until\` dropped, two stages exchanged, the time limit halved, doubled or dropped,
one run more or less), and its tests are run against the change. A change is noticed when a test fails.

**${killed} of ${mutants} changes are noticed: ${percentOf(scores).toFixed(1)} %.**

| rule | changes | noticed | survivors | cannot make a difference |
|---|---:|---:|---:|---:|
${scores.map(row).join('\n')}
${listOf(
  'Survivors',
  scores.flatMap(({ folder, survivors }) => survivors.map((change) => `\`${folder}\`: ${change}`)),
)}${listOf(
    'Changes that cannot make a difference',
    scores.flatMap(({ folder, equivalent }) =>
      equivalent.map(({ change, reason }) => `\`${folder}\`: ${change}. ${reason}`),
    ),
  )}`
}

function row({ folder, mutants, killed, survivors, equivalent }: MutationScore): string {
  return `| ${folder} | ${mutants} | ${killed} | ${survivors.length} | ${equivalent.length} |`
}

function listOf(title: string, entries: readonly string[]): string {
  if (entries.length === 0) return ''
  return `\n## ${title}\n\n${entries.map((entry) => `- ${entry}`).join('\n')}\n`
}
