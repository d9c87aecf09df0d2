import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAlertContext } from '#api'

/** The command as it was given: what the rule asked for is marked, what is risky is underlined and said. */
export function CommandLine({ words }: { readonly words: WireAlertContext['command'] }) {
  const [isCopied, setCopied] = useState(false)
  const risks = words.filter(({ risk }) => risk !== undefined)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(words.map(({ text }) => quoted(text)).join(' '))
    setCopied(true)
  }
  return (
    <section aria-labelledby="command">
      <h2 id="command" class="line">
        Command line <span class="space" />
        <button type="button" onClick={() => void copy()}>
          {isCopied ? 'Copied' : 'Copy, quoted'}
        </button>
      </h2>
      <p class="command m">
        {words.map(({ text, matched, risk }, at) => (
          <span key={at}>
            {at > 0 && ' '}
            <Word
              text={visibleText(quoted(text))}
              isMatched={matched}
              isRisky={risk !== undefined}
            />
          </span>
        ))}
      </p>
      <p class="line">
        {words.some(({ matched }) => matched) && (
          <span class="chip">
            <mark>marked</mark> what the rule asks for
          </span>
        )}
        {risks.map(({ text, risk }, at) => (
          <span key={at} class="chip bad">
            {visibleText(text.slice(0, 40))}: {risk}
          </span>
        ))}
      </p>
    </section>
  )
}

function Word({
  text,
  isMatched,
  isRisky,
}: {
  readonly text: string
  readonly isMatched: boolean
  readonly isRisky: boolean
}) {
  const shown = isRisky ? <u class="risky">{text}</u> : text
  return isMatched ? <mark>{shown}</mark> : <>{shown}</>
}

/** A word as a shell reads it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
