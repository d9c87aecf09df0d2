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

/**
 * Which side is gone through first. `events`: the indicators of some events at a time are searched for.
 * `indicators`: all indicators' values are learnt, and only events that have one are looked at closely.
 * `smaller`: whichever is less work. All find the same.
 */
export type Direction = 'events' | 'indicators' | 'smaller'

/** So few indicators are learnt whatever the number of events. */
const fewIndicators = 1_000

/** Events that are held while their indicators are searched for, on the first way. */
const eventsAtATime = 1_000

/** Events that have some indicator's value are looked at closely in such portions: their order is kept. */
const suspectsAtATime = 256

/** Values learnt at most, about 60 MB; of more indicators than that, those of each portion of events are searched for. */
const maxLearnt = 2_000_000

/**
 * The events of a window that match an indicator, enriched: newest first, oldest first where alerts are
 * folded together.
 */
export async function* threatMatchCandidates(
  search: WindowSearch,
  question: ThreatQuestion,
  direction: Direction = 'smaller',
): AsyncGenerator<readonly Candidate[]> {
  const { threatIndex, alertSuppression } = question.params
  if ((await search.lookUps.indicesWith(threatIndex)).length === 0) {
    const message = `no index matching ${threatIndex.join(', ')} was found: there are no indicators`
    return search.warn('no_indicators', message)
  }
  const learning = indicatorLearning(search, question)
  try {
    search.noteSearch('findIndicators')
    if (direction !== 'events') {
      await learning.learn(direction === 'smaller' ? fewIndicators : maxLearnt)
    }
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
    })
    search.noteSearch('findDocuments')
    const others = turns()
    let held: readonly EventDocument[] = []
    for await (const page of pages) {
      await others.take(10 * page.length)
      held = [...held, ...learning.suspects(page)]
      if (held.length >= eventsAtATime && direction === 'smaller' && !learning.isComplete) {
        await learning.learn(maxLearnt)
        held = learning.suspects(held)
      }
      if (held.length < (learning.isComplete ? suspectsAtATime : eventsAtATime)) continue
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
  learn(maxValues: number): Promise<void>
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
    async learn(maxValues) {
      while (!isComplete && keys.size <= maxValues) {
        const next = await pages.next()
        isComplete = next.done === true
        for (const { source } of next.done === true ? [] : next.value) keys.add(source)
        await others.take(500)
      }
    },
    suspects: (events) =>
      isComplete ? events.filter(({ source }) => keys.mayMatch(source)) : events,
    async stop() {
      await pages.return(undefined)
    },
  }
}
