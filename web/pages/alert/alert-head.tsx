import { visibleText, type JsonObject } from '#base'
import type { changeStatus } from '../../actions/change-status.ts'
import { CloseReasons, type Triage } from '../../actions/use-triage.tsx'
import { may } from '../../frame/session.ts'
import { agoOf, Severity, Time } from '../../parts/text.tsx'
import { lastList } from '../alerts/last-list.ts'
import { valueOf } from './fields-of.ts'
import { sentenceOf } from './sentence.ts'

/** Where the alert stands in the list that it was opened from, and its neighbours. */
export function neighboursOf(id: string) {
  const { ids, href } = lastList.value
  const at = ids.indexOf(id)
  return {
    href,
    at,
    count: ids.length,
    before: ids[at - 1],
    next: at < 0 ? undefined : ids[at + 1],
  }
}

/** What the alert is called, where it stands, and the verbs. */
export function AlertHead({
  id,
  document,
  status,
  triage: { isClosing, setClosing },
  move,
  onException,
  onRespond,
}: {
  readonly id: string
  readonly document: JsonObject
  readonly status: 'open' | 'acknowledged' | 'closed'
  readonly triage: Triage
  readonly move: (change: Parameters<typeof changeStatus>[1]) => Promise<void>
  readonly onException: () => void
  readonly onRespond: () => void
}) {
  const said = (field: string) => valueOf(document, field)
  const { href, at, count, before, next } = neighboursOf(id)
  const when = said('kibana.alert.original_time') || said('@timestamp')
  const reason = said('kibana.alert.workflow_reason').replaceAll('_', ' ')
  return (
    <header class="alert-head">
      <div class="line">
        <a href={href} class="back">
          ← Alerts
        </a>
        <Severity
          severity={said('kibana.alert.severity')}
          risk={Number(said('kibana.alert.risk_score'))}
        />
        <h1>{visibleText(said('kibana.alert.rule.name'))}</h1>
        <span class={`chip ${status === 'open' ? '' : 'ok'}`}>
          {status}
          {reason === '' ? '' : ` as ${visibleText(reason)}`}
        </span>
        <span class="muted">
          <Time iso={when} /> UTC, {agoOf(Date.now() - Date.parse(when))}
        </span>
        <span class="space" />
        {at >= 0 && (
          <span class="line tight">
            {before !== undefined && (
              <a
                class="button"
                href={`/alerts/${before}`}
                aria-label="Alert before"
                aria-keyshortcuts="k"
              >
                ‹ <kbd aria-hidden="true">k</kbd>
              </a>
            )}
            <span class="muted">
              {at + 1} / {count}
            </span>
            {next !== undefined && (
              <a
                class="button"
                href={`/alerts/${next}`}
                aria-label="Next alert"
                aria-keyshortcuts="j"
              >
                › <kbd aria-hidden="true">j</kbd>
              </a>
            )}
          </span>
        )}
        {may('triage') && status !== 'acknowledged' && (
          <button
            type="button"
            onClick={() => void move({ status: 'acknowledged' })}
            aria-keyshortcuts="a"
          >
            Acknowledge <kbd aria-hidden="true">a</kbd>
          </button>
        )}
        {may('triage') &&
          (status === 'closed' ? (
            <button
              type="button"
              onClick={() => void move({ status: 'open' })}
              aria-keyshortcuts="Shift+R"
            >
              Reopen <kbd aria-hidden="true">R</kbd>
            </button>
          ) : (
            <button
              type="button"
              aria-expanded={isClosing}
              onClick={() => setClosing(!isClosing)}
              aria-keyshortcuts="e"
            >
              Close… <kbd aria-hidden="true">e</kbd>
            </button>
          ))}
        {may('triage') && (
          <button type="button" onClick={onException} aria-keyshortcuts="m">
            Exception <kbd aria-hidden="true">m</kbd>
          </button>
        )}
        <button type="button" class="primary" onClick={onRespond} aria-keyshortcuts="r">
          Respond <kbd aria-hidden="true">r</kbd>
        </button>
      </div>
      {isClosing && (
        <div class="line" role="group" aria-label="Close as">
          <CloseReasons move={move} />
        </div>
      )}
      <p class="sentence">{visibleText(sentenceOf(document))}</p>
    </header>
  )
}
