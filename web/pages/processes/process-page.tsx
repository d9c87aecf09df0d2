import { useMemo, useRef, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireTreeProcess } from '#api'
import { api } from '../../api.ts'
import { useKeys } from '../../frame/keys.tsx'
import { go, place } from '../../frame/router.ts'
import { counted, MachineText, Problem, Severity, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { lengthText, spanOf, type Span } from './span.ts'
import { TreeRow } from './tree-row.tsx'
import './processes.css'

/** A process: what led to it, what came of it, and when. */
export function ProcessPage() {
  const id = place.value.segments[1] ?? ''
  const tree = useLoaded(id, (signal) => api.getProcessTree({ id }, signal))
  const processes = tree.value?.processes ?? []
  const own = processes.find(({ depth }) => depth === 0)
  const [chosen, setChosen] = useState<string>()
  const current = processes.find((process) => process.entity_id === chosen) ?? own
  const span = useMemo(() => spanOf(processes), [tree.value])
  const step = (by: number): void => {
    const at = processes.findIndex((process) => process === current)
    const next = processes[Math.max(0, Math.min(processes.length - 1, at + by))]
    if (next === undefined) return
    setChosen(next.entity_id)
    document.getElementById(`process-${next.entity_id}`)?.scrollIntoView({ block: 'nearest' })
  }
  const latest = useRef({ step, current })
  latest.current = { step, current }
  useKeys(
    useMemo(
      () => [
        { key: 'j', label: 'next process', run: () => latest.current.step(1) },
        {
          key: 'k',
          label: 'process before',
          run: () => latest.current.step(-1),
        },
        {
          key: 'ArrowDown',
          label: 'next process',
          run: () => latest.current.step(1),
        },
        {
          key: 'ArrowUp',
          label: 'process before',
          run: () => latest.current.step(-1),
        },
        {
          key: 'Enter',
          label: 'look from this process',
          run: () => {
            const entity = latest.current.current?.entity_id
            if (entity !== undefined) go(hrefOf(entity))
          },
        },
      ],
      [],
    ),
  )
  if (tree.value === undefined) {
    return tree.problem === undefined ? (
      <p class="empty">Loading…</p>
    ) : (
      <>
        <h1 class="hidden-text">Process</h1>
        <Problem text={tree.problem} onRetry={tree.reload} />
        <p class="empty">
          Its events may be gone, or its sensor started later. <a href="/explore">Explore</a>
        </p>
      </>
    )
  }
  return (
    <div class="process">
      <div class="line">
        <h1>
          {visibleText(own?.name ?? '') || 'Process'} <span class="muted">{own?.pid}</span>
        </h1>
        {own !== undefined && own.host !== '' && (
          <a href={`/hosts/${encodeURIComponent(own.host)}`}>{visibleText(own.host)}</a>
        )}
        <span class="muted">
          {counted(processes.length, 'process').replace('processs', 'processes')}
          {span !== undefined && ` in ${lengthText(span.toMs - span.fromMs)}`}
        </span>
        <span class="space" />
        <a class="button" href={exploreHref(id)}>
          Its events
        </a>
      </div>
      <div class="process-body">
        <section aria-labelledby="tree">
          <h2 id="tree">Tree and time</h2>
          {tree.value.unseen_ancestors > 0 && (
            <p class="muted">
              {counted(tree.value.unseen_ancestors, 'ancestor')} above: they started before the
              sensor did, or their events are gone.
            </p>
          )}
          <div class="tree-box" tabIndex={0} role="region" aria-label="Processes in their order">
            <div role="treegrid" aria-label="Processes" aria-rowcount={processes.length + 1}>
              <div role="row" class="tree-row tree-head">
                <span role="columnheader">Process</span>
                <span role="columnheader">User</span>
                <span role="columnheader">Started</span>
                <span role="columnheader">Seen</span>
                <span role="columnheader" class="tree-time">
                  {span === undefined ? 'Time' : <Ends span={span} />}
                </span>
              </div>
              {processes.map((process) => (
                <TreeRow
                  key={process.entity_id}
                  process={process}
                  top={processes[0]?.depth ?? 0}
                  span={span}
                  isCurrent={process === current}
                  onChoose={() => setChosen(process.entity_id)}
                />
              ))}
            </div>
          </div>
          {tree.value.more && (
            <p class="muted">
              It has more descendants than are shown: look from one of them to see its own.
            </p>
          )}
        </section>
        {current !== undefined && <ProcessFacts process={current} isOwn={current === own} />}
      </div>
    </div>
  )
}

function Ends({ span: { fromMs, toMs } }: { readonly span: Span }) {
  return (
    <>
      <Time iso={new Date(fromMs).toISOString()} />
      <span>+{lengthText(toMs - fromMs)}</span>
    </>
  )
}

/** Where a process is looked at. */
function hrefOf(entity: string): string {
  return `/processes/${encodeURIComponent(entity)}`
}

function exploreHref(entity: string): string {
  const query = `process.entity_id:"${entity.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  return `/explore?${new URLSearchParams({ q: query, t: 'now-90d..now' }).toString()}`
}

function ProcessFacts({
  process,
  isOwn,
}: {
  readonly process: WireTreeProcess
  readonly isOwn: boolean
}) {
  const { started_at: started, ended_at: ended } = process
  return (
    <section aria-labelledby="facts" class="process-facts">
      <h2 id="facts">{visibleText(process.name) || 'Process'}</h2>
      {process.args.length > 0 && (
        <p class="command">
          <MachineText text={process.args.join(' ').slice(0, 4_000)} />
        </p>
      )}
      {!process.seen && (
        <p class="note">None of its own events is stored: what is told is what others say of it.</p>
      )}
      <dl>
        <Fact title="Program" text={process.executable} />
        <Fact title="Pid" text={process.pid} />
        <Fact title="User" text={process.user} />
        <Fact title="Host" text={process.host} />
        <Fact title="Container" text={process.container} />
        {started !== undefined && (
          <>
            <dt>Started</dt>
            <dd>{started.replace('T', ' ').slice(0, 23)}</dd>
          </>
        )}
        {ended !== undefined && (
          <>
            <dt>Ended</dt>
            <dd>
              {ended.replace('T', ' ').slice(0, 23)}
              {process.exit_code !== '' && `, exit code ${visibleText(process.exit_code)}`}
            </dd>
          </>
        )}
        {process.programs.length > 1 && (
          <>
            <dt>Became</dt>
            <dd>{process.programs.map(({ name }) => visibleText(name)).join(' → ')}</dd>
          </>
        )}
        {process.prevalence !== undefined && (
          <>
            <dt>Prevalence</dt>
            <dd>
              {counted(process.prevalence.events, 'event')} of this program on{' '}
              {counted(process.prevalence.hosts, 'host')} in 30 days
            </dd>
          </>
        )}
        <Fact title="Entity" text={process.entity_id} />
      </dl>
      {process.alerts.map(({ id, rule, severity }) => (
        <p key={id} class="line">
          <Severity severity={severity} />
          <a href={`/alerts/${id}`}>{visibleText(rule)}</a>
        </p>
      ))}
      <div class="line">
        {!isOwn && (
          <a class="button" href={hrefOf(process.entity_id)}>
            Look from here
          </a>
        )}
        <a class="button" href={exploreHref(process.entity_id)}>
          {counted(process.events, 'event')}
        </a>
      </div>
    </section>
  )
}

function Fact({ title, text }: { readonly title: string; readonly text: string }) {
  if (text === '') return null
  return (
    <>
      <dt>{title}</dt>
      <dd>
        <MachineText text={text.slice(0, 2_000)} />
      </dd>
    </>
  )
}
