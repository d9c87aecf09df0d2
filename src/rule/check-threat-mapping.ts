import { familyOf, type FieldCatalogue } from '#event'
import type { ThreatMappingEntry, ThreatMappingGroup } from './rule.ts'
import type { WireProblem } from './wire/member-path.ts'

/**
 * What is wrong or doubtful about a threat mapping: groups that compare nothing for equality, fields that
 * nobody knows or whose values cannot be looked up.
 */
export function threatMappingProblems(
  groups: readonly ThreatMappingGroup[],
  fields: FieldCatalogue | undefined,
): readonly WireProblem[] {
  return groups.flatMap(({ entries }, i): readonly WireProblem[] => {
    const path = ['threat_mapping', i, 'entries']
    return [
      ...groupProblems(entries, path),
      ...(fields === undefined
        ? []
        : entries.flatMap((entry, j) => fieldProblems(entry, [...path, j, 'field'], fields))),
    ]
  })
}

function groupProblems(
  entries: readonly ThreatMappingEntry[],
  path: WireProblem['path'],
): readonly WireProblem[] {
  const positive = entries.filter(({ negate }) => negate !== true)
  if (entries.length > 0 && positive.length === 0) {
    const message =
      'every entry of this group is negated; nearly any indicator would match any event'
    const help = 'add an entry without negate'
    return [{ code: 'rule.only-negated', severity: 'error', path, at: 'value', message, help }]
  }
  return entries.flatMap((entry, i): readonly WireProblem[] => {
    const isContradicted = positive.some(
      ({ field, value }) => field === entry.field && value === entry.value,
    )
    if (entry.negate !== true || !isContradicted) return []
    const message = `${entry.field} must both equal ${entry.value} and not; nothing can match`
    const at = { path: [...path, i, 'negate'], at: 'value' } as const
    return [{ code: 'rule.contradiction', severity: 'error', message, ...at }]
  })
}

function fieldProblems(
  { field }: ThreatMappingEntry,
  path: WireProblem['path'],
  fields: FieldCatalogue,
): readonly WireProblem[] {
  const at = { path, at: 'value', severity: 'warning' } as const
  const mapping = fields.mappingOf(field)
  if (mapping === undefined) {
    const near = fields.nearest(field)
    const message = `no field ${field} is known; events without it are passed over`
    const help = near === undefined ? {} : { help: `did you mean ${near}?`, patch: near }
    return [{ ...at, code: 'rule.no-such-field', message, ...help }]
  }
  if (familyOf(mapping.type) !== 'text') return []
  const message = `${field} is a text: each of its values is compared with every indicator, which is slow; name a keyword field`
  return [{ ...at, code: 'rule.field-without-terms', message }]
}
