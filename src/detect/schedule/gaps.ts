import { uuidOf } from '#base'
import type { InstalledRule, RuleUuid, RuleWindow } from '#rule'
import type { Collection, DocumentStore, KeyCondition } from '#store'
import { lengthMs, stretchesWithin, stretchesWithout } from './stretches.ts'

/** Event time that no execution of a rule read although the rule was on, and how much of it is still so. */
export type Gap = {
  readonly id: string
  readonly ruleUuid: RuleUuid
  readonly ruleId: string
  readonly ruleName: string
  /** The execution that could not reach back so far. */
  readonly executionUuid: string
  readonly recordedMs: number
  readonly fromMs: number
  readonly toMs: number
  /** What later executions have not read either, oldest first; empty: the gap is filled. */
  readonly uncovered: readonly { readonly fromMs: number; readonly toMs: number }[]
}

/** How much of a gap is filled. */
export type GapState = 'unfilled' | 'partially filled' | 'filled'

/** How much of a gap is filled. */
export function gapStateOf({ fromMs, toMs, uncovered }: Gap): GapState {
  if (uncovered.length === 0) return 'filled'
  return lengthMs(uncovered) === toMs - fromMs ? 'unfilled' : 'partially filled'
}

/** Which gaps to list. */
export interface GapQuery {
  readonly ruleUuids?: readonly RuleUuid[]
  /** Only gaps that reach into this time. */
  readonly within?: RuleWindow
  /** Only gaps of which something is uncovered. */
  readonly openOnly?: boolean
}

/** The gaps of all rules. They are remembered for 90 days. Whoever changes those of a rule has its turn in the schedule. */
export interface GapBook {
  /** Oldest first. */
  list(query?: GapQuery): Promise<readonly Gap[]>
  /** Keeps a gap that an execution found. Found again, because the execution broke, it is the same gap. */
  record(
    rule: InstalledRule,
    found: { readonly window: RuleWindow; readonly executionUuid: string; readonly nowMs: number },
  ): Promise<void>
  /** Takes what an execution has read out of a rule's gaps. */
  cover(ruleUuid: RuleUuid, read: readonly RuleWindow[]): Promise<void>
  /** Forgets the gaps of a rule that is gone. */
  forget(ruleUuid: RuleUuid): Promise<void>
}

/** 90 days: so far back gaps are kept, and manual runs reach. */
export const longestLookBackMs = 7_776_000_000

const gapCollection = {
  name: 'gaps',
  keys: {
    rule_uuid: (gap: Gap) => gap.ruleUuid,
    open: (gap: Gap) => (gap.uncovered.length > 0 ? 1 : 0),
    from_ms: (gap: Gap) => gap.fromMs,
    to_ms: (gap: Gap) => gap.toMs,
  },
} as const

/** A {@link GapBook} in the store. */
export function gapBook(documents: DocumentStore): GapBook {
  const gaps: Collection<Gap> = documents.collection(gapCollection)
  const found = async (where: readonly KeyCondition[]): Promise<readonly Gap[]> => {
    const all: Gap[] = []
    let after: string | undefined
    do {
      const page = await gaps.find({
        where,
        sort: { key: 'from_ms', direction: 'asc' },
        limit: 1_000,
        ...(after === undefined ? {} : { after }),
      })
      all.push(...page.items.map(({ body }) => body))
      after = page.next
    } while (after !== undefined)
    return all
  }
  return {
    list: ({ ruleUuids, within, openOnly = false } = {}) =>
      found([
        ...(ruleUuids === undefined ? [] : [{ key: 'rule_uuid', in: ruleUuids }]),
        ...(openOnly ? [{ key: 'open', in: [1] }] : []),
        ...(within === undefined
          ? []
          : [
              { key: 'from_ms', to: within.toMs },
              { key: 'to_ms', from: within.fromMs },
            ]),
      ]),
    async record({ uuid, rule }, { window: { fromMs, toMs }, executionUuid, nowMs }) {
      const id = uuidOf('gap', uuid, String(fromMs))
      const before = (await gaps.get(id))?.body
      // Tried again later it reaches further; what was filled meanwhile stays filled.
      const fresh = { fromMs: before?.toMs ?? fromMs, toMs }
      await gaps.put(id, {
        id,
        ruleUuid: uuid,
        ruleId: rule.ruleId,
        ruleName: rule.name,
        executionUuid,
        recordedMs: nowMs,
        fromMs,
        toMs: Math.max(toMs, before?.toMs ?? toMs),
        uncovered: [...(before?.uncovered ?? []), ...stretchesWithin([fresh], fresh)],
      })
      for (const old of await found([{ key: 'to_ms', to: nowMs - longestLookBackMs }])) {
        await gaps.delete(old.id)
      }
    },
    async cover(ruleUuid, read) {
      const open = [
        { key: 'rule_uuid', in: [ruleUuid] },
        { key: 'open', in: [1] },
      ]
      for (const gap of await found(open)) {
        const uncovered = stretchesWithout(gap.uncovered, read)
        if (lengthMs(uncovered) === lengthMs(gap.uncovered)) continue
        await gaps.put(gap.id, { ...gap, uncovered })
      }
    },
    async forget(ruleUuid) {
      for (const { id } of await found([{ key: 'rule_uuid', in: [ruleUuid] }])) {
        await gaps.delete(id)
      }
    },
  }
}
