import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { visibleText } from '#base'
import { firstValueOf } from '#event'
import type { WireSelfTest } from '#api'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, MachineText, Problem } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import './setup.css'

const everyMs = 1_000
const stages = ['process started', 'event received', 'alert created', 'alert seen here'] as const

/** From nothing to a real alert: whether this host is seen, whether rules are on, and a test of both. */
export function SetupPage() {
  const status = useLoaded('status', (signal) => api.getStatus({}, signal))
  const latest = useLoaded('latest starts', (signal) =>
    api.searchEvents({ query: 'event.category: process and event.action: exec', limit: 3 }, signal),
  )
  const test = useLoaded('self-test', (signal) => api.getSelfTest({}, signal))
  useEffect(() => {
    const timer = setInterval(() => {
      for (const { reload } of [status, latest, test]) reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [])
  const { sensor, rules, store } = status.value ?? {}
  const sees = sensor !== undefined && sensor.mode !== 'none' && sensor.mode !== 'off'
  const start = async (): Promise<void> => {
    try {
      await api.startSelfTest({ body: {} })
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    test.reload()
  }
  return (
    <div class="setup">
      <h1>Set-up</h1>
      {status.problem !== undefined && <Problem text={status.problem} onRetry={status.reload} />}
      <Step title="1 · See this host" isDone={sees}>
        {sensor !== undefined && (
          <>
            <p>
              {sees
                ? `The sensor sees by ${sensor.mode}.`
                : `The sensor is off: ${visibleText(sensor.reason ?? 'not wanted')}.`}
            </p>
            {sensor.remedy !== undefined && (
              <p>
                To see everything: <code>{visibleText(sensor.remedy)}</code>
              </p>
            )}
          </>
        )}
        <p aria-live="off">
          <strong>{(store?.events ?? 0).toLocaleString('en')}</strong> events are stored. The last
          programs that were started:
        </p>
        <ul>
          {(latest.value?.events ?? []).map(({ id, document }) => (
            <li key={id}>
              <MachineText
                text={String(
                  firstValueOf(document, 'process.command_line') ??
                    firstValueOf(document, 'process.name') ??
                    '',
                ).slice(0, 160)}
              />
            </li>
          ))}
        </ul>
      </Step>
      <Step title="2 · Rules" isDone={(rules?.enabled ?? 0) > 0}>
        {rules !== undefined && (
          <p>
            {rules.enabled} of {counted(rules.installed, 'rule')} are on
            {rules.runnable < rules.enabled
              ? `, ${rules.enabled - rules.runnable} of them cannot run here`
              : ''}
            . <a href="/rules">Rules</a>
          </p>
        )}
        <p class="muted">
          More, from a file or a folder: <code>vedette rule import PATH</code>
        </p>
      </Step>
      <Step title="3 · A real alert" isDone={test.value?.state === 'done'}>
        <p>
          Two copies of the system shell are run, one of them called <code>docker</code>, with
          arguments that look like a privileged container. No Docker is needed and no container is
          made; both end after three seconds.
        </p>
        {may('manage') ? (
          <button
            type="button"
            class="primary"
            disabled={!sees || test.value?.state === 'running'}
            onClick={() => void start()}
          >
            Run the test on this host
          </button>
        ) : (
          <p class="muted">Who manages this server can run it.</p>
        )}
        {test.value !== undefined && test.value.state !== 'never' && <Lights test={test.value} />}
      </Step>
    </div>
  )
}

function Step({
  title,
  isDone,
  children,
}: {
  readonly title: string
  readonly isDone: boolean
  readonly children: ComponentChildren
}) {
  return (
    <section aria-label={title}>
      <h2 class="line">
        {title} <span class="space" />
        <span class={`chip ${isDone ? 'ok' : 'warn'}`}>{isDone ? '✓ done' : 'not yet'}</span>
      </h2>
      {children}
    </section>
  )
}

function Lights({ test }: { readonly test: WireSelfTest }) {
  return (
    <>
      <ol class="lights" aria-label="How far the test is">
        {stages.map((name) => {
          const reached = test.stages.find((stage) => stage.name === name)
          return (
            <li key={name} class={`chip ${reached === undefined ? '' : 'ok'}`}>
              {reached === undefined ? '○' : '✓'} {name}
              {reached === undefined ? '' : ` ${reached.ms} ms`}
            </li>
          )
        })}
      </ol>
      {test.state === 'failed' && <Problem text={test.reason ?? 'It failed.'} />}
      {test.alert !== undefined && (
        <p>
          <a href={`/alerts/${test.alert}`}>Open the alert that it raised</a>
        </p>
      )}
    </>
  )
}
