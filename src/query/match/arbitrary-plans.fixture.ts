import fc from 'fast-check'
import type { JsonObject, JsonValue } from '#base'
import { emptyCatalogue, withMappings } from '#event'
import type {
  FieldLeafPlan,
  FieldSelector,
  FilterPlan,
  GlobPart,
  ValueExpression,
  ValueFunction,
} from '../plan/filter-plan.ts'

/** Fields of every family of types, and some that nobody described. */
export const arbitraryFields = withMappings(emptyCatalogue(), {
  k: {
    type: 'keyword',
    ignore_above: 6,
    fields: { low: { type: 'keyword', normalizer: 'lowercase' }, text: 'text' },
  },
  't.x': 'match_only_text',
  n: 'long',
  'd.f': 'float',
  i: 'ip',
  '@timestamp': 'date',
  ns: 'date_nanos',
  b: 'boolean',
  v: 'version',
  f: 'flattened',
  o: 'object',
  l: 'nested',
  'l.k': 'keyword',
  'l.m': 'nested',
  'l.m.n': 'integer',
  g: 'geo_point',
})
/** What {@link arbitraryPlan} is about. */
export const arbitraryContext = {
  fields: arbitraryFields,
  nowMs: Date.parse('2024-06-15T12:00:00Z'),
}

/** Texts, some of which other types of fields can hold. */
export const arbitraryWords = fc.constantFrom(
  'Foo',
  'foo',
  'FOO bar',
  'bar foo',
  '',
  'fo*',
  '1',
  '01',
  '1.5',
  '-3',
  'true',
  'false',
  '10.0.0.1',
  '10.0.0.0/8',
  '2001:db8::1',
  '::/0',
  '2024-06-15',
  '2024-06-15T11:00:00Z',
  '2024-06-15T11:00:00.000000001Z',
  '2024-06-15T11:00:00.0001Z',
  'now-1h',
  'now/d',
  'too long to index',
  '1.2.3',
  '1.10.0-rc.1',
  '1.10.0-rc.a+b',
  '1.10',
  '9007199254740993',
  '\ud83d\ude00x',
)
const scalar: fc.Arbitrary<string | number | boolean> = fc.oneof(
  arbitraryWords,
  fc.constantFrom(0, 1, 1.5, -3, 0.1, 1718449200000, 9007199254740992),
  fc.boolean(),
)
/** Names of {@link arbitraryFields}, and of fields that they do not know. */
export const arbitraryFieldName = fc.constantFrom(
  'k',
  'k.low',
  'k.text',
  't.x',
  't',
  'n',
  'd.f',
  'i',
  '@timestamp',
  'ns',
  'b',
  'v',
  'f',
  'f.a',
  'f.a.b',
  'o',
  'o.p',
  'l',
  'l.k',
  'l.m',
  'l.m.n',
  'g',
  'g.lat',
  'u',
  'u.v',
  'u.created',
  'constructor',
)
const { node } = fc.letrec<{ node: JsonValue }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(scalar, fc.constant(null)),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('a', 'b', 'k', 'm', 'n', 'p', 'x', 'v', 'lat', 'a.b', 'm.n', 'low'),
      tie('node'),
      { maxKeys: 3 },
    ),
  ),
}))
/** Documents that have something to do with {@link arbitraryPlan}: nested, dotted, mixed, of wrong types. */
export const arbitraryDocument: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.oneof(arbitraryFieldName, fc.constantFrom('k', 't', 'n', 'i', 'b', 'f', 'l', 'o', 'u')),
  node,
  { maxKeys: 6 },
)

