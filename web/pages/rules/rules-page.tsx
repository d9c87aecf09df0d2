import { useEffect, useState } from 'preact/hooks'
import { visibleText } from '#base'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, Problem, Severity } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import { Verdict } from './verdict.tsx'
import './rules.css'

/** The rules: which are on, and whether they can fire on what is stored. */
export function RulesPage() {
  const rules = useLoaded('rules', (signal) => api.listRules({}, signal))
  const readiness = useLoaded('readiness', (signal) => api.listReadiness({}, signal))
  const [words, setWords] = useState('')
  // What was asked for shows at once; what the server then says replaces it.
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map())
  useEffect(() => setTurned(new Map()), [rules.value])
  const verdicts = new Map(readiness.value?.rules.map((each) => [each.id ?? '', each]))
  const wanted = words.toLowerCase()
  const shown = (rules.value?.rules ?? []).filter(({ rule, rule_id: id }) =>
    `${String(rule['name'])} ${id} ${String(rule['type'])}`.toLowerCase().includes(wanted),
  )
  const turn = async (id: string, enabled: boolean): Promise<void> => {
    const set = async (on: boolean): Promise<void> => {
      setTurned((before) => new Map(before).set(id, on))
      await api.setRuleEnabled({ id, body: { enabled: on } })
      rules.reload()
      readiness.reload()
    }
    try {
      await set(enabled)
      tellDone(`Switched ${enabled ? 'on' : 'off'}.`, () => set(!enabled))
    } catch (thrown) {
      setTurned(new Map())
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
  }
  return (
    <div class="rules">
      <div class="line">
        <h1>Rules</h1>
        <span class="muted">{rules.value !== undefined && counted(shown.length, 'rule')}</span>
        <label class="line rules-search">
          Find{' '}
          <input
            type="text"
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </label>
        {may('manage') && (
          <a class="button" href="/rules/new">
            New rule
          </a>
        )}
      </div>
      {rules.problem !== undefined && <Problem text={rules.problem} onRetry={rules.reload} />}
      {readiness.problem !== undefined && (
        <Problem text={readiness.problem} onRetry={readiness.reload} />
      )}
      <div class="rules-box" tabIndex={0} role="region" aria-label="Installed rules">
        <table>
          <thead>
            <tr>
              <th scope="col">On</th>
              <th scope="col">Rule</th>
              <th scope="col">Severity</th>
              <th scope="col">Type</th>
              <th scope="col">Can it fire?</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ id, enabled, rule }) => {
              const name = visibleText(String(rule['name']))
              const verdict = verdicts.get(id)
              return (
                <tr key={id}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`${name} is on`}
                      checked={turned.get(id) ?? enabled}
                      disabled={!may('manage')}
                      onChange={(event) => void turn(id, event.currentTarget.checked)}
                    />
                  </td>
                  <td>
                    <a href={`/rules/${encodeURIComponent(id)}`}>{name}</a>
                  </td>
                  <td>
                    <Severity severity={String(rule['severity'])} />
                  </td>
                  <td>{visibleText(String(rule['type']))}</td>
                  <td>
                    {verdict !== undefined && (
                      <Verdict verdict={verdict.verdict} reasons={verdict.reasons} />
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </div>
  )
}
