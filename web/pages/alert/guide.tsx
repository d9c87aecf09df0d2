import { visibleText } from '#base'
import { blocksOf } from './guide-blocks.ts'

/** The investigation guide of the rule, as text and never as markup. */
export function Guide({ note }: { readonly note: string }) {
  const blocks = blocksOf(note)
  if (blocks.length === 0) return null
  return (
    <section aria-labelledby="guide" class="guide">
      <h2 id="guide">Investigation guide</h2>
      {blocks.map((block, at) => {
        const text = visibleText(block.text)
        switch (block.kind) {
          case 'heading':
            return <h3 key={at}>{text}</h3>
          case 'step':
            return (
              <p key={at} class={`step step-${Math.min(block.depth, 3)}`}>
                {text}
              </p>
            )
          case 'code':
            return (
              <pre key={at} class="m" tabIndex={0}>
                {block.text.split('\n').map(visibleText).join('\n')}
              </pre>
            )
          default:
            return <p key={at}>{text}</p>
        }
      })}
    </section>
  )
}
