import { visibleText } from '#base'
import type { FunctionComponent } from 'preact'
import type { WireRule } from '#api'
import { api } from '../../api.ts'
import { place, withQuery } from '../../frame/router.ts'
import { Problem, Severity } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { ExceptionsTab } from './exceptions-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { QueryTab } from './query-tab.tsx'
import { RuleActions } from './rule-actions.tsx'
import { RunsTab } from './runs-tab.tsx'
import { TestsTab } from './tests-tab.tsx'
import { VersionsTab } from './versions-tab.tsx'
import { textIn } from './wire.ts'
import './rule.css'

/** What a view of a rule is given. */
export interface RuleTabProps {
  readonly installed: WireRule
  /** The rule was changed: it is asked for anew. */
  readonly onSaved: () => void
}

const tabs: readonly {
  readonly id: string
  readonly title: string
  readonly View: FunctionComponent<RuleTabProps>
}[] = [
  { id: 'overview', title: 'Overview', View: OverviewTab },
  { id: 'query', title: 'Query and backtest', View: QueryTab },
  { id: 'exceptions', title: 'Exceptions', View: ExceptionsTab },
  { id: 'runs', title: 'Runs', View: RunsTab },
  { id: 'versions', title: 'Versions', View: VersionsTab },
  { id: 'tests', title: 'Tests', View: TestsTab },
]

/** One rule: what it looks for, how it is written, and how it fares. */
export function RulePage() {
  const { segments, query } = place.value
  const id = segments[1] ?? ''
  const rule = useLoaded(id, (signal) => api.getRule({ id }, signal))
  const [first] = tabs
  const tab = tabs.find((each) => each.id === query.get('tab')) ?? first
  if (rule.value === undefined) {
    return rule.problem === undefined ? (
      <p class="empty">Loading…</p>
    ) : (
      <>
        <h1 class="hidden-text">Rule</h1>
        <Problem text={rule.problem} onRetry={rule.reload} />
      </>
    )
  }
  const installed = rule.value
  return (
    <div class="rule">
      <div class="line">
        <a href="/rules">← Rules</a>
        <Severity
          severity={textIn(installed.rule, 'severity')}
          risk={Number(textIn(installed.rule, 'risk_score'))}
        />
        <h1>{visibleText(textIn(installed.rule, 'name'))}</h1>
        {!installed.runnable && <span class="chip bad">does not run in this version</span>}
        <span class="space" />
        <RuleActions installed={installed} onSaved={rule.reload} />
      </div>
      <nav class="tabs" aria-label="Views of the rule">
        {tabs.map((each) => (
          <a
            key={each.id}
            href={withQuery({ tab: each.id === 'overview' ? '' : each.id })}
            aria-current={each === tab ? 'page' : undefined}
          >
            {each.title}
          </a>
        ))}
      </nav>
      {tab !== undefined && <tab.View key={id} installed={installed} onSaved={rule.reload} />}
    </div>
  )
}
