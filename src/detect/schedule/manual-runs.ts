import { Fault, type Clock, type Diagnostic, type Result } from '#base'
import type { InstalledRule, RuleUuid, RuleWindow } from '#rule'
import type { Collection, DocumentStore, KeyCondition, Page } from '#store'
import { longestLookBackMs, type GapBook } from './gaps.ts'
import {
  ended,
  isOver,
  newManualRun,
  type ManualRun,
  type ManualRunRequest,
  type ManualRunState,
} from './manual-run.ts'
import { manualStartsOf, missedStartsOf, type StartSeries } from './manual-starts.ts'
import { stretchesWithin, stretchesWithout } from './stretches.ts'

/** Which manual runs to list. */
export interface ManualRunQuery {
  readonly ruleUuid?: RuleUuid
  readonly state?: readonly ManualRunState[]
  /** Default 100, at most 10,000. */
  readonly limit?: number
  readonly after?: string
}

/** Which gaps to fill, and who says so. */
export interface FillRequest {
  /** Default: all. */
  readonly ruleUuids?: readonly RuleUuid[]
  /** Only what lies in this time. Default: all that is remembered. */
  readonly within?: RuleWindow
  readonly by: string
}

/** What comes of asking to fill gaps. */
export interface FillAnswer {
  /** One for each rule with something to fill, the one with the oldest gap first. */
  readonly runs: readonly ManualRun[]
  /** Rules with gaps that cannot be filled, and why. */
  readonly left: readonly { readonly rule: InstalledRule; readonly reason: string }[]
}

/** Manual runs: asked for here, made in the background two at a time, oldest execution first. */
export interface ManualRunBook {
  /** Faults: `conflict` for a rule that is off or cannot run, `invalid` for a stretch that cannot be run over. */
  ask(
    rule: InstalledRule,
    stretch: { readonly startMs: number; readonly endMs: number; readonly by: string },
  ): Promise<ManualRun>
  /** What another fill is about to fill is left to it. */
  fillGaps(request: FillRequest): Promise<FillAnswer>
  /** Last asked for first. */
  list(query?: ManualRunQuery): Promise<Page<ManualRun>>
  get(id: string): Promise<ManualRun | undefined>
  /** Those that are not over, in the order in which they are made. */
  live(): Promise<readonly ManualRun[]>
  /** Why a rule cannot be run over past time, if it cannot. */
  obstacleTo(rule: InstalledRule): string | undefined
  /** Ends a run after its execution at hand; one that is over stays as it is. Undefined where there is none. */
  cancel(id: string): Promise<ManualRun | undefined>
}

/** What a book works with. */
export interface ManualRunParts {
  readonly runs: Collection<ManualRun>
  readonly gaps: GapBook
  readonly clock: Clock
  readonly ruleOf: (uuid: RuleUuid) => Promise<InstalledRule | undefined>
  /** Whether a rule's texts can run, or everything that keeps them from it. */
  readonly check: (rule: InstalledRule) => Result<unknown, readonly Diagnostic[]>
  /** A run was added. */
  readonly onAsked: (run: ManualRun) => void
  /** How long runs that are over are remembered, milliseconds. */
  readonly keptMs: number
}

const collection = {
  name: 'manual_runs',
  keys: {
    rule_uuid: (run: ManualRun) => run.ruleUuid,
    state: (run: ManualRun) => run.state,
    asked_ms: (run: ManualRun) => run.askedMs,
    ended_ms: (run: ManualRun) => run.endedMs ?? undefined,
  },
} as const

/** The one collection that manual runs are kept in. */
export function manualRunsIn(documents: DocumentStore): Collection<ManualRun> {
  return documents.collection(collection)
}

/** Every run that is not over, in the order in which they are made. */
export async function liveRuns(
  runs: Collection<ManualRun>,
  where: readonly KeyCondition[] = [],
): Promise<readonly ManualRun[]> {
  const live: ManualRun[] = []
  let after: string | undefined
  do {
    const page = await runs.find({
      where: [...where, { key: 'state', in: ['waiting', 'running'] }],
      limit: 1_000,
      ...(after === undefined ? {} : { after }),
    })
    live.push(...page.items.map(({ body }) => body))
    after = page.next
  } while (after !== undefined)
  return live.toSorted((a, b) => a.askedMs - b.askedMs || startOf(a) - startOf(b))
}

function startOf({ stretches }: ManualRun): number {
  return stretches[0]?.fromMs ?? 0
}

/** The starts of a run's executions by the schedule that its rule has now. */
export function startsOfRun(
  rule: InstalledRule,
  { purpose, stretches }: Pick<ManualRun, 'purpose' | 'stretches'>,
): Result<readonly StartSeries[], string> {
  const series: StartSeries[] = []
  for (const stretch of stretches) {
    const starts =
      purpose === 'fill'
        ? missedStartsOf(rule, stretch)
        : manualStartsOf(rule.rule, { startMs: stretch.fromMs, endMs: stretch.toMs })
    if (!starts.ok) return starts
    series.push(starts.value)
  }
  return { ok: true, value: series }
}

