import { useEffect, useState } from 'preact/hooks'
import type { JsonObject } from '#base'
import { api } from '../../api.ts'
import { go, place } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { Problem } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'
import { BacktestPanel } from './backtest-panel.tsx'
import { RuleForm } from './rule-form.tsx'
import { listOf, textIn, withMembers } from './wire.ts'
import './rule.css'

/** A rule that is not there yet: of a search, of another rule, or of nothing. */
export function NewRulePage() {
  const { query } = place.value
  const copied = query.get('copy') ?? ''
  const [draft, setDraft] = useState<JsonObject>(() => fromSearch(query))
  const [problem, setProblem] = useState<string>()
  const [isCome, setCome] = useState(copied === '')
  useEffect(() => {
    if (copied === '') return
    const over = new AbortController()
    api.getRule({ id: copied }, over.signal).then(
      ({ rule }) => {
        setDraft(copyOf(rule))
        return setCome(true)
      },
      (thrown: unknown) => over.signal.aborted || setProblem(problemOf(thrown)),
    )
    return () => over.abort()
  }, [copied])
  const save = async (enabled: boolean): Promise<void> => {
    setProblem(undefined)
    try {
      const made = await api.createRule({
        body: { rule: { ...draft, enabled } },
      })
      go(`/rules/${made.id}`, { replace: true })
      tellDone(`Rule made${enabled ? ' and switched on' : ''}.`, async () => {
        await api.removeRule({ id: made.id })
        go('/rules')
      })
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  if (!may('manage')) return <p class="empty">Only who manages this installation makes rules.</p>
  return (
    <div class="rule">
      <div class="line">
        <a href="/rules">← Rules</a>
        <h1>New rule</h1>
      </div>
      <div class="write">
        <section class="write-form">
          {isCome && (
            <RuleForm
              rule={draft}
              isReadOnly={false}
              onChange={setDraft}
              onSave={() => void save(false)}
            />
          )}
          {problem !== undefined && <Problem text={problem} />}
          <div class="line save-line">
            <span class="space" />
            <button type="button" onClick={() => void save(false)}>
              Make it, off
            </button>
            <button type="button" class="primary" onClick={() => void save(true)}>
              Make it and switch it on
            </button>
          </div>
        </section>
        <BacktestPanel rule={draft} id={undefined} />
      </div>
    </div>
  )
}

function fromSearch(query: URLSearchParams): JsonObject {
  const language = query.get('lang') ?? 'kuery'
  const asked = listOf(query.get('index') ?? '')
  const index = asked.length === 0 || asked.includes('*') ? ['logs-*'] : asked
  return {
    name: '',
    description: '',
    type: language === 'eql' ? 'eql' : 'query',
    language,
    query: query.get('q') ?? '',
    index,
    severity: 'medium',
    risk_score: 47,
    interval: '5m',
    from: 'now-9m',
    to: 'now',
    max_signals: 100,
    tags: [],
  }
}

function copyOf(rule: JsonObject): JsonObject {
  return withMembers(rule, {
    id: undefined,
    rule_id: undefined,
    version: undefined,
    revision: undefined,
    immutable: undefined,
    rule_source: undefined,
    exceptions_list: undefined,
    enabled: undefined,
    name: `${textIn(rule, 'name')} (copy)`,
  })
}
