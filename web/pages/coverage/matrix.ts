import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { WireReadiness, WireRule } from '#api'

/** What a technique comes to: two rules or more would see it, one would, rules are on without data, rules are off. */
export type CellState = 'watching' | 'thin' | 'blind' | 'off'

/** What the states are called. */
export const stateWords: { readonly [state in CellState]: string } = {
  watching: 'watching',
  thin: 'thin: one rule',
  blind: 'blind: no data',
  off: 'off',
}

/** A technique below a tactic, and the rules that name it. */
export interface Cell {
  readonly id: string
  readonly name: string
  readonly state: CellState
  /** Rules that are on and whose data comes. */
  readonly watching: number
  readonly rules: readonly {
    readonly id: string
    readonly name: string
    readonly isOn: boolean
    /** Why it cannot fire; empty: nothing known speaks against it. */
    readonly why: string
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
): readonly Tactic[] {
  const known = new Map(readiness.map((each) => [each.rule_id, each]))
  const named = rules.flatMap((rule) => {
    const told = { rule, readiness: known.get(rule.rule_id) }
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
}

function cellOf(id: string, told: readonly Named[]): Cell {
  const rules = told.map(({ rule, readiness }) => ({
    id: rule.id,
    name: textOf(rule.rule, 'name'),
    isOn: rule.enabled,
    why: whyNot(rule, readiness),
  }))
  const watching = rules.filter(({ isOn, why }) => isOn && why === '').length
  const isAnyOn = rules.some(({ isOn }) => isOn)
  const seen = watching > 1 ? 'watching' : 'thin'
  return {
    id,
    name: told[0]?.name ?? '',
    state: watching > 0 ? seen : isAnyOn ? 'blind' : 'off',
    watching,
    rules,
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
