import type { AlertBody } from '#alert'
import { parseDate } from '#base'
import { languageOf } from '#query'
import { textOf, textsOf } from '../text-of.ts'
import type { GuideStep } from './guide-steps.ts'
import { pivots, type Pivot } from './pivots.ts'
import type { Reading } from '../reading.ts'

/** What stored events say to a step of a guide. */
export interface GuideAnswer {
  readonly pivot: string
  readonly count: number
  readonly noun: string
  readonly kql: string
  readonly fromMs: number
  readonly toMs: number
}

/** The answers to a step: what the alert itself settles, and what was counted. */
export interface AnsweredStep {
  readonly step: GuideStep
  /** Words of the command that the step names: it says whether they are there. */
  readonly settled: readonly { readonly word: string; readonly isThere: boolean }[]
  readonly answers: readonly GuideAnswer[]
}

const maxAnswers = 2

/**
 * Answers the steps of a guide from stored events, each question once. The answers are offered: whether a step is done is
 * for a person to say.
 */
export async function guideAnswers(
  steps: readonly GuideStep[],
  alert: AlertBody,
  { events, context, signal }: Reading,
): Promise<readonly AnsweredStep[]> {
  const atMs = parseDate(textOf(alert, 'kibana.alert.original_time')) ?? context.nowMs
  const counted = new Map<string, Promise<GuideAnswer | undefined>>()
  const answerTo = (pivot: Pivot): Promise<GuideAnswer | undefined> => {
    const known = counted.get(pivot.id)
    if (known !== undefined) return known
    const answer = count(pivot)
    counted.set(pivot.id, answer)
    return answer
  }
  const count = async (pivot: Pivot): Promise<GuideAnswer | undefined> => {
    const kql = pivot.kql(alert)
    const parsed = kql === undefined ? undefined : languageOf('kuery')?.parse(kql)
    if (kql === undefined || parsed?.ok !== true) return undefined
    const range = { fromMs: atMs - pivot.aroundMs, toMs: atMs + pivot.aroundMs }
    const found = await events.count({
      indices: ['logs-*'],
      filter: parsed.value,
      context,
      time: { fields: { primary: '@timestamp' }, ...range },
      ...(signal !== undefined && { signal }),
    })
    return { pivot: pivot.id, count: found, noun: pivot.noun, kql, ...range }
  }
  return Promise.all(
    steps.map(async (step) => {
      if (!isQuestion(step)) return { step, settled: [], answers: [] }
      const fitting = pivots.filter(({ asks }) => asks.test(step.text)).slice(0, maxAnswers)
      const answers = await Promise.all(fitting.map(answerTo))
      return {
        step,
        settled: settledBy(step, alert),
        answers: answers.filter((answer) => answer !== undefined),
      }
    }),
  )
}

/** Whether a step is one that a person ticks. */
export function isQuestion({ kind, section, depth }: GuideStep): boolean {
  return kind === 'step' && section === 'look' && depth === 0
}

/** Flags that the step names, and whether the command has them. */
function settledBy({ text }: GuideStep, alert: AlertBody): AnsweredStep['settled'] {
  const args = textsOf(alert, 'process.args')
  if (args.length === 0) return []
  const named = new Set(text.match(/--[a-z][\w-]+(?:=[\w/.]+)?/g))
  return [...named].slice(0, 4).map((word) => ({ word, isThere: args.includes(word) }))
}
