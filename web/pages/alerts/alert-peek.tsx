import { visibleText } from '#base'
import { api } from '../../api.ts'
import { MachineText, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { valuesIn } from '../alert/fields-of.ts'
import { sentenceOf } from '../alert/sentence.ts'
import { WhoAndWhere } from '../alert/who-and-where.tsx'

/** The marked alert beside the list, as far as one look needs. */
export function AlertPeek({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { value, problem, reload } = useLoaded(`alert ${id}`, (signal) =>
    api.getAlert({ id }, signal),
  )
  return (
    <aside class="peek" aria-label="The marked alert">
      <div class="line">
        <a class="button" href={`/alerts/${id}`}>
          Open <kbd aria-hidden="true">↵</kbd>
        </a>
        <span class="space" />
        <button type="button" onClick={onClose}>
          Close <kbd aria-hidden="true">Space</kbd>
        </button>
      </div>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {value !== undefined && (
        <>
          <p>{visibleText(sentenceOf(value.document))}</p>
          <p class="command">
            <MachineText
              text={valuesIn(value.document, 'process.args').join(' ').slice(0, 2_000)}
            />
          </p>
          <WhoAndWhere document={value.document} />
        </>
      )}
    </aside>
  )
}
