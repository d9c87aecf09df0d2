import { visibleText } from '#base'

const verdictWords: {
  readonly [verdict: string]: readonly [tone: string, text: string]
} = {
  'could-fire': ['ok', 'could fire'],
  learning: ['warn', 'learning'],
  'cannot-fire': ['bad', 'cannot fire'],
}

/** Whether a rule can fire on what is stored, and why not. */
export function Verdict({
  verdict,
  reasons,
}: {
  readonly verdict: string
  readonly reasons: readonly { readonly message: string }[]
}) {
  const [tone, text] = verdictWords[verdict] ?? ['', verdict]
  return (
    <>
      <span class={`chip ${tone}`}>{text}</span>{' '}
      <span class="muted">{reasons.map(({ message }) => visibleText(message)).join('; ')}</span>
    </>
  )
}
