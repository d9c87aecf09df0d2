import type { Rule } from '#rule'
import type { PackedRule } from '../../test/support/starter-pack.ts'

/** Techniques and sub-techniques that some rule names, by id; a sub-technique stands for its technique. */
export function techniquesOf(rules: readonly Rule[]): readonly string[] {
  const named = rules.flatMap(({ threat }) =>
    threat.flatMap(({ technique }) =>
      technique.flatMap(({ id, name, subtechnique }) =>
        subtechnique === undefined || subtechnique.length === 0
          ? [`${id} ${name}`]
          : subtechnique.map((sub) => `${sub.id} ${name}: ${sub.name}`),
      ),
    ),
  )
  return [...new Set(named)].toSorted()
}

/** The page `docs/reference/starter-rules.md`: what each rule of the pack sees, and which techniques that covers. */
export function coveragePage(pack: readonly PackedRule[]): string {
  const rules = pack.flatMap(({ folder, rule }) => (rule === undefined ? [] : [{ folder, rule }]))
  const techniques = techniquesOf(rules.map(({ rule }) => rule))
  return `# The starter rules

Written by \`node scripts/starter-rules.ts --write\` from \`rules/\`. ${rules.length} rules name ${techniques.length} techniques and sub-techniques of
[MITRE ATT&CK](https://attack.mitre.org/). Each rule says in its own guide what it cannot see; how much its tests notice
stands in [rule-mutations.md](rule-mutations.md).

${sources.map((source) => section(source, rules)).join('\n')}
## Techniques

| technique | rules |
|---|---|
${techniques.map((technique) => techniqueRow(technique, rules)).join('\n')}
`
}

interface FoldedRule {
  readonly folder: string
  readonly rule: Rule
}

interface EventSourceOfRules {
  readonly title: string
  readonly index: string
}

const sources: readonly EventSourceOfRules[] = [
  { title: 'Started programs', index: 'logs-endpoint.events.process*' },
  { title: 'Containers', index: 'logs-vedette.container*' },
  { title: 'The sensor itself', index: 'logs-vedette.sensor*' },
]

function section({ title, index }: EventSourceOfRules, rules: readonly FoldedRule[]): string {
  const rows = rules.filter(({ rule }) => indicesOf(rule).includes(index)).map(ruleRow)
  return `## ${title}: \`${index}\`

| rule | what it sees | severity | techniques |
|---|---|---|---|
${rows.join('\n')}
`
}

function ruleRow({ folder, rule }: FoldedRule): string {
  const [sees = ''] = rule.description
    .trim()
    .replaceAll(/\s+/g, ' ')
    .split(/(?<=\.) /)
  const ids = techniquesOf([rule]).map((technique) => technique.split(' ')[0])
  return `| [${rule.name}](../../rules/${folder}/rule.toml) | ${sees} | ${rule.severity} | ${ids.join(', ')} |`
}

function techniqueRow(technique: string, rules: readonly FoldedRule[]): string {
  const names = rules
    .filter(({ rule }) => techniquesOf([rule]).includes(technique))
    .map(({ folder }) => folder)
  return `| ${technique} | ${names.join(', ')} |`
}

function indicesOf({ params }: Rule): readonly string[] {
  return 'index' in params ? (params.index ?? []) : []
}
