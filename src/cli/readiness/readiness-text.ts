import type { WireReadiness } from '#api'
import { shown, type Terminal, type Tone } from '../terminal.ts'

/** How bad each verdict looks. */
export const verdictTones: { readonly [V in WireReadiness['verdict']]: Tone } = {
  'cannot-fire': 'warning',
  learning: 'faint',
  'could-fire': 'good',
}

/** The first reason, and how many more there are. */
export function whyOf({ reasons }: WireReadiness): string {
  const [first, ...others] = reasons
  if (first === undefined) return ''
  return `${shown(first.message)}${others.length === 0 ? '' : ` (and ${others.length} more)`}`
}

/** Everything that is known of one rule. */
export function readinessText(
  { verdict, rule_id: ruleId, name, reasons, indices, patterns_without_data: empty }: WireReadiness,
  terminal: Terminal,
): string {
  const lines = [
    `${terminal.tint('strong', shown(name))}  ${shown(ruleId)}`,
    `  ${terminal.tint(verdictTones[verdict], verdict)}`,
    ...reasons.flatMap(({ weight, message, help }) => [
      `  ${weight === 'blocks' ? '✗' : '!'} ${shown(message)}`,
      ...(help === undefined ? [] : [`    help: ${shown(help)}`]),
    ]),
    `  reads ${indices.length === 0 ? 'no index with events' : shown(indices)}`,
    ...(empty.length === 0 ? [] : [`  no events in ${shown(empty)}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** How many rules come to what, and what keeps most of those that cannot fire. */
export function readinessSummary(rules: readonly WireReadiness[]): string {
  const of = (wanted: WireReadiness['verdict']) =>
    rules.filter(({ verdict }) => verdict === wanted).length
  const first = rules.flatMap(({ verdict, reasons }) => {
    const blocking = reasons.find(({ weight }) => weight === 'blocks')
    return verdict === 'cannot-fire' && blocking !== undefined ? [blocking.code] : []
  })
  const counts = [...Map.groupBy(first, (code) => code)]
    .map(([code, each]) => ({ code, count: each.length }))
    .toSorted((a, b) => b.count - a.count)
    .map(({ code, count }) => `${count} ${code}`)
  const why = counts.length === 0 ? '' : ` (${counts.join(', ')})`
  return `${rules.length} rule${rules.length === 1 ? '' : 's'}: ${of('could-fire')} could fire, ${of('learning')} learning, ${of('cannot-fire')} cannot fire${why}\n`
}
