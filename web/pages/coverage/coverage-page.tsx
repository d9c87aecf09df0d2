import { useEffect, useMemo } from 'preact/hooks'
import { visibleText } from '#base'
import { api } from '../../api.ts'
import { go, place, withQuery } from '../../frame/router.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { matrixOf, stateWords, type Cell } from './matrix.ts'
import './coverage.css'

/** Tests that run are asked for again after this. */
const waitMs = 2_000

/** The techniques that rules look for, and whether anybody would see them: a rule counts only when it is on, its data comes and its tests pass. */
export function CoveragePage() {
  const known = useLoaded('coverage', async (signal) => {
    const [rules, readiness] = await Promise.all([
      api.listRules({}, signal),
      api.listReadiness({}, signal),
    ])
    return { rules: rules.rules, readiness: readiness.rules }
  })
  const tests = useLoaded('tests', async (signal) => (await api.listRuleTests({}, signal)).rules)
  const waiting = tests.value?.filter(({ state }) => state === 'waiting').length ?? 0
  useEffect(() => {
    if (waiting === 0) return
    const timer = setTimeout(tests.reload, waitMs)
    return () => clearTimeout(timer)
  }, [tests.value])
  const value = useMemo(
    () =>
      known.value === undefined || tests.value === undefined
        ? undefined
        : matrixOf(known.value.rules, known.value.readiness, tests.value),
    [known.value, tests.value],
  )
  const problem = known.problem ?? tests.problem
  const reload = (): void => {
    known.reload()
    tests.reload()
  }
  const { query } = place.value
  const asked = query.get('state') ?? ''
  const chosen = query.get('technique') ?? ''
  const tactics = (value ?? []).map((tactic) => ({
    ...tactic,
    cells: tactic.cells.filter(({ state }) => asked === '' || state === asked),
  }))
  const cell = (value ?? []).flatMap(({ cells }) => cells).find(({ id }) => id === chosen)
  return (
    <div class="coverage">
      <div class="line">
        <h1>Coverage</h1>
        <span class="space" />
        <label>
          Show{' '}
          <select
            value={asked}
            onChange={(event) =>
              go(withQuery({ state: event.currentTarget.value }), { replace: true })
            }
          >
            <option value="">all</option>
            {Object.entries(stateWords).map(([state, word]) => (
              <option key={state} value={state}>
                {word}
              </option>
            ))}
          </select>
        </label>
      </div>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {waiting > 0 && (
        <p class="note" role="status">
          The tests of {counted(waiting, 'rule')} are being run; until then they do not count.
        </p>
      )}
      {value === undefined && problem === undefined && <p class="muted">Working it out…</p>}
      {value?.length === 0 && (
        <p class="empty">
          No rule names a technique. <a href="/rules">Rules</a>
        </p>
      )}
      {cell !== undefined && <Chosen cell={cell} />}
      <div class="matrix" tabIndex={0} role="region" aria-label="Techniques by tactic">
        {tactics.map(({ id, name, cells }) =>
          cells.length === 0 ? null : (
            <section key={id} aria-label={visibleText(name)}>
              <h2>{visibleText(name)}</h2>
              <ul>
                {cells.map((each) => (
                  <li key={each.id}>
                    <a
                      class={`cell is-${each.state}`}
                      href={withQuery({ technique: each.id })}
                      aria-current={each.id === chosen ? 'true' : undefined}
                    >
                      <strong>{visibleText(each.id)}</strong> {visibleText(each.name)}
                      <span>
                        {stateWords[each.state]}, {each.watching} of {each.rules.length}
                      </span>
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ),
        )}
      </div>
      <p class="muted">
        Techniques are those that installed rules name. A rule counts when it is on, its data comes
        and its tests pass. ATT&amp;CK® is a registered trademark of The MITRE Corporation.
      </p>
    </div>
  )
}

function Chosen({ cell }: { readonly cell: Cell }) {
  return (
    <section aria-label={visibleText(cell.id)}>
      <h2 class="line">
        {visibleText(`${cell.id} ${cell.name}`)} <span class="space" />
        <a href={withQuery({ technique: '' })}>Close</a>
      </h2>
      <p>{counted(cell.rules.length, 'rule')}:</p>
      <ul class="rules-of">
        {cell.rules.map((rule) => (
          <li key={rule.id}>
            <span class={`chip ${wordOf(rule) === 'watching' ? 'ok' : 'warn'}`}>
              {wordOf(rule)}
            </span>{' '}
            <a
              href={`/rules/${rule.id}${rule.why === '' && rule.doubt !== '' ? '?tab=tests' : ''}`}
            >
              {visibleText(rule.name)}
            </a>{' '}
            <span class="muted">{visibleText(rule.why === '' ? rule.doubt : rule.why)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function wordOf({ isOn, why, doubt }: Cell['rules'][number]): string {
  if (!isOn) return 'off'
  if (why !== '') return 'blind'
  return doubt === '' ? 'watching' : 'unproven'
}
