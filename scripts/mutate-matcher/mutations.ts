/** An optimisation, broken in one place. */
interface MatcherMutation {
  readonly breaks: string
  readonly file: string
  /** The text that is replaced, as it stands in the file. */
  readonly from: string
  readonly to: string
  /** The tests that must notice. */
  readonly tests: readonly string[]
}

const ruleSetTests = ['src/query/rule-set']

/** What agreement tests must notice. */
export const matcherMutations: readonly MatcherMutation[] = [
  {
    breaks: 'access: of alternatives, the first alone is reason to look',
    file: 'src/query/rule-set/access.ts',
    from: 'predicates: [...new Set(known.flatMap(({ predicates }) => predicates))],',
    to: 'predicates: known[0]?.predicates ?? [],',
    tests: ruleSetTests,
  },
  {
    breaks: 'access: filters without a necessary predicate are never asked',
    file: 'src/query/rule-set/view.ts',
    from: 'if (predicates === undefined) always.push(place)',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'answers: a predicate keeps the answer of the document before',
    file: 'src/query/rule-set/predicate-book.ts',
    from: 'documentNumber++',
    to: 'documentNumber ||= 1',
    tests: ruleSetTests,
  },
  {
    breaks: 'guards: of several values the last alone counts',
    file: 'src/query/rule-set/guards.ts',
    from: 'sort = sortWith(union(sort, next))',
    to: 'sort = next',
    tests: ruleSetTests,
  },
  {
    breaks: 'guards: a negated guard counts as a plain one',
    file: 'src/query/rule-set/condition.ts',
    from: "return answer === (condition.kind === 'holds') ? always : never",
    to: 'return answer ? always : never',
    tests: ruleSetTests,
  },
  {
    breaks: 'look-up: values are not put into lower case',
    file: 'src/query/rule-set/value-lookup.ts',
    from: 'const text = value.toLowerCase()',
    to: 'const text = value',
    tests: ruleSetTests,
  },
  {
    breaks: 'look-up: the last piece of a text is not looked at',
    file: 'src/query/rule-set/value-lookup.ts',
    from: 'at < text.length; at++) {\n        code',
    to: 'at < text.length - 1; at++) {\n        code',
    tests: ruleSetTests,
  },
  {
    breaks: 'look-up: patterns are told by pieces that their other alternatives lack',
    file: 'src/query/rule-set/value-lookup.ts',
    from: 'if (told.length < telling.length || told.length === 0) {',
    to: 'if (told.length === 0) {',
    tests: ruleSetTests,
  },
  {
    breaks: 'slots: dotted keys lead nowhere',
    file: 'src/query/rule-set/document-slots.ts',
    from: "const node = key.includes('.') ? reached(at, key.split('.')) : nowhere",
    to: 'const node = nowhere',
    tests: ruleSetTests,
  },
  {
    breaks: 'slots: a field keeps its value when the next document has none',
    file: 'src/query/rule-set/document-slots.ts',
    from: 'for (const slot of filled) values[slot] = undefined',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'changes: a filter that was taken out still matches',
    file: 'src/query/rule-set/rule-set.ts',
    from: 'entry.isLive = false',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'changes: a filter that means something at another time is taken for the same',
    file: 'src/query/rule-set/number-leaves.ts',
    from: 'const atMs = isDate && mayBeRelative(leaves) ? nowMs : 0',
    to: 'const atMs = 0',
    tests: ruleSetTests,
  },
  {
    breaks: 'scanner: of several values of a field the first alone is read',
    file: 'src/query/rule-set/scanner/scanned-slots.ts',
    from: 'for (; next !== 0; next = after(next)) values.push(valueAt(next))',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'scanner: a number and a text of the same bytes are one',
    file: 'src/query/rule-set/scanner/scanned-slots.ts',
    from: 'scanner.numberOf(from, to - from, kind)',
    to: 'scanner.numberOf(from, to - from, 0)',
    tests: ruleSetTests,
  },
  {
    breaks: 'scanner: a key with dots does not mark what it passes',
    file: 'src/query/rule-set/scanner/scanned-slots.ts',
    from: 'scanner.setMarks(marks.length)',
    to: 'scanner.setMarks(0)',
    tests: ruleSetTests,
  },
]
