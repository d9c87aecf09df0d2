import { useEffect, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireExecution, WireGap, WireRun } from '#api'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import type { RuleTabProps } from './rule-page.tsx'

const pollMs = 1_500

/** What the rule did: executions, what none of them read, and runs over past time. */
export function RunsTab({ installed: { id, enabled } }: RuleTabProps) {
  const [limit, setLimit] = useState(50)
  const executions = useLoaded(`executions ${id} ${limit}`, (signal) =>
    api.listExecutions({ rule: id, limit }, signal),
  )
  const gaps = useLoaded(`gaps ${id}`, (signal) => api.listGaps({ rule: [id] }, signal))
  const runs = useLoaded(`runs ${id}`, (signal) => api.listRuns({ rule: id, limit: 20 }, signal))
  const reload = (): void => {
    executions.reload()
    gaps.reload()
    runs.reload()
  }
  const isBusy = runs.value?.runs.some(({ state }) => state === 'waiting' || state === 'running')
  useEffect(() => {
    if (isBusy !== true) return
    const timer = setTimeout(reload, pollMs)
    return () => clearTimeout(timer)
  }, [runs.value])
  const attempt = async (text: string, what: () => Promise<unknown>): Promise<void> => {
    try {
      await what()
      tellDone(text)
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    reload()
  }
  const list = executions.value?.executions ?? []
  return (
    <div class="column">
      {[executions, gaps, runs].map(
        ({ problem, reload: again }, at) =>
          problem !== undefined && <Problem key={at} text={problem} onRetry={again} />,
      )}
      <Gaps
        gaps={gaps.value?.gaps ?? []}
        onFill={() =>
          void attempt('The missed executions are being made.', () =>
            api.fillGaps({ body: { rules: [id] } }),
          )
        }
      />
      <section aria-labelledby="executions">
        <div class="line">
          <h2 id="executions">Executions</h2>
          <span class="space" />
          <button type="button" onClick={reload}>
            Refresh
          </button>
          {may('manage') && (
            <button
              type="button"
              disabled={!enabled}
              title={enabled ? '' : 'Only rules that are on are executed'}
              onClick={() => void attempt('Executed.', () => api.runRule({ id }))}
            >
              Run now
            </button>
          )}
        </div>
        {executions.value !== undefined && list.length === 0 && (
          <p class="empty">
            {enabled
              ? 'It has not run yet: the first run is due within its interval.'
              : 'It is off and has not run.'}
          </p>
        )}
        {list.length > 0 && (
          <>
            <Strip executions={list} />
            <Executions executions={list} />
          </>
        )}
        {executions.value?.next !== undefined && limit < 1_000 && (
          <button type="button" onClick={() => setLimit(limit * 2)}>
            Show more
          </button>
        )}
      </section>
      <Runs
        runs={runs.value?.runs ?? []}
        onCancel={(run) =>
          void attempt('It ends after its execution at hand.', () => api.cancelRun({ id: run }))
        }
      />
    </div>
  )
}

function Gaps({
  gaps,
  onFill,
}: {
  readonly gaps: readonly WireGap[]
  readonly onFill: () => void
}) {
  if (gaps.length === 0) return null
  const isFilling = gaps.some(({ filling }) => filling)
  return (
    <section aria-labelledby="gaps">
      <div class="line">
        <h2 id="gaps">Gaps: time that no execution read</h2>
        <span class="space" />
        {may('manage') && (
          <button type="button" class="primary" disabled={isFilling} onClick={onFill}>
            {isFilling ? 'Filling…' : 'Fill'}
          </button>
        )}
      </div>
      <ul>
        {gaps.map((gap) => (
          <li key={gap.id}>
            <Time iso={gap.from} /> to <Time iso={gap.to} />{' '}
            <span class="chip warn">{gap.filling ? 'filling' : gap.state}</span>{' '}
            <span class="muted">
              {counted(Math.ceil(gap.uncovered_ms / 60_000), 'minute')} not read
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const stripHeight = 40

/** How long executions took, oldest left. */
function Strip({ executions }: { readonly executions: readonly WireExecution[] }) {
  const most = Math.max(1, ...executions.map(({ total_ms: ms }) => ms))
  const width = 1_000 / Math.max(20, executions.length)
  return (
    <svg
      class="strip"
      viewBox={`0 0 1000 ${stripHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`How long ${counted(executions.length, 'execution')} took, ${most} ms at most`}
    >
      {executions.toReversed().map(({ id, total_ms: ms, status }, at) => {
        const tall = Math.max(2, (ms / most) * stripHeight)
        return (
          <rect
            key={id}
            class={status === 'succeeded' ? '' : 'is-bad'}
            x={at * width}
            y={stripHeight - tall}
            width={Math.max(1, width - 2)}
            height={tall}
          >
            <title>{`${ms} ms, ${status}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

const tones: { readonly [status: string]: string } = {
  succeeded: 'ok',
  'partial failure': 'warn',
  failed: 'bad',
}

function Executions({ executions }: { readonly executions: readonly WireExecution[] }) {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label="Executions, newest first">
      <table>
        <thead>
          <tr>
            <th scope="col">Due</th>
            <th scope="col">Ended as</th>
            <th scope="col">Read</th>
            <th scope="col">Found</th>
            <th scope="col">Created</th>
            <th scope="col">Folded</th>
            <th scope="col">Cut</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {executions.map((run) => (
            <tr key={run.id}>
              <td>
                <Time iso={run.started_at} />
                {run.kind === 'manual' && <span class="chip"> by hand</span>}
              </td>
              <td>
                <span class={`chip ${tones[run.status] ?? ''}`}>{run.status}</span>
                {[...run.errors, ...run.warnings].map(({ message }, at) => (
                  <div key={at} class="said">
                    {visibleText(message.slice(0, 400))}
                  </div>
                ))}
              </td>
              <td>
                {run.windows.map(({ from, to }, at) => (
                  <div key={at} class="nowrap">
                    <Time iso={from} /> – <Time iso={to} />
                  </div>
                ))}
              </td>
              <td>{run.candidates.toLocaleString('en')}</td>
              <td>{run.created.toLocaleString('en')}</td>
              <td>{run.suppressed.toLocaleString('en')}</td>
              <td>
                {run.cut !== undefined && (
                  <span class="chip bad">
                    {run.cut.alerts.toLocaleString('en')}
                    {run.cut.more ? ' or more' : ''}
                  </span>
                )}
              </td>
              <td class="nowrap">{run.total_ms.toLocaleString('en')} ms</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Runs({
  runs,
  onCancel,
}: {
  readonly runs: readonly WireRun[]
  readonly onCancel: (id: string) => void
}) {
  if (runs.length === 0) return null
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Runs over past time</h2>
      <ul>
        {runs.map((run) => {
          const { planned, done, failed } = run.executions
          const isLive = run.state === 'waiting' || run.state === 'running'
          return (
            <li key={run.id} class="line">
              <Time iso={run.asked_at} />
              <span class="chip">{run.purpose === 'fill' ? 'fill' : 'asked'}</span>
              <span class={`chip ${run.state === 'failed' ? 'bad' : isLive ? 'warn' : 'ok'}`}>
                {run.state}
              </span>
              <progress max={Math.max(1, planned)} value={done} aria-label="Executions made" />
              <span>
                {done} of {counted(planned, 'execution')}
                {failed > 0 && `, ${failed} failed`}, {counted(run.created, 'alert')}
              </span>
              {run.reason !== undefined && <span class="muted">{visibleText(run.reason)}</span>}
              {isLive && may('manage') && (
                <button type="button" onClick={() => onCancel(run.id)}>
                  Cancel
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
