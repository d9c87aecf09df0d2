/** While what was made ready for a rule holds: from and until a time, epoch milliseconds, and as long as no rule changes. */
export interface Validity {
  readonly fromMs: number
  /** Not this moment itself any more. */
  readonly untilMs: number
  readonly generation: number
}

/** What was made ready for each rule, and for how long. */
export interface Standings<Rule, Live> {
  get(rule: Rule): Live | undefined
  /** Undefined: it was looked at, and there is nothing to make ready. */
  set(rule: Rule, live: Live | undefined, validity: Validity): void
  delete(rule: Rule): void
  clear(): void
  rules(): Iterable<Rule>
  isCurrent(rule: Rule, nowMs: number, generation: number): boolean
  /** Every rule of this generation was just looked at. */
  looked(generation: number): void
  /** Whether {@link Standings.isCurrent} holds for all rules since then: at constant cost. */
  areAllCurrent(nowMs: number, generation: number): boolean
}

/** {@link Standings} of no rules. */
export function standings<Rule, Live>(): Standings<Rule, Live> {
  const known = new Map<Rule, { readonly live: Live | undefined; readonly validity: Validity }>()
  /** While all hold; nothing is known before they were looked at, and after one was let go. */
  let all: Validity | undefined

  return {
    get: (rule) => known.get(rule)?.live,
    set(rule, live, validity) {
      known.set(rule, { live, validity })
      all = undefined
    },
    delete(rule) {
      known.delete(rule)
      all = undefined
    },
    clear() {
      known.clear()
      all = undefined
    },
    rules: () => known.keys(),
    isCurrent(rule, nowMs, generation) {
      const validity = known.get(rule)?.validity
      return validity !== undefined && holds(validity, nowMs, generation)
    },
    looked(generation) {
      let [fromMs, untilMs] = [-Infinity, Infinity]
      for (const { validity } of known.values()) {
        fromMs = Math.max(fromMs, validity.fromMs)
        untilMs = Math.min(untilMs, validity.untilMs)
      }
      all = { fromMs, untilMs, generation }
    },
    areAllCurrent: (nowMs, generation) => all !== undefined && holds(all, nowMs, generation),
  }
}

function holds({ fromMs, untilMs, generation }: Validity, nowMs: number, current: number): boolean {
  return generation === current && nowMs >= fromMs && nowMs < untilMs
}
