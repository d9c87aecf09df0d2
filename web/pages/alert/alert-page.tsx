import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAlert, WireAlertContext, WireCase } from '#api'
import { changeStatus } from '../../actions/change-status.ts'
import { copyLink } from '../../actions/copy-link.ts'
import { saveText } from '../../actions/save-text.ts'
import { useExceptionDraft } from '../../actions/use-exception-draft.ts'
import { useTriage } from '../../actions/use-triage.tsx'
import { api } from '../../api.ts'
import { useKeys } from '../../frame/keys.tsx'
import { onChange } from '../../frame/live.ts'
import { go, place } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { MachineText, Problem } from '../../parts/text.tsx'
import { useLoaded, type Loaded } from '../../parts/use-loaded.ts'
import { lastList } from '../alerts/last-list.ts'
import { Activity } from './activity.tsx'
import { AlertHead, neighboursOf } from './alert-head.tsx'
import { alertMarkdown } from './alert-markdown.ts'
import { CommandLine } from './command-line.tsx'
import { Container } from './container.tsx'
import { ExceptionSheet } from './exception-sheet.tsx'
import { fieldsOf, valueOf, valuesIn } from './fields-of.ts'
import { Guide } from './guide.tsx'
import { IfExpected } from './if-expected.tsx'
import { Notes } from './notes.tsx'
import { ProcessChain } from './process-chain.tsx'
import { RelatedAlerts } from './related-alerts.tsx'
import { Respond } from './respond.tsx'
import { SequenceSteps } from './sequence-steps.tsx'
import { WhoAndWhere } from './who-and-where.tsx'
import { WhyNew } from './why-new.tsx'
import './alert.css'

/** One alert: why it is new, what happened, who and where, and what to do. All three questions go out at once. */
export function AlertPage() {
  const id = place.value.segments[1] ?? ''
  const alert = useLoaded(`alert ${id}`, (signal) => api.getAlert({ id }, signal))
  const context = useLoaded(`context ${id}`, (signal) => api.getAlertContext({ id }, signal))
  const work = useLoaded(`case ${id}`, (signal) => api.getAlertCase({ id }, signal))
  if (alert.problem !== undefined && alert.value === undefined) {
    return <Problem text={alert.problem} onRetry={alert.reload} />
  }
  return alert.value === undefined ? (
    <p class="hidden-text">The alert comes…</p>
  ) : (
    <Shown key={id} alert={alert.value} onChanged={alert.reload} context={context} work={work} />
  )
}

