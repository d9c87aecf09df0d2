import { compileDocumentFilter } from '../../execution/identity-fields.ts'
import { eventMsOf } from '../../execution/event-time.ts'
import type { EarlyAnswers } from '../../rule-type.ts'
import type { IndicatorKeys } from './indicator-keys.ts'
import { indicatorLearning, matchingOf } from './threat-match-candidates.ts'
import type { ThreatQuestion } from './threat-question.ts'

/** Values remembered for early answers, about 30 MB; rules with more indicators are left to their schedule. */
const maxRemembered = 1_000_000

/**
 * Answers for an event as soon as it comes: those that have no indicator's value are passed over by what is
 * remembered, for the others the indicators are asked as the execution will ask them. What is remembered
 * may be too much (an indicator that expired) but lacks nothing: new indicators are learnt as they come.
 */
export function earlyThreatMatch(question: ThreatQuestion): EarlyAnswers {
  let known: IndicatorKeys | 'too-many' | undefined
  return {
    async answer(events, search) {
      const { fromMs, toMs } = search.window
      const inWindow = events.filter(({ source }) => {
        const ms = eventMsOf(source, search.time)
        return ms !== undefined && ms >= fromMs && ms <= toMs
      })
      if (inWindow.length === 0 || known === 'too-many') return []
      if (known === undefined) {
        const learning = indicatorLearning(search, question)
        try {
          await learning.learn(maxRemembered)
          known = learning.isComplete ? learning.keys : 'too-many'
        } finally {
          await learning.stop()
        }
      }
      if (known === 'too-many') return []
      const keys = known
      return matchingOf(
        inWindow.filter(({ source }) => keys.mayMatch(source)),
        search,
        question,
      )
    },
    learn(documents, { context }) {
      if (known === undefined || known === 'too-many') return
      const isIndicator = compileDocumentFilter(question.indicatorFilter, context)
      for (const document of documents) if (isIndicator(document)) known.add(document.source)
      if (known.size > maxRemembered) known = undefined
    },
  }
}
