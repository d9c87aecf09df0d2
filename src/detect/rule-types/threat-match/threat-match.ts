import { err, ok, parseDuration, type Diagnostic } from '#base'
import type { RuleType } from '../../rule-type.ts'
import { ruleFilterOf } from '../rule-filter.ts'
import { earlyThreatMatch } from './early-threat-match.ts'
import { threatMatchCandidates } from './threat-match-candidates.ts'
import { hasExpired } from './indicators.ts'
import { comparisonGroups, holdsFields } from './threat-question.ts'

/** Events that have a value in common with an indicator: a known bad address, hash, URL. */
export const threatMatch: RuleType = {
  id: 'threat_match',
  title: 'Indicator Match',
  compile({ params, interval }, fields) {
    if (params.type !== 'threat_match') return err([])
    const filter = ruleFilterOf(params)
    const indicatorFilter = ruleFilterOf({
      query: params.threatQuery,
      language: params.threatLanguage ?? 'kuery',
      filters: params.threatFilters ?? [],
    })
    const groups = comparisonGroups(params, fields)
    const problems = [
      ...(filter.ok ? [] : filter.error),
      ...(indicatorFilter.ok ? [] : indicatorFilter.error.map(ofIndicators)),
      ...(groups.every(({ positive }) => positive.length > 0) ? [] : [onlyNegated]),
    ]
    if (!filter.ok || !indicatorFilter.ok || problems.length > 0) return err(problems)
    const question = { params, indicatorFilter: indicatorFilter.value, groups }
    const longestMs = parseDuration(interval)
    return ok({
      source: params,
      filter: filter.value,
      ...(params.alertSuppression === undefined ? {} : { suppression: params.alertSuppression }),
      suppressionManner: 'in-memory',
      readsDocuments: true,
      guardsAgainstLoops: true,
      holdsMuch: true,
      ...(longestMs === undefined ? {} : { longestMs }),
      candidates: (search) => threatMatchCandidates(search, question),
      earlyAnswers: () => earlyThreatMatch(question),
      learnsFrom: params.threatIndex,
      needs: [{ kind: 'and', of: [filter.value, holdsFields(question, 'field')] }],
      comparedWith: {
        indices: params.threatIndex,
        filter: { kind: 'and', of: [indicatorFilter.value, holdsFields(question, 'value')] },
        counts: (source, nowMs) => !hasExpired(source, nowMs),
      },
    })
  },
}

/** Says that a problem is one of the indicators' query. */
function ofIndicators(problem: Diagnostic): Diagnostic {
  const { origin = 'query', message } = problem
  return { ...problem, origin: `threat_${origin}`, message: `of the indicators: ${message}` }
}

const onlyNegated: Diagnostic = {
  code: 'threat-match.only-negated',
  severity: 'error',
  message: 'a group of threat_mapping has no entry that asks for equality',
  span: { start: 0, end: 0 },
  origin: 'threat_mapping',
}
