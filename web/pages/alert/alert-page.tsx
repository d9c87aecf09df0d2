import { useMemo, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAlert } from '#api'
import { changeStatus } from '../../actions/change-status.ts'
import { CloseReasons, useTriage } from '../../actions/use-triage.tsx'
import { api } from '../../api.ts'
import { useKeys } from '../../frame/keys.tsx'
import { go, place } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { MachineText, Problem, Severity, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { CommandLine } from './command-line.tsx'
import { ExceptionSheet } from './exception-sheet.tsx'
import { fieldsOf, valueOf, valuesIn } from './fields-of.ts'
import { Guide } from './guide.tsx'
import { ProcessChain } from './process-chain.tsx'
import { RelatedAlerts } from './related-alerts.tsx'
import { sentenceOf } from './sentence.ts'
import { SequenceSteps } from './sequence-steps.tsx'
import { WhoAndWhere } from './who-and-where.tsx'
import { WhyNew } from './why-new.tsx'
import './alert.css'

/** One alert: why it is new, what happened, who and where, and what to do. */
export function AlertPage() {
  const id = place.value.segments[1] ?? ''
  const alert = useLoaded(`alert ${id}`, (signal) => api.getAlert({ id }, signal))
  if (alert.problem !== undefined && alert.value === undefined) {
    return <Problem text={alert.problem} onRetry={alert.reload} />
  }
  return alert.value === undefined ? null : (
    <Loaded key={id} alert={alert.value} onChanged={alert.reload} />
  )
}

function Loaded({
  alert,
  onChanged,
}: {
  readonly alert: WireAlert
  readonly onChanged: () => void
}) {
  const { id, document } = alert
  const context = useLoaded(`context ${id}`, (signal) => api.getAlertContext({ id }, signal))
  const [isSheetOpen, setSheetOpen] = useState(false)
  const status = statusOf(document)
  const said = (field: string) => valueOf(document, field)

  const move = async (change: Parameters<typeof changeStatus>[1]): Promise<void> => {
    setClosing(false)
    if (!may('triage')) return
    const closedAs = said('kibana.alert.workflow_reason')
    if (await changeStatus([{ id, status, closedAs }], change)) onChanged()
  }
  const { isClosing, setClosing } = useTriage(move)
  useKeys(
    useMemo(
      () => [
        { key: 'm', label: 'exception…', run: () => may('triage') && setSheetOpen(true) },
        { key: 'Backspace', label: 'back to the alerts', run: () => go('/alerts') },
      ],
      [],
    ),
  )

  return (
    <div class="alert">
      <header class="alert-head">
        <div class="line">
          <a href="/alerts" class="back">
            ← Alerts
          </a>
          <Severity
            severity={said('kibana.alert.severity')}
            risk={Number(said('kibana.alert.risk_score'))}
          />
          <h1>{visibleText(said('kibana.alert.rule.name'))}</h1>
          <span class={`chip ${status === 'open' ? 'warn' : 'ok'}`}>{status}</span>
          <span class="muted">
            <Time iso={said('kibana.alert.original_time') || said('@timestamp')} /> UTC
          </span>
          <span class="space" />
          {may('triage') && (
            <>
              {status !== 'acknowledged' && (
                <button
                  type="button"
                  onClick={() => void move({ status: 'acknowledged' })}
                  aria-keyshortcuts="a"
                >
                  Acknowledge <kbd aria-hidden="true">a</kbd>
                </button>
              )}
              {status === 'closed' ? (
                <button
                  type="button"
                  onClick={() => void move({ status: 'open' })}
                  aria-keyshortcuts="Shift+R"
                >
                  Reopen <kbd aria-hidden="true">R</kbd>
                </button>
              ) : (
                <button type="button" onClick={() => setClosing(!isClosing)} aria-keyshortcuts="e">
                  Close… <kbd aria-hidden="true">e</kbd>
                </button>
              )}
              <button
                type="button"
                class="primary"
                onClick={() => setSheetOpen(true)}
                aria-keyshortcuts="m"
              >
                Exception <kbd aria-hidden="true">m</kbd>
              </button>
            </>
          )}
        </div>
        {isClosing && (
          <div class="line" role="group" aria-label="Close as">
            <CloseReasons move={move} />
          </div>
        )}
        <p class="sentence">{visibleText(sentenceOf(document))}</p>
        {context.problem !== undefined && (
          <Problem text={context.problem} onRetry={context.reload} />
        )}
      </header>
      <div class="column">
        {said('kibana.alert.group.id') === id && <SequenceSteps id={id} />}
        {context.value?.why !== undefined && <WhyNew why={context.value.why} />}
        {context.value?.rule_installed === false && (
          <p class="chip">The rule of this alert is no longer installed.</p>
        )}
        {(context.value?.command.length ?? 0) > 0 && (
          <CommandLine words={context.value?.command ?? []} />
        )}
        {context.value?.chain !== undefined && <ProcessChain chain={context.value.chain} />}
        {context.value !== undefined && <RelatedAlerts related={context.value.related} />}
      </div>
      <div class="column">
        <WhoAndWhere document={document} />
        <Guide note={said('kibana.alert.rule.note')} />
        <Techniques document={document} />
        <Everything document={document} />
      </div>
      {isSheetOpen && context.value !== undefined && (
        <ExceptionSheet
          alert={alert}
          fields={context.value.exception_fields}
          onClose={() => setSheetOpen(false)}
          onDone={() => {
            setSheetOpen(false)
            onChanged()
          }}
        />
      )}
    </div>
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
    <section>
      <h2>ATT&amp;CK</h2>
      {ids.map((id, at) => (
        <span key={id} class="chip">
          {visibleText(`${id} ${names[at] ?? ''}`)}
        </span>
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