/** A {@link ManualRunBook}. */
export function manualRunBook(parts: ManualRunParts): ManualRunBook {
  const { runs, gaps, clock, onAsked } = parts
  const add = async (
    request: Omit<ManualRunRequest, 'planned'>,
  ): Promise<Result<ManualRun, string>> => {
    const starts = startsOfRun(request.rule, request)
    if (!starts.ok) return starts
    const planned = starts.value.reduce((sum, { count }) => sum + count, 0)
    const run = newManualRun(crypto.randomUUID(), { ...request, planned }, clock.nowMs())
    await runs.put(run.id, run)
    onAsked(run)
    await forgetOld(runs, clock.nowMs() - parts.keptMs)
    return { ok: true, value: run }
  }
  return {
    async ask(rule, { startMs, endMs, by }) {
      const obstacle = obstacleOf(rule, parts)
      if (obstacle !== undefined) throw new Fault('conflict', 'rule.not-enabled', obstacle)
      const problem = stretchProblem({ startMs, endMs }, clock.nowMs())
      if (problem !== undefined) throw invalidRun(rule, problem)
      const stretches = [{ fromMs: startMs, toMs: endMs }]
      const run = await add({ rule, purpose: 'asked', stretches, by })
      if (!run.ok) throw invalidRun(rule, run.error)
      return run.value
    },
    async fillGaps({ ruleUuids, within, by }) {
      const nowMs = clock.nowMs()
      const reach = { fromMs: nowMs - longestLookBackMs, toMs: nowMs }
      const open = await gaps.list({ ...(ruleUuids && { ruleUuids }), openOnly: true })
      const answer: { runs: ManualRun[]; left: FillAnswer['left'][number][] } = {
        runs: [],
        left: [],
      }
      for (const [ruleUuid, own] of Map.groupBy(open, (gap) => gap.ruleUuid)) {
        const uncovered = own.flatMap((gap) => gap.uncovered)
        const wanted = stretchesWithin(stretchesWithin(uncovered, reach), within ?? reach)
        const others = await liveRuns(runs, [{ key: 'rule_uuid', in: [ruleUuid] }])
        const filling = others.filter(({ purpose }) => purpose === 'fill')
        const stretches = stretchesWithout(
          wanted,
          filling.flatMap((run) => run.stretches),
        )
        const rule = await parts.ruleOf(ruleUuid)
        if (stretches.length === 0 || rule === undefined) continue
        const reason = obstacleOf(rule, parts)
        const run =
          reason === undefined
            ? await add({ rule, purpose: 'fill', stretches, by })
            : ({ ok: false, error: reason } as const)
        if (run.ok) answer.runs.push(run.value)
        else answer.left.push({ rule, reason: run.error })
      }
      return answer
    },
    list: ({ ruleUuid, state, limit, after } = {}) =>
      runs.find({
        where: [
          ...(ruleUuid === undefined ? [] : [{ key: 'rule_uuid', in: [ruleUuid] }]),
          ...(state === undefined ? [] : [{ key: 'state', in: state }]),
        ],
        sort: { key: 'asked_ms', direction: 'desc' },
        ...(limit === undefined ? {} : { limit }),
        ...(after === undefined ? {} : { after }),
      }),
    get: async (id) => (await runs.get(id))?.body,
    live: () => liveRuns(runs),
    obstacleTo: (rule) => obstacleOf(rule, parts),
    async cancel(id) {
      const how = { state: 'canceled', reason: null, nowMs: clock.nowMs() } as const
      return (await runs.update(id, (run) => (isOver(run) ? run : ended(run, how))))?.body
    },
  }
}

/** Why a rule cannot be run over past time, if it cannot. */
function obstacleOf(
  rule: InstalledRule,
  { check }: Pick<ManualRunParts, 'check'>,
): string | undefined {
  if (!rule.rule.enabled) {
    return `rule ${rule.rule.ruleId} is off: only rules that are on run over past time`
  }
  const checked = check(rule)
  if (checked.ok) return undefined
  const [first] = checked.error
  return `rule ${rule.rule.ruleId} cannot run: ${first?.message ?? 'its texts are not understood'}`
}

function stretchProblem(
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  nowMs: number,
): string | undefined {
  if (startMs < nowMs - longestLookBackMs) return 'a manual run reaches back 90 days at most'
  if (endMs > nowMs) return 'a manual run is over time that has passed'
  return undefined
}

function invalidRun({ rule }: InstalledRule, problem: string): Fault {
  return new Fault('invalid', 'detect.manual-run', `run rule ${rule.ruleId}: ${problem}`)
}

/** Deletes some of the runs that ended before a time, so that their number stays bounded. */
async function forgetOld(runs: Collection<ManualRun>, beforeMs: number): Promise<void> {
  const { items } = await runs.find({ where: [{ key: 'ended_ms', to: beforeMs }], limit: 10 })
  for (const { id } of items) await runs.delete(id)
}
