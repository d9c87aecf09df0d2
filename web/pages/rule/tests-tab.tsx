import { useState } from 'preact/hooks'
import { visibleText, type JsonObject } from '#base'
import { api } from '../../api.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import type { RuleTabProps } from './rule-page.tsx'
import { textsIn } from './wire.ts'

type Outcomes = Awaited<ReturnType<typeof api.testRule>>

/** Tests of the rule: events, and what it must tell of them. Those that are there come first; a draft stays in this tab of the browser. */
export function TestsTab(props: RuleTabProps) {
  const { id, revision } = props.installed
  const kept = useLoaded(`tests ${id} ${revision}`, (signal) => api.getRuleTests({ id }, signal))
  if (kept.value === undefined) {
    return kept.problem === undefined ? (
      <p class="empty">Loading…</p>
    ) : (
      <Problem text={kept.problem} onRetry={kept.reload} />
    )
  }
  return <Written {...props} kept={kept.value} onKept={kept.reload} />
}

type Kept = Awaited<ReturnType<typeof api.getRuleTests>>

const origins: { readonly [from in Kept['from']]: string } = {
  kept: 'written here',
  file: 'they came with the rule',
  none: 'it has none yet',
}

function Written({
  installed: { id, rule },
  kept,
  onKept,
}: RuleTabProps & { readonly kept: Kept; readonly onKept: () => void }) {
  const draftKey = `tests ${id}`
  const [text, setText] = useState(
    () => sessionStorage.getItem(draftKey) ?? (kept.text === '' ? template(rule) : kept.text),
  )
  const write = (next: string): void => {
    setText(next)
    sessionStorage.setItem(draftKey, next)
  }
  const keep = async (next: string): Promise<void> => {
    try {
      const before = kept.from === 'kept' ? kept.text : ''
      const now = await api.keepRuleTests({ id, body: { text: next } })
      sessionStorage.removeItem(draftKey)
      if (next === '') setText(now.text === '' ? template(rule) : now.text)
      onKept()
      tellDone(next === '' ? 'The tests written here are gone.' : 'Tests kept.', async () => {
        await api.keepRuleTests({ id, body: { text: before } })
        onKept()
      })
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  const [outcomes, setOutcomes] = useState<Outcomes>()
  const [problem, setProblem] = useState<string>()
  const [isRunning, setRunning] = useState(false)
  const run = async (): Promise<void> => {
    setRunning(true)
    setProblem(undefined)
    try {
      setOutcomes(await api.testRule({ id, body: { text } }))
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
    setRunning(false)
  }
  const passed = outcomes?.outcomes.filter(({ problems }) => problems.length === 0).length ?? 0
  return (
    <div class="write">
      <section aria-labelledby="tests">
        <div class="line">
          <h2 id="tests">Tests, as they lie beside a rule in tests.yaml</h2>
          <span class="muted">{origins[kept.from]}</span>
          <span class="space" />
          {may('manage') && (
            <button
              type="button"
              disabled={text === kept.text || text.trim() === ''}
              onClick={() => void keep(text)}
            >
              Keep
            </button>
          )}
          {may('manage') && kept.from === 'kept' && (
            <button type="button" onClick={() => void keep('')}>
              Forget
            </button>
          )}
          <button
            type="button"
            class="primary"
            disabled={isRunning}
            onClick={() => void run()}
            aria-keyshortcuts="Control+Enter"
          >
            {isRunning ? 'Running…' : 'Run'} <kbd aria-hidden="true">Ctrl ↵</kbd>
          </button>
        </div>
        <textarea
          class="m rule-source"
          aria-label="Tests in YAML"
          rows={26}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && event.ctrlKey) void run()
          }}
        />
      </section>
      <section aria-labelledby="outcomes">
        <h2 id="outcomes">What became of them</h2>
        {problem !== undefined && <Problem text={problem} />}
        {outcomes === undefined && problem === undefined && (
          <p class="muted">
            Each test runs through an engine of its own, with the rule as it is saved; nothing of it
            is stored.
          </p>
        )}
        {outcomes !== undefined && (
          <p role="status">
            <span class={`chip ${passed === outcomes.outcomes.length ? 'ok' : 'bad'}`}>
              {passed} of {counted(outcomes.outcomes.length, 'test')} passed
            </span>
          </p>
        )}
        {outcomes?.diagnostics.map(({ message }, at) => (
          <p key={at} class="problem">
            {visibleText(message)}
          </p>
        ))}
        {outcomes?.outcomes.map(({ name, line, problems }) => (
          <div key={line} class="outcome">
            <span class={`chip ${problems.length === 0 ? 'ok' : 'bad'}`}>
              {problems.length === 0 ? '✓ passed' : '✗ failed'}
            </span>{' '}
            {visibleText(name)} <span class="muted">line {line}</span>
            {problems.map((each, at) => (
              <p key={at} class="m said">
                {visibleText(each.slice(0, 2_000))}
              </p>
            ))}
          </div>
        ))}
      </section>
    </div>
  )
}

function template(rule: JsonObject): string {
  const [pattern = 'logs-endpoint.events.process-*'] = textsIn(rule, 'index')
  const index = pattern.replaceAll('*', 'default').replace(/^logs-default$/, 'logs-test-default')
  return `index: ${index}
now: 2026-03-02T12:00:00Z
event:
  event: { category: [process], type: [start], action: exec }
  host: { name: edge, os: { type: linux } }

tests:
  - name: it alerts on what it is about
    events:
      - at: -2m
        process: { name: example, args: [example, --flag] }
    alerts:
      - process.name: example

  - name: it stays silent about the rest
    events:
      - at: -2m
        process: { name: other }
    alerts: []
`
}
