import { eventAlertId } from '#alert'
import type { EventDocument } from '#event'
import { eventMsOf } from '../../execution/event-time.ts'
import { turns } from '../../execution/turns.ts'
import type { Candidate, WindowSearch } from '../../rule-type.ts'
import { enriched } from './enrich.ts'
import { indicatorKeys, type IndicatorKeys } from './indicator-keys.ts'
import { indicatorsOf } from './indicators.ts'
import { matchIndicators } from './match-indicators.ts'
import { holdsFields, type ThreatQuestion } from './threat-question.ts'

/** How much is read and held at a time. All sizes find the same. */
export interface Portions {
  /** So many indicators' values are learnt whatever the number of events. */
  readonly fewValues: number
  /** Events that are held while their indicators are searched for, where not all indicators are known. */
  readonly events: number
  /** Where all are known: events that have some indicator's value, held to be looked at closely. */
  readonly suspects: number
  /** Values learnt at most; of more indicators than that, those of each portion of events are searched for. */
  readonly maxValues: number
}

/** Two million values take some 60 MB. */
const portions: Portions = {
  fewValues: 1_000,
  events: 1_000,
  suspects: 256,
  maxValues: 2_000_000,
}

/**
 * The events of a window that match an indicator, enriched: newest first, oldest first where alerts are
 * folded together. Goes through whichever side is smaller: the indicators of few events are searched for;
 * of many events, those that have the value of some indicator are picked out first.
 */
export async function* threatMatchCandidates(
  search: WindowSearch,
  question: ThreatQuestion,
  { fewValues, events, suspects, maxValues }: Portions = portions,
): AsyncGenerator<readonly Candidate[]> {
  const { threatIndex, alertSuppression } = question.params
  if ((await search.lookUps.indicesWith(threatIndex)).length === 0) {
    const message = `no index matching ${threatIndex.join(', ')} was found: there are no indicators`
    return search.warn('no_indicators', message)
  }
  const learning = indicatorLearning(search, question)
  try {
    search.noteSearch('findIndicators')
    await learning.learn(fewValues)
    if (learning.isComplete && learning.keys.isEmpty) return
    const { indices, context, reader, signal, time, window } = search
    const known = learning.isComplete ? [learning.keys.eventFilter()] : []
    const pages = reader.search({
      indices,
      filter: { kind: 'and', of: [search.filter, holdsFields(question, 'field'), ...known] },
      context,
      signal,
      time: { fields: time, ...window },
      order: alertSuppression === undefined ? 'time-descending' : 'time-ascending',
      recurs: true,
    })
    search.noteSearch('findDocuments')
    const others = turns()
    let held: readonly EventDocument[] = []
    for await (const page of pages) {
      await others.take(10 * page.length)
      held = [...held, ...learning.suspects(page)]
      if (held.length >= events && !learning.isComplete) {
        await learning.learn(maxValues)
        held = learning.suspects(held)
      }
      if (held.length < (learning.isComplete ? suspects : events)) continue
      yield await matchingOf(held, search, question)
      held = []
    }
    yield await matchingOf(held, search, question)
  } finally {
    await learning.stop()
  }
}

/** The candidates among some events, in their order. */
export async function matchingOf(
  events: readonly EventDocument[],
  search: WindowSearch,
  question: ThreatQuestion,
): Promise<readonly Candidate[]> {
  const matching = await matchIndicators(events, search, question)
  return matching.flatMap((each): readonly Candidate[] => {
    const eventMs = eventMsOf(each.event.source, search.time)
    if (eventMs === undefined) return []
    const event = enriched(each, question.params.threatIndicatorPath)
    return [{ event, eventMs, alertId: eventAlertId(event, search.owner), extras: {} }]
  })
}

/** Indicators, learnt as far as asked. */
interface IndicatorLearning {
  readonly keys: IndicatorKeys
  /** Whether all indicators are known. */
  readonly isComplete: boolean
  /** Goes on until all are known, or so many values. */
  learn(most: number): Promise<void>
  /** The events that may match, as far as is known. */
  suspects(events: readonly EventDocument[]): readonly EventDocument[]
  stop(): Promise<void>
}

/** Starts to learn a rule's indicators; reads nothing yet. */
export function indicatorLearning(
  search: WindowSearch,
  question: ThreatQuestion,
): IndicatorLearning {
  const keys = indicatorKeys(question)
  const pages = indicatorsOf(search, question)
  const others = turns()
  let isComplete = false
  return {
    keys,
    get isComplete() {
      return isComplete
    },
    async learn(most) {
      while (!isComplete && keys.size < most) {
        const next = await pages.next()
        isComplete = next.done === true
        for (const { source } of next.done === true ? [] : next.value) keys.add(source)
        await others.take(5_000)
      }
    },
    suspects: (events) =>
      isComplete ? events.filter(({ source }) => keys.mayMatch(source)) : events,
    async stop() {
      await pages.return(undefined)
    },
  }
}
