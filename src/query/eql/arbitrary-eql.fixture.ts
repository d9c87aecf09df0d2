import fc from 'fast-check'
import {
  eqlFunctionNames,
  type EqlExpression,
  type EqlFilter,
  type EqlLiteral,
  type EqlQuery,
  type EqlStage,
  type EqlStatement,
} from './ast.ts'

const span = { start: 0, end: 0 }

const anyName = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('process.name', '@timestamp', 'a', 'host.os.type', '_x9'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('and', 'event.sequence', 'my-field', 'a b.c', 'a..b', '1a'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }) },
)

const anyText = fc.oneof(
  fc.constantFrom(
    '',
    '*.exe',
    'C:\\Windows\\*',
    '"',
    '""',
    'a"b',
    '\\',
    'x\n"""y',
    '"""',
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
)

type Texts = fc.Arbitrary<string>

function literalsOf(text: Texts): fc.Arbitrary<EqlLiteral> {
  return fc.oneof(
    text.map((value) => ({ kind: 'string' as const, value, span })),
    fc
      .bigInt({ min: 0n, max: 2n ** 64n - 1n })
      .map((value) => ({ kind: 'integer' as const, value, span })),
    fc
      .double({ min: 0, noNaN: true, noDefaultInfinity: true })
      .map((value) => ({ kind: 'decimal' as const, value: Math.abs(value), span })),
    fc.boolean().map((value) => ({ kind: 'boolean' as const, value, span })),
    fc.constant({ kind: 'null' as const, span }),
  )
}

const caseless = new Set(['between', 'endsWith', 'indexOf', 'startsWith', 'stringContains'])

function expressionsOf(name: Texts, text: Texts): fc.Arbitrary<EqlExpression> {
  const literal = literalsOf(text)
  const field = fc.record({
    kind: fc.constant('field' as const),
    name,
    isOptional: fc.boolean(),
    span: fc.constant(span),
  })
  return fc.letrec<{ expression: EqlExpression }>((tie) => {
    const inner = tie('expression')
    const one = <K extends string>(kind: K) =>
      fc.record({ kind: fc.constant(kind), of: inner, span: fc.constant(span) })
    const many = <K extends string>(kind: K) =>
      fc.record({
        kind: fc.constant(kind),
        of: fc.array(inner, { minLength: 2, maxLength: 4 }),
        span: fc.constant(span),
      })
    const two = { left: inner, right: inner, span: fc.constant(span) }
    return {
      expression: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        literal,
        field,
        one('not'),
        one('negative'),
        many('and'),
        many('or'),
        fc.record({
          kind: fc.constant('comparison' as const),
          op: fc.constantFrom('==' as const, '!=' as const, '<' as const, '>=' as const),
          ...two,
        }),
        fc.record({
          kind: fc.constant('arithmetic' as const),
          op: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '%' as const),
          ...two,
        }),
        fc.record({
          kind: fc.constant('membership' as const),
          of: inner,
          values: fc.array(inner, { minLength: 1, maxLength: 3 }),
          isCaseless: fc.boolean(),
          span: fc.constant(span),
        }),
        fc.record({
          kind: fc.constant('pattern' as const),
          op: fc.constantFrom(':' as const, 'like' as const, 'like~' as const),
          of: inner,
          patterns: fc.array(literal, { minLength: 1, maxLength: 3 }),
          span: fc.constant(span),
        }),
        fc.record({
          kind: fc.constant('pattern' as const),
          op: fc.constantFrom('regex' as const, 'regex~' as const),
          of: inner,
          patterns: fc.constant([{ kind: 'string' as const, value: '.*(a|b)"\\d"', span }]),
          span: fc.constant(span),
        }),
        fc
          .record({
            kind: fc.constant('call' as const),
            name: fc.constantFrom(...eqlFunctionNames),
            isCaseless: fc.boolean(),
            of: fc.array(inner, { maxLength: 3 }),
            span: fc.constant(span),
          })
          .map((call) => ({ ...call, isCaseless: call.isCaseless && caseless.has(call.name) })),
      ),
    }
  }).expression
}

function filtersOf(name: Texts, text: Texts): fc.Arbitrary<EqlFilter> {
  return fc.record({
    category: fc.option(
      fc.record({
        value: fc.oneof(fc.constantFrom('process', 'any', 'in'), text),
        span: fc.constant(span),
      }),
      { nil: undefined },
    ),
    condition: expressionsOf(name, text),
    span: fc.constant(span),
  })
}

function keysOf(name: Texts, count: number) {
  return fc.array(fc.record({ field: name, isOptional: fc.boolean(), span: fc.constant(span) }), {
    minLength: count,
    maxLength: count,
  })
}

function stagesOf(name: Texts, filter: fc.Arbitrary<EqlFilter>) {
  return (count: number): fc.Arbitrary<EqlStage> =>
    fc.record({
      filter,
      isMissing: fc.constant(false),
      keys: keysOf(name, count),
      runs: fc.constant(1),
      span: fc.constant(span),
    })
}

type Stages = ReturnType<typeof stagesOf>

function sequencesOf(name: Texts, stageOf: Stages): fc.Arbitrary<EqlQuery> {
  return fc.tuple(fc.nat(2), fc.nat(2)).chain(([shared, own]) =>
    fc.record({
      kind: fc.constant('sequence' as const),
      keys: keysOf(name, shared),
      maxSpan: fc.record({
        ms: fc.oneof(fc.integer({ min: 1, max: 10 ** 9 }), fc.constantFrom(1_000, 604_800_000)),
        span: fc.constant(span),
      }),
      stages: fc
        .tuple(
          stageOf(own),
          fc.array(
            fc
              .tuple(stageOf(own), fc.boolean(), fc.integer({ min: 1, max: 100 }))
              .map(([stage, isMissing, runs]) => ({ ...stage, isMissing, runs })),
            { minLength: 1, maxLength: 3 },
          ),
        )
        .map(([first, others]) => [first, ...others]),
      until: fc.option(stageOf(own), { nil: undefined }),
      span: fc.constant(span),
    }),
  )
}

function samplesOf(name: Texts, stageOf: Stages): fc.Arbitrary<EqlQuery> {
  return fc.tuple(fc.integer({ min: 1, max: 2 }), fc.nat(2)).chain(([shared, own]) =>
    fc.record({
      kind: fc.constant('sample' as const),
      keys: keysOf(name, shared),
      stages: fc.array(stageOf(own), { minLength: 2, maxLength: 3 }),
      span: fc.constant(span),
    }),
  )
}

const pipes = fc.array(
  fc.record({
    kind: fc.constantFrom('head' as const, 'tail' as const),
    count: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    span: fc.constant(span),
  }),
  { maxLength: 2 },
)

/** Any statement that a text can stand for, of fields of these names and of these texts; its places are all zero. */
export function arbitraryStatements(name: Texts, text: Texts): fc.Arbitrary<EqlStatement> {
  const filter = filtersOf(name, text)
  const stageOf = stagesOf(name, filter)
  return fc.oneof(
    fc.record({
      query: filter.map((of) => ({ kind: 'events' as const, filter: of })),
      pipes,
      span: fc.constant(span),
    }),
    fc.record({ query: sequencesOf(name, stageOf), pipes, span: fc.constant(span) }),
    fc.record({
      query: samplesOf(name, stageOf),
      pipes: fc.constant([]),
      span: fc.constant(span),
    }),
  )
}

/** Any statement at all. */
export const arbitraryStatement = arbitraryStatements(anyName, anyText)
