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
    file: 'src/query/rule-set/access-groups.ts',
    from: 'if (choice === undefined) always.push(filter)',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'answers: a predicate keeps the answer of the document before',
    file: 'src/query/rule-set/open-document.ts',
    from: 'if (++turn < maxTurns) return',
    to: 'turn ||= 1\n    if (turn < maxTurns) return',
    tests: ruleSetTests,
  },
  {
    breaks: 'classes: of several values the first alone counts',
    file: 'src/query/rule-set/column-classes.ts',
    from: 'values.flatMap(lookUp)',
    to: 'values.slice(0, 1).flatMap(lookUp)',
    tests: ruleSetTests,
  },
  {
    breaks: 'graph: a negated predicate counts as a plain one',
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
    breaks: 'look-up: the end of a text is not looked at',
    file: 'src/query/rule-set/value-lookup.ts',
    from: 'at < text.length + marks; at++',
    to: 'at < text.length - 1; at++',
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
    file: 'src/query/rule-set/parsed-slots.ts',
    from: "const node = key.includes('.') ? reached(at, key.split('.')) : nowhere",
    to: 'const node = nowhere',
    tests: ruleSetTests,
  },
  {
    breaks: 'slots: a field keeps its value when the next document has none',
    file: 'src/query/rule-set/parsed-slots.ts',
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
    from: 'for (; next !== 0; next = valued(after(next))) values.push(valueAt(next))',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'classes: what parsed documents hold in one slot counts as held in another',
    file: 'src/query/rule-set/parsed-classes.ts',
    from: 'slot === 0 ? before : numberIn',
    to: 'slot >= 0 ? before : numberIn',
    tests: ruleSetTests,
  },
  {
    breaks: 'scanner: a key with dots does not mark what it passes',
    file: 'src/query/rule-set/scanner/layout.ts',
    from: 'scanner.layoutKeyTable(table, places - 1, markCount)',
    to: 'scanner.layoutKeyTable(table, places - 1, 0)',
    tests: ruleSetTests,
  },
  {
    breaks: 'graph: filters that the guards settled are not found',
    file: 'src/query/rule-set/compiled-filters.ts',
    from: 'for (const entry of settled) findings.add(entry)',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'graph: what an unfinished graph leaves open is not asked',
    file: 'src/query/rule-set/access-groups.ts',
    from: 'if (isSatisfied(condition, document.holds)) findings.add(entry)',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'sorts: documents of one sort are taken for those of another',
    file: 'src/query/rule-set/known-sorts.ts',
    from: 'const number = known < 0 ? Math.max(1, ends.length) : known',
    to: 'const number = 1',
    tests: ruleSetTests,
  },
  {
    breaks: 'sorts: documents of all indices are alike',
    file: 'src/query/rule-set/known-sorts.ts',
    from: 'const known = sortsByIndex.get(index)',
    to: 'const known = sortsByIndex.get(index) ?? [...sortsByIndex.values()][0]',
    tests: ruleSetTests,
  },
  {
    breaks: 'classes: values keep their numbers when those begin anew',
    file: 'src/query/rule-set/scanner/scanned-slots.ts',
    from: 'if (outcome === outcomes.scannedAnew) known = []',
    to: '',
    tests: ruleSetTests,
  },
  {
    breaks: 'classes: of those asked for together the last is forgotten',
    file: 'src/query/rule-set/scanner/scanned-slots.ts',
    from: 'const foundCount = scanner.classesOf(layout.asked, count, layout.found)',
    to: 'const foundCount = scanner.classesOf(layout.asked, Math.max(0, count - 1), layout.found)',
    tests: ruleSetTests,
  },
]
