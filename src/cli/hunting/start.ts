import type { Terminal } from '../terminal.ts'
import { soloCrew, workerCrew, type Crew } from './crew.ts'
import type { Hunter } from './hunter.ts'
import type { HuntInput } from './inputs.ts'
import { searchTexts } from './search-texts.ts'
import type { SiftPlan } from './sift-plan.ts'
import { headOf, isStream } from './tasks.ts'
import { untilAborted } from './until-aborted.ts'

/** So much of the first file tells which texts are rare. */
const sampleBytes = 256 * 1024
/** For less than this to read, starting threads takes longer than they save. */
const leastBytesForThreads = 32 * 1024 * 1024

/** What is looked for in some inputs. */
export async function siftPlanOf(
  { filters }: Hunter,
  {
    inputs,
    within,
    nowMs,
    readsAll,
  }: {
    readonly inputs: readonly HuntInput[]
    readonly within: SiftPlan['within']
    readonly nowMs: number
    /** Also lines that no rule can be about are read. */
    readonly readsAll: boolean
  },
): Promise<SiftPlan> {
  const sampled = inputs.find((input) => !isStream(input))
  const sample = readsAll || sampled === undefined ? undefined : await headOf(sampled, sampleBytes)
  const texts = sample === undefined ? undefined : searchTexts(filters, sample)
  return { filters, nowMs, within, texts }
}

/** Who reads some inputs: threads where there is enough for them to do, and none of it comes through this one. */
export function crewFor(
  inputs: readonly HuntInput[],
  {
    plan,
    threads,
    terminal,
  }: { readonly plan: SiftPlan; readonly threads: number; readonly terminal: Terminal },
): Crew {
  const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0)
  const isAlone =
    threads === 1 || bytes < leastBytesForThreads || inputs.some(({ path }) => path === '-')
  if (isAlone) return soloCrew(plan, untilAborted(terminal.input, terminal.signal))
  return workerCrew(plan, threads)
}
