import { parseDuration, visibleText, type JsonObject } from '#base'
import { api } from '../../api.ts'
import { MachineText, Problem, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { Verdict } from '../rules/verdict.tsx'
import type { RuleTabProps } from './rule-page.tsx'
import { GuideText } from './guide-text.tsx'
import { ScheduleLine } from './schedule-line.tsx'
import { objectIn, objectsIn, textIn, textsIn } from './wire.ts'

/** What a rule is about, whether it can fire, and how it has fared. */
export function OverviewTab({ installed: { id, rule, rule_id: ruleId, revision } }: RuleTabProps) {
  const readiness = useLoaded(`ready ${id} ${revision}`, (signal) =>
    api.getRuleReadiness({ id }, signal),
  )
  const alerts = useLoaded(`alerts ${id}`, (signal) =>
    api.listAlertRows({ rule: id, limit: 5 }, signal),
  )
  const runs = useLoaded(`last ${id}`, (signal) =>
    api.listExecutions({ rule: id, limit: 1 }, signal),
  )
  const lastRun = runs.value?.executions[0]
  return (
    <div class="overview">
      <div class="column">
        <section aria-labelledby="about">
          <h2 id="about">What it looks for</h2>
          <p>{visibleText(textIn(rule, 'description').trim().replaceAll(/\s+/g, ' '))}</p>
          {textIn(rule, 'query') !== '' && (
            <pre class="m rule-query" tabIndex={0}>
              {textIn(rule, 'query').split('\n').map(visibleText).join('\n')}
            </pre>
          )}
          <Facts rule={rule} />
        </section>
        <section aria-labelledby="when">
          <h2 id="when">When it runs</h2>
          <ScheduleLine
            interval={textIn(rule, 'interval')}
            from={textIn(rule, 'from')}
            intervalMs={parseDuration(textIn(rule, 'interval'))}
          />
          {lastRun !== undefined && (
            <p>
              Last run <Time iso={lastRun.started_at} />: {lastRun.status}, {lastRun.created}{' '}
              created of {lastRun.candidates} found, {lastRun.total_ms} ms.{' '}
              <a href={`/rules/${id}?tab=runs`}>All runs</a>
            </p>
          )}
          {runs.value !== undefined && lastRun === undefined && (
            <p class="muted">It has not run yet.</p>
          )}
        </section>
        <GuideText id={id} revision={revision} />
      </div>
      <div class="column">
        <section aria-labelledby="ready">
          <h2 id="ready">Can it fire?</h2>
          {readiness.problem !== undefined && (
            <Problem text={readiness.problem} onRetry={readiness.reload} />
          )}
          {readiness.value !== undefined && (
            <>
              <Verdict verdict={readiness.value.verdict} reasons={[]} />
              {readiness.value.reasons.map(({ code, message, help }) => (
                <p key={code}>
                  {visibleText(message)}
                  {help !== undefined && <span class="muted"> {visibleText(help)}</span>}
                </p>
              ))}
              {readiness.value.reasons.length === 0 && (
                <p class="muted">
                  Events are there in{' '}
                  {readiness.value.indices.slice(0, 6).map(visibleText).join(', ')}.
                </p>
              )}
            </>
          )}
        </section>
        <section aria-labelledby="fared">
          <h2 id="fared">Alerts</h2>
          {alerts.value !== undefined && (
            <>
              <p>
                <strong>{alerts.value.counts.open}</strong> open,{' '}
                <strong>{alerts.value.counts.acknowledged}</strong> acknowledged,{' '}
                <strong>{alerts.value.counts.closed}</strong> closed.
              </p>
              {alerts.value.rows.map((row) => (
                <p key={row.id} class="fared">
                  <a href={`/alerts/${row.id}`}>
                    <Time iso={row.happened_at} />
                  </a>{' '}
                  {visibleText(row.host)} <MachineText text={row.what.slice(0, 140)} />
                </p>
              ))}
            </>
          )}
        </section>
        <Attack rule={rule} />
        <section aria-labelledby="more">
          <h2 id="more">More</h2>
          <dl>
            <Fact title="Id" text={ruleId} />
            <Fact title="Tags" text={textsIn(rule, 'tags').join(', ')} />
            <Fact title="Author" text={textsIn(rule, 'author').join(', ')} />
            <Fact title="Licence" text={textIn(rule, 'license')} />
            <Fact title="False positives" text={textsIn(rule, 'false_positives').join('; ')} />
            <Fact title="References" text={textsIn(rule, 'references').join(' ')} />
          </dl>
        </section>
      </div>
    </div>
  )
}

function Facts({ rule }: { readonly rule: JsonObject }) {
  const threshold = objectIn(rule, 'threshold')
  const suppression = objectIn(rule, 'alert_suppression')
  const thresholdText = [textIn(threshold, 'value'), textsIn(threshold, 'field').join(', ')].filter(
    (each) => each !== '',
  )
  return (
    <dl>
      <Fact title="Type" text={textIn(rule, 'type')} />
      <Fact title="Reads" text={textsIn(rule, 'index').join(', ')} />
      <Fact title="New in" text={textsIn(rule, 'new_terms_fields').join(', ')} />
      <Fact title="History" text={textIn(rule, 'history_window_start')} />
      <Fact title="Threshold" text={thresholdText.join(' by ')} />
      <Fact title="Folded by" text={textsIn(suppression, 'group_by').join(', ')} />
    </dl>
  )
}

function Fact({ title, text }: { readonly title: string; readonly text: string }) {
  if (text === '') return null
  return (
    <>
      <dt>{title}</dt>
      <dd>
        <MachineText text={text} />
      </dd>
    </>
  )
}

function Attack({ rule }: { readonly rule: JsonObject }) {
  const entries = objectsIn(rule, 'threat')
  if (entries.length === 0) return null
  return (
    <section aria-labelledby="attack">
      <h2 id="attack">MITRE ATT&amp;CK®</h2>
      <dl>
        {entries.map((entry, at) => {
          const tactic = objectIn(entry, 'tactic')
          const techniques = objectsIn(entry, 'technique').flatMap((technique) => [
            technique,
            ...objectsIn(technique, 'subtechnique'),
          ])
          return (
            <div key={at} class="pair">
              <dt>{visibleText(textIn(tactic, 'name'))}</dt>
              <dd>
                {techniques.map((technique) => (
                  <span key={textIn(technique, 'id')} class="chip">
                    {visibleText(`${textIn(technique, 'id')} ${textIn(technique, 'name')}`)}
                  </span>
                ))}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
