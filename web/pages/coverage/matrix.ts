import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { AnswerOf, routes, WireReadiness, WireRule } from '#api'

/**
 * What a technique comes to: two rules or more would see it, one would, rules are on and their data comes but no tests prove
 * them, rules are on without data, rules are off.
 */
export type CellState = 'watching' | 'thin' | 'unproven' | 'blind' | 'off'

/** What became of the tests of a rule. */
export type RuleTests = AnswerOf<(typeof routes)['listRuleTests']>['rules'][number]

/** What the states are called. */
export const stateWords: { readonly [state in CellState]: string } = {
  watching: 'watching',
  thin: 'thin: one rule',
  unproven: 'unproven: no passing tests',
  blind: 'blind: no data',
  off: 'off',
}

/** A technique below a tactic, and the rules that name it. */
export interface Cell {
  readonly id: string
  readonly name: string
  readonly state: CellState
  /** Rules that are on, whose data comes and whose tests pass. */
  readonly watching: number
  readonly rules: readonly {
    readonly id: string
    readonly name: string
    readonly isOn: boolean
    /** Why it cannot fire; empty: nothing known speaks against it. */
    readonly why: string
    /** Why its tests prove nothing; empty: they pass. */
    readonly doubt: string
  }[]
}

/** A tactic with its techniques. */
export interface Tactic {
  readonly id: string
  readonly name: string
  readonly cells: readonly Cell[]
}

/** The techniques that rules name by tactic, both by id; sub-techniques stand for themselves. */
export function matrixOf(
  rules: readonly WireRule[],
  readiness: readonly WireReadiness[],
  tests: readonly RuleTests[],
): readonly Tactic[] {
  const tested = new Map(tests.map((each) => [each.rule_id, each]))
  const known = new Map(readiness.map((each) => [each.rule_id, each]))
  const named = rules.flatMap((rule) => {
    const { rule_id: id } = rule
    const told = { rule, readiness: known.get(id), tests: tested.get(id) }
    return techniquesOf(rule.rule).map((technique) => ({ ...technique, ...told }))
  })
  return [...Map.groupBy(named, ({ tactic }) => tactic.id)]
    .map(([id, below]) => ({
      id,
      name: below[0]?.tactic.name ?? id,
      cells: [...Map.groupBy(below, (each) => each.id)]
        .map(([technique, told]) => cellOf(technique, told))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

interface Named {
  readonly id: string
  readonly name: string
  readonly rule: WireRule
  readonly readiness: WireReadiness | undefined
  readonly tests: RuleTests | undefined
}

function cellOf(id: string, told: readonly Named[]): Cell {
  const rules = told.map(({ rule, readiness, tests }) => ({
    id: rule.id,
    name: textOf(rule.rule, 'name'),
    isOn: rule.enabled,
    why: whyNot(rule, readiness),
    doubt: doubtOf(tests),
  }))
  const on = rules.filter(({ isOn }) => isOn)
  const fed = on.filter(({ why }) => why === '')
  const watching = fed.filter(({ doubt }) => doubt === '').length
  return {
    id,
    name: told[0]?.name ?? '',
    state: stateOf({ watching, fed: fed.length, on: on.length }),
    watching,
    rules,
  }
}

function stateOf({
  watching,
  fed,
  on,
}: {
  readonly watching: number
  readonly fed: number
  readonly on: number
}): CellState {
  if (watching > 0) return watching > 1 ? 'watching' : 'thin'
  if (fed > 0) return 'unproven'
  return on > 0 ? 'blind' : 'off'
}

function doubtOf(tests: RuleTests | undefined): string {
  switch (tests?.state) {
    case 'passed':
      return ''
    case 'failed':
      return `${tests.failed} of its ${tests.tests} tests fail`
    case 'waiting':
      return 'its tests are being run'
    default:
      return 'it has no tests'
  }
}

function whyNot(rule: WireRule, readiness: WireReadiness | undefined): string {
  if (!rule.runnable) return 'rules of its type do not run here'
  if (readiness?.verdict !== 'cannot-fire') return ''
  return readiness.reasons.find(({ weight }) => weight === 'blocks')?.message ?? 'it cannot fire'
}

function techniquesOf(rule: JsonObject) {
  return membersOf(rule, 'threat').flatMap((threat) => {
    const tactic = isJsonObject(threat['tactic']) ? threat['tactic'] : {}
    const under = { id: textOf(tactic, 'id'), name: textOf(tactic, 'name') }
    return membersOf(threat, 'technique').flatMap((technique) => {
      const subs = membersOf(technique, 'subtechnique')
      return [technique, ...subs].map((each) => ({
        tactic: under,
        id: textOf(each, 'id'),
        name: textOf(each, 'name'),
      }))
    })
  })
}

function membersOf(of: JsonObject, name: string): readonly JsonObject[] {
  const value: JsonValue | undefined = of[name]
  return Array.isArray(value) ? value.filter((each: JsonValue) => isJsonObject(each)) : []
}

function textOf(of: JsonObject, name: string): string {
  const value = of[name]
  return typeof value === 'string' ? value : ''
}