const part: fc.Arbitrary<GlobPart> = fc.oneof(
  fc
    .constantFrom('F', 'foo', 'o', ' ', 'bar', '1', 'l.', 'k')
    .map((text): GlobPart => ({ kind: 'literal', text })),
  fc.constant<GlobPart>({ kind: 'any-run' }),
  fc.constant<GlobPart>({ kind: 'any-one' }),
)
const glob = fc.array(part, { minLength: 1, maxLength: 5 })
const field: fc.Arbitrary<FieldSelector> = fc.oneof(
  {
    weight: 6,
    arbitrary: arbitraryFieldName.map((field): FieldSelector => ({ kind: 'field', name: field })),
  },
  { weight: 1, arbitrary: glob.map((parts): FieldSelector => ({ kind: 'pattern', parts })) },
  { weight: 1, arbitrary: fc.constant<FieldSelector>({ kind: 'any' }) },
)
const bound = fc.record({
  value: fc.oneof(arbitraryWords, fc.constantFrom(0, 1.5, 1718449200000)),
  inclusive: fc.boolean(),
})
const valueLeaf: fc.Arbitrary<FieldLeafPlan> = fc.oneof(
  fc.record({
    kind: fc.constant('match' as const),
    field,
    literal: fc.record({ value: scalar, quoted: fc.boolean() }),
    caseless: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('match-any' as const),
    field,
    values: fc.array(scalar, { maxLength: 3 }),
    caseless: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('glob' as const), field, glob, caseless: fc.boolean() }),
  fc.record({
    kind: fc.constant('range' as const),
    field,
    op: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const),
    value: fc.oneof(arbitraryWords, fc.constantFrom(0, 1.5, 1718449200000)),
  }),
  fc.record({ kind: fc.constant('between' as const), field, low: bound, high: bound }),
  fc.record({
    kind: fc.constant('regexp' as const),
    field,
    pattern: fc.constantFrom(
      'fo+',
      'Foo',
      '[a-z]{3}',
      '[A-F].*',
      '.*bar',
      '~(foo)',
      '@&~(.*o.*)',
      '<1-10>',
      '-?\\d+(\\.\\d+)?',
      '#',
      '',
      '(not closed',
    ),
    caseless: fc.boolean(),
  }),
)

const aboutOneField = fc
  .tuple(arbitraryFieldName, fc.array(valueLeaf, { minLength: 1, maxLength: 4 }))
  .map(([one, leaves]) =>
    leaves.map((each): FieldLeafPlan => ({ ...each, field: { kind: 'field', name: one } })),
  )

const { expression } = fc.letrec<{ expression: ValueExpression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    {
      weight: 2,
      arbitrary: arbitraryFieldName.map((one): ValueExpression => ({ kind: 'field', name: one })),
    },
    arbitraryWords.map((value): ValueExpression => ({ kind: 'constant', value })),
    fc
      .constantFrom('0', '1', '-3', '7', '1.5', '2.0', '9223372036854775807')
      .map((written): ValueExpression => ({ kind: 'number', text: written })),
    fc.constantFrom<ValueExpression>({ kind: 'null' }, { kind: 'constant', value: true }),
    aboutOneField.map(([of]): ValueExpression =>
      of === undefined ? { kind: 'null' } : { kind: 'leaf', of },
    ),
    fc.record({
      kind: fc.constant('apply' as const),
      function: fc.constantFrom<ValueFunction>(
        ...(['add', 'and', 'concat', 'divide', 'isNull', 'length', 'less', 'lessOrEqual'] as const),
        ...(['modulo', 'multiply', 'negate', 'not', 'number', 'or', 'string'] as const),
        ...(['subtract', 'substring', 'cidrMatch'] as const),
      ),
      of: fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('apply' as const),
      function: fc.constantFrom<ValueFunction>(
        ...(['between', 'endsWith', 'equal', 'indexOf', 'startsWith', 'stringContains'] as const),
      ),
      caseless: fc.boolean(),
      of: fc.array(tie('expression'), { minLength: 2, maxLength: 4 }),
    }),
    fc
      .tuple(tie('expression'), fc.boolean(), fc.constantFrom('f*', '?oo', '*\u0130*', 'Foo', '1*'))
      .map(([of, caseless, value]): ValueExpression => ({
        kind: 'apply',
        function: value === 'Foo' ? 'regex' : 'like',
        caseless,
        of: [of, { kind: 'constant', value }],
      })),
  ),
}))
const leaf: fc.Arbitrary<FilterPlan> = fc.oneof(
  fc.constantFrom<FilterPlan>({ kind: 'all' }, { kind: 'none' }),
  { weight: 6, arbitrary: valueLeaf },
  fc.record({ kind: fc.constant('exists' as const), field }),
  { weight: 4, arbitrary: expression.map((of): FilterPlan => ({ kind: 'expression', of })) },
  aboutOneField.map((of): FilterPlan => ({ kind: 'or', of })),
)
const plans = fc.letrec<{ plan: FilterPlan }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), of: tie('plan') }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('plan'), { maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('nested' as const),
        path: fc.constantFrom('l', 'l.m', 'u', 'o', 'f'),
        of: tie('plan'),
      }),
    },
  ),
}))

/** Any plan at all. */
export const arbitraryPlan = plans.plan
