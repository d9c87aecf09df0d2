import { visibleText } from '#base'
import { api } from '../../api.ts'
import { MachineText, Problem, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { valueOf, valuesIn } from './fields-of.ts'

const maxSteps = 500

/** The events of a sequence, in their order; each is an alert of its own, which leads to all that its event says. */
export function SequenceSteps({ id }: { readonly id: string }) {
  const steps = useLoaded(`steps ${id}`, (signal) =>
    api.listAlerts({ sequence: id, limit: maxSteps }, signal),
  )
  const place = (document: Parameters<typeof valueOf>[0]) =>
    Number(valueOf(document, 'kibana.alert.group.index'))
  const inOrder = (steps.value?.alerts ?? []).toSorted(
    (a, b) => place(a.document) - place(b.document),
  )
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Steps of the sequence</h2>
      {steps.problem !== undefined && <Problem text={steps.problem} onRetry={steps.reload} />}
      <table class="related">
        <thead class="hidden-text">
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Time</th>
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          {inOrder.map(({ id: step, document }, at) => (
            <tr key={step}>
              <td>
                <a href={`/alerts/${step}`}>{at + 1}</a>
              </td>
              <td>
                <Time iso={valueOf(document, 'kibana.alert.original_time')} />
              </td>
              <td>
                <MachineText
                  text={
                    valuesIn(document, 'process.args').join(' ') ||
                    valueOf(document, 'kibana.alert.reason')
                  }
                />{' '}
                <span class="muted">{visibleText(valueOf(document, 'process.parent.name'))}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
