import { visibleText } from '#base'
import type { WireAlertContext } from '#api'
import { counted, Severity, Time } from '../../parts/text.tsx'

/** What else was told around the alert. */
export function RelatedAlerts({ related }: { readonly related: WireAlertContext['related'] }) {
  const { near, same_rule: rule } = related
  const total = rule.open + rule.acknowledged + rule.closed
  return (
    <section aria-labelledby="related">
      <h2 id="related">Related alerts</h2>
      <table class="related">
        <tbody>
          {near.map(({ row, how }) => (
            <tr key={row.id}>
              <td>
                <Severity severity={row.severity} />
              </td>
              <td>
                <a href={`/alerts/${row.id}`}>{visibleText(row.rule)}</a>
              </td>
              <td class="muted">
                {how}, <Time iso={row.happened_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {near.length === 0 && <p class="muted">No other rule alerted on this host within an hour.</p>}
      <p>
        Same rule, 30 days: {counted(total, 'other alert')} ({rule.open} open, {rule.acknowledged}{' '}
        acknowledged, {rule.closed} closed; {rule.is_cut ? 'at least ' : ''}
        {rule.false_positives} false positive, {rule.true_positives} true positive)
      </p>
    </section>
  )
}