function Shown({
  alert,
  onChanged,
  context,
  work,
}: {
  readonly alert: WireAlert
  readonly onChanged: () => void
  readonly context: Loaded<WireAlertContext>
  readonly work: Loaded<WireCase>
}) {
  const { id, document } = alert
  const [open, setOpen] = useState<'exception' | 'respond' | undefined>(
    place.peek().hash === 'exception' && may('triage') ? 'exception' : undefined,
  )
  const [noteTurn, setNoteTurn] = useState(0)
  const said = (field: string) => valueOf(document, field)
  const status = statusOf(document)
  const changed = (): void => {
    onChanged()
    work.reload()
  }
  useEffect(
    () => onChange((what, ids) => what === 'alerts-changed' && isAbout(ids, id) && changed()),
    [id],
  )

  const move = async (change: Parameters<typeof changeStatus>[1]): Promise<void> => {
    triage.setClosing(false)
    if (!may('triage')) return
    const closedAs = said('kibana.alert.workflow_reason')
    if (await changeStatus([{ id, status, closedAs }], change)) changed()
  }
  const triage = useTriage(move)
  const latest = useRef(id)
  latest.current = id
  useKeys(
    useMemo(
      () => [
        { key: 'm', label: 'exception…', run: () => may('triage') && setOpen('exception') },
        { key: 'r', label: 'respond…', run: () => setOpen('respond') },
        { key: 'n', label: 'write a note', run: () => setNoteTurn((turn) => turn + 1) },
        { key: 'j', label: 'next alert', run: () => goTo(neighboursOf(latest.current).next) },
        { key: 'k', label: 'alert before', run: () => goTo(neighboursOf(latest.current).before) },
        { key: 'y', label: 'copy a link to this', run: () => void copyLink() },
        { key: 'Backspace', label: 'back to the alerts', run: () => go(lastList.peek().href) },
      ],
      [],
    ),
  )
  const save = (): void =>
    saveText(`alert-${id.slice(0, 12)}.md`, alertMarkdown(alert, context.value, work.value))

  return (
    <div class="alert">
      <AlertHead
        id={id}
        document={document}
        status={status}
        triage={triage}
        move={move}
        onException={() => setOpen('exception')}
        onRespond={() => setOpen('respond')}
      />
      {[context, work].map(
        ({ problem, reload }, at) =>
          problem !== undefined && (
            <div key={at} class="alert-wide">
              <Problem text={problem} onRetry={reload} />
            </div>
          ),
      )}
      <div class="column">
        {said('kibana.alert.group.id') === id && <SequenceSteps id={id} />}
        {context.value?.why !== undefined && (
          <WhyNew why={context.value.why} chain={context.value.chain} />
        )}
        {context.value?.rule_installed === false && (
          <p class="chip">The rule of this alert is no longer installed.</p>
        )}
        {(context.value?.command.length ?? 0) > 0 && (
          <CommandLine words={context.value?.command ?? []} />
        )}
        {context.value?.chain !== undefined && <ProcessChain chain={context.value.chain} />}
        {context.value !== undefined && <RelatedAlerts related={context.value.related} />}
        {work.value !== undefined && <Activity activity={work.value.activity} onExport={save} />}
        <Everything document={document} />
      </div>
      <div class="column">
        <WhoAndWhere document={document} />
        {work.value !== undefined && <Container id={id} found={work.value} />}
        {context.value !== undefined && (
          <Exceptions
            alert={alert}
            context={context.value}
            isSheetOpen={open === 'exception'}
            onClose={() => setOpen(undefined)}
            onDone={() => {
              setOpen(undefined)
              changed()
            }}
          />
        )}
        {work.value !== undefined && (
          <Guide id={id} guide={work.value.guide} onChanged={work.reload} />
        )}
        {work.value !== undefined && (
          <Notes id={id} notes={work.value.notes} focusTurn={noteTurn} onChanged={work.reload} />
        )}
        <Techniques document={document} />
      </div>
      <Respond
        alertId={id}
        document={document}
        containerId={work.value?.container?.id}
        isOpen={open === 'respond'}
        onClose={() => setOpen(undefined)}
      />
    </div>
  )
}

function goTo(id: string | undefined): void {
  if (id !== undefined) go(`/alerts/${id}`)
}

/** Whether news are about an alert; news without ids may be about any. */
function isAbout(ids: readonly string[], id: string): boolean {
  return ids.length === 0 || ids.includes(id)
}

/** One draft, shown on the page and in the sheet. */
function Exceptions({
  alert: { id, document },
  context,
  isSheetOpen,
  onClose,
  onDone,
}: {
  readonly alert: WireAlert
  readonly context: WireAlertContext
  readonly isSheetOpen: boolean
  readonly onClose: () => void
  readonly onDone: () => void
}) {
  const draft = useExceptionDraft(id, valueOf(document, 'kibana.alert.rule.uuid'), context)
  if (!may('triage') || !context.rule_installed || context.exception_fields.length === 0)
    return null
  return (
    <>
      <IfExpected draft={draft} isLearnt={context.why !== undefined} onDone={onDone} />
      {isSheetOpen && <ExceptionSheet draft={draft} onClose={onClose} onDone={onDone} />}
    </>
  )
}

function statusOf(document: WireAlert['document']): 'open' | 'acknowledged' | 'closed' {
  const told = valueOf(document, 'kibana.alert.workflow_status')
  return told === 'closed' || told === 'acknowledged' ? told : 'open'
}

function Techniques({ document }: { readonly document: WireAlert['document'] }) {
  const ids = valuesIn(document, 'kibana.alert.rule.threat.technique.id')
  const names = valuesIn(document, 'kibana.alert.rule.threat.technique.name')
  if (ids.length === 0) return null
  return (
    <section aria-labelledby="attack" class="line">
      <h2 id="attack">ATT&amp;CK®</h2>
      {ids.map((id, at) => (
        <a key={id} class="chip link" href={`/coverage?technique=${encodeURIComponent(id)}`}>
          {visibleText(`${id} ${names[at] ?? ''}`)}
        </a>
      ))}
    </section>
  )
}

function Everything({ document }: { readonly document: WireAlert['document'] }) {
  return (
    <section>
      <details>
        <summary>Everything the alert carries</summary>
        <dl class="everything">
          {fieldsOf(document).map(([name, value]) => (
            <div key={name} class="pair">
              <dt class="m">{visibleText(name)}</dt>
              <dd>
                <MachineText text={value} lines />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  )
}
