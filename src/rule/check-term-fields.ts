import { familyOf, type FieldCatalogue } from '#event'
import type { MemberPath, WireProblem } from './wire/member-path.ts'

/** What is wrong or doubtful about fields whose values are counted or compared one by one. */
export function termFieldProblems(
  names: readonly string[],
  {
    fields,
    pathOf,
  }: {
    readonly fields: FieldCatalogue | undefined
    /** Where the name at a position is written. */
    readonly pathOf: (at: number) => MemberPath
  },
): readonly WireProblem[] {
  return names.flatMap((name, i): readonly WireProblem[] => {
    const at = { path: pathOf(i), at: 'value', severity: 'warning' } as const
    if (names.indexOf(name) < i) {
      return [{ ...at, code: 'rule.repeated-field', message: `${name} is named twice` }]
    }
    const mapping = fields?.mappingOf(name)
    if (fields !== undefined && mapping === undefined) {
      const near = fields.nearest(name)
      const message = `no field ${name} is known; documents without it are passed over`
      const help = near === undefined ? {} : { help: `did you mean ${near}?`, patch: near }
      return [{ ...at, code: 'rule.no-such-field', message, ...help }]
    }
    if (mapping === undefined || familyOf(mapping.type) !== 'text') return []
    const message = `${name} is a text, which has no whole values to compare; name a keyword field`
    return [{ ...at, severity: 'error', code: 'rule.field-without-terms', message }]
  })
}
