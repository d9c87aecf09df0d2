import { nearestWord } from '#base'
import type { EqlFilter, EqlJoinKey, EqlQuery, EqlSequence, EqlStage } from './ast.ts'
import { takeFilter } from './parse-filter.ts'
import {
  expected,
  fail,
  nextToken,
  spanFrom,
  take,
  takeFieldName,
  written,
  type Reader,
} from './parse-reader.ts'
import { shown, slip } from './slips.ts'
import { misplacedInExpression } from './slips-expression.ts'

/** Takes `sequence [by keys] [with maxspan=…] stages [until stage]`. */
export function takeSequence(reader: Reader): EqlSequence | undefined {
  const { start } = nextToken(reader).span
  reader.at++
  const keys = takeKeys(reader)
  const maxSpan = takeMaxSpan(reader)
  if (keys === undefined || maxSpan === undefined) return undefined
  if (nextToken(reader).kind === 'by') return byAfterWith(reader)
  const stages = takeStages(reader)
  if (stages === undefined) return undefined
  const hasUntil = take(reader, 'until')
  const until = hasUntil ? takeStage(reader) : undefined
  if (hasUntil && until === undefined) return undefined
  const { value } = maxSpan
  return { kind: 'sequence', keys, maxSpan: value, stages, until, span: spanFrom(reader, start) }
}

/** Takes `sample [by keys] stages`. */
export function takeSample(reader: Reader): EqlQuery | undefined {
  const { start } = nextToken(reader).span
  reader.at++
  const keys = takeKeys(reader)
  if (keys === undefined) return undefined
  const next = nextToken(reader)
  if (next.kind === 'with') {
    const help = 'write a sequence where the time between events matters'
    return fail(reader, slip('sample-option', 'a sample has no maxspan', next.span, { help }))
  }
  const stages = takeStages(reader)
  return stages && { kind: 'sample', keys, stages, span: spanFrom(reader, start) }
}

/** None where no `by` follows. */
function takeKeys(reader: Reader): readonly EqlJoinKey[] | undefined {
  if (!take(reader, 'by')) return []
  const keys: EqlJoinKey[] = []
  do {
    const name = takeFieldName(reader)
    if (name === undefined) return undefined
    if (['(', '+', '-', '*', '/', '%'].includes(nextToken(reader).kind)) {
      const message = 'events are joined by fields as they are, not by what is computed from them'
      const help = 'name a field'
      return fail(reader, slip('join-key-not-a-field', message, nextToken(reader).span, { help }))
    }
    const { name: field, isOptional, span } = name
    keys.push({ field, isOptional, span })
  } while (take(reader, ','))
  return keys
}

interface MaxSpanTaken {
  readonly value: EqlSequence['maxSpan']
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

function takeMaxSpan(reader: Reader): MaxSpanTaken | undefined {
  const { start } = nextToken(reader).span
  if (!take(reader, 'with')) return { value: undefined }
  if (!take(reader, 'maxspan')) {
    return expected(reader, '"maxspan"', { help: 'write with maxspan=30s' })
  }
  if (!takeEquals(reader)) return undefined
  const number = nextToken(reader)
  if (number.kind !== 'integer') {
    const help = 'write it in a smaller unit: 150s, not 2.5m'
    return expected(reader, 'a whole number', { help })
  }
  reader.at++
  const unit = nextToken(reader)
  const word = unit.kind === 'name' ? unit.text : ''
  const factor = unitMs.get(word)
  if (factor === undefined) {
    const help = `units are ms, s, m, h and d: write ${number.value}s for seconds`
    return expected(reader, 'a unit of time', { help })
  }
  reader.at++
  const ms = Number(number.value) * factor
  const span = spanFrom(reader, start)
  if (ms > 0 && Number.isSafeInteger(ms)) return { value: { ms, span } }
  const message = ms === 0 ? 'maxspan must be longer than nothing' : 'maxspan is too long'
  return fail(reader, slip('maxspan', message, { start: number.span.start, end: unit.span.end }))
}

function takeEquals(reader: Reader): boolean {
  if (take(reader, '=')) return true
  const advice = nextToken(reader).kind === '==' ? { help: 'write =', patch: '=' } : {}
  expected(reader, '"="', advice)
  return false
}

function byAfterWith(reader: Reader): undefined {
  const { span } = nextToken(reader)
  const help = 'write sequence by … with maxspan=…'
  return fail(
    reader,
    slip('by-after-with', '"by" stands before "with", not after it', span, { help }),
  )
}

function takeStages(reader: Reader): readonly EqlStage[] | undefined {
  const stages: EqlStage[] = []
  do {
    const stage = takeStage(reader)
    if (stage === undefined) return undefined
    stages.push(stage)
  } while (['[', '!['].includes(nextToken(reader).kind))
  return stages
}

function takeStage(reader: Reader): EqlStage | undefined {
  const { start } = nextToken(reader).span
  const isMissing = take(reader, '![')
  if (!isMissing && !take(reader, '[')) {
    return expected(reader, '"["', { help: 'write [category where condition]' })
  }
  const filter = takeFilter(reader)
  if (filter === undefined || !closes(reader)) return undefined
  const keys = takeKeys(reader)
  const runs = keys && takeRuns(reader)
  if (keys === undefined || runs === undefined) return undefined
  const option = nextToken(reader)
  if (option.kind === 'name') return unknownOption(reader)
  return stageOf(filter, { isMissing, keys, runs, span: spanFrom(reader, start) })
}

function stageOf(filter: EqlFilter, rest: Omit<EqlStage, 'filter'>): EqlStage {
  return { filter, ...rest }
}

function closes(reader: Reader): boolean {
  if (take(reader, ']')) return true
  misplacedInExpression(reader, '"]"')
  return false
}

function unknownOption(reader: Reader): undefined {
  const option = nextToken(reader)
  const message = `a stage has no option ${shown(written(reader, option))}`
  const help = 'after a stage there may be: by keys, and then: with runs=2'
  return fail(reader, slip('unknown-option', message, option.span, { help }))
}

const maxRuns = 100n

/** 1 where no `with` follows. */
function takeRuns(reader: Reader): number | undefined {
  if (!take(reader, 'with')) return 1
  const option = nextToken(reader)
  if (option.kind === 'maxspan') {
    const message = 'maxspan is of the whole sequence'
    const help = 'write it before the first stage: sequence by … with maxspan=30s'
    return fail(reader, slip('maxspan-after-stage', message, option.span, { help }))
  }
  if (option.kind !== 'name' || option.text !== 'runs') {
    const nearest = option.kind === 'name' ? nearestWord(option.text, ['runs']) : undefined
    const advice = nearest === undefined ? {} : { patch: nearest }
    return expected(reader, '"runs"', { help: 'write with runs=2', ...advice })
  }
  reader.at++
  if (!takeEquals(reader)) return undefined
  const number = nextToken(reader)
  if (number.kind !== 'integer' || number.value < 1n || number.value > maxRuns) {
    return expected(reader, `a whole number from 1 to ${maxRuns}`)
  }
  reader.at++
  return Number(number.value)
}
