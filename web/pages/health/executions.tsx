import type { ComponentChildren } from 'preact'
import { visibleText } from '#base'
import type { WireExecution, WireHealthReport } from '#api'
import { agoOf, counted, Time } from '../../parts/text.tsx'

/** How executions keep up: their lag, and those that are late, failed, cut short, or slow. */
export function Executions({
  report: { executions, late, capped, failed },
}: {
  readonly report: WireHealthReport
}) {
  const { lag_ms: lag } = executions
  return (
    <section class="health-wide" aria-labelledby="executions">
      <h2 id="executions">Executions</h2>
      {executions.looked_at === 0 && <p class="muted">No rule was executed yet.</p>}
      <p class="line">
        {lag !== undefined && (
          <>
            <span>
              From due to done: <strong>{durationText(lag.p50)}</strong> at the median,{' '}
              {durationText(lag.p95)} at the 95th of a hundred, {durationText(lag.most)} at most
            </span>
            <span class="muted">
              of the latest {counted(executions.looked_at, 'execution')}
              {executions.since !== undefined &&
                `, since ${agoOf(Date.now() - Date.parse(executions.since))}`}
            </span>
          </>
        )}
        {executions.looked_at > 0 && late.length + failed.length + capped.length === 0 && (
          <span class="chip ok">none is late, failed or cut</span>
        )}
      </p>
      {late.length > 0 && (
        <List title="Late: their next execution is overdue">
          {late.map(({ rule_uuid: id, rule_name: name, due_at: due }) => (
            <Item key={id} id={id} name={name}>
              <span class="chip warn">due {agoOf(Date.now() - Date.parse(due))}</span>
            </Item>
          ))}
        </List>
      )}
      {failed.length > 0 && (
        <List title="Failed at last">
          {failed.map((run) => (
            <Item key={run.id} id={run.rule_uuid} name={run.rule_name}>
              <Time iso={run.started_at} />{' '}
              <span class="problem-text">
                {visibleText(run.errors.map(({ message }) => message.slice(0, 300)).join('; '))}
              </span>
            </Item>
          ))}
        </List>
      )}
      {capped.length > 0 && (
        <List title="Cut by their limit: alerts were not created">
          {capped.map((run) => (
            <Item key={run.id} id={run.rule_uuid} name={run.rule_name}>
              <Time iso={run.started_at} /> <span class="chip bad">{cutText(run)}</span>
            </Item>
          ))}
        </List>
      )}
      {executions.slowest.length > 0 && (
        <details>
          <summary>Slowest</summary>
          <ul>
            {executions.slowest.map((run) => (
              <Item key={run.id} id={run.rule_uuid} name={run.rule_name}>
                {durationText(run.total_ms)}
              </Item>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function List({
  title,
  children,
}: {
  readonly title: string
  readonly children: ComponentChildren
}) {
  return (
    <>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </>
  )
}

function Item({
  id,
  name,
  children,
}: {
  readonly id: string
  readonly name: string
  readonly children: ComponentChildren
}) {
  return (
    <li>
      <a href={`/rules/${id}?tab=runs`}>{visibleText(name)}</a> {children}
    </li>
  )
}

function cutText({ cut }: WireExecution): string {
  return `${(cut?.alerts ?? 0).toLocaleString('en')}${cut?.more === true ? ' or more' : ''} not created`
}

function durationText(ms: number): string {
  return ms >= 10_000 ? `${Math.round(ms / 1_000).toLocaleString('en')} s` : `${ms} ms`
}
