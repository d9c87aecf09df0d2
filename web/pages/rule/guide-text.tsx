import { visibleText } from '#base'
import { api } from '../../api.ts'
import { useLoaded } from '../../parts/use-loaded.ts'

/** The investigation guide of a rule, to read; it is ticked on the pages of its alerts. */
export function GuideText({ id, revision }: { readonly id: string; readonly revision: number }) {
  const guide = useLoaded(`guide ${id} ${revision}`, (signal) => api.getRuleGuide({ id }, signal))
  const blocks = guide.value?.blocks ?? []
  if (blocks.length === 0) return null
  return (
    <section aria-labelledby="guide">
      <h2 id="guide">Investigation guide</h2>
      {blocks.map(({ kind, text, depth }, at) => {
        switch (kind) {
          case 'heading':
            return <h3 key={at}>{visibleText(text)}</h3>
          case 'step':
            return (
              <p key={at} class={`guide-step guide-step-${Math.min(depth, 3)}`}>
                {visibleText(text)}
              </p>
            )
          case 'code':
            return (
              <pre key={at} class="m rule-query" tabIndex={0}>
                {text.split('\n').map(visibleText).join('\n')}
              </pre>
            )
          case 'text':
            return <p key={at}>{visibleText(text)}</p>
        }
      })}
    </section>
  )
}
