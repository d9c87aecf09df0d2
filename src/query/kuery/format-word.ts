import type { FieldName } from '#event'
import type { GlobPart, PlanLiteral } from '../plan/filter-plan.ts'

/** A field name as a KQL word, without the nested path (and its dot) that it stands in. */
export function fieldText(name: FieldName, prefix: string): string {
  const own = name.startsWith(prefix) ? name.slice(prefix.length) : name
  // Before the space of ` >`, a name that ends in `not` would end at that `not`.
  const isPlain = /^[\w@./-]+$/.test(own) && own !== 'null' && !/not$/i.test(own)
  return isPlain ? own : quotedText(own)
}

/** A field pattern as a KQL word, without the nested path (and its dot) that it stands in. */
export function patternText(parts: readonly GlobPart[], prefix: string): string {
  const [first, ...rest] = parts
  if (first?.kind !== 'literal' || !first.text.startsWith(prefix)) return globWord(parts)
  const text = first.text.slice(prefix.length)
  return globWord(text === '' ? rest : [{ kind: 'literal', text }, ...rest])
}

/** A literal as a KQL word, in quotes where it was. */
export function literalText({ value, quoted }: PlanLiteral): string {
  if (quoted) return quotedText(String(value))
  return typeof value === 'string' ? wordText(value) : String(value)
}

/** A text as an unquoted KQL word; in quotes where the grammar would read the word as something else. */
export function wordText(text: string): string {
  // An escaped tab is trimmed away and leaves an empty word.
  if (text === '') return '\\t'
  if (text !== text.trim() || /^(?:null|true|false)$/.test(text)) return quotedText(text)
  return withKeywordsEscaped(withSpecialsEscaped(text))
}

/** A glob as an unquoted KQL word. */
export function globWord(glob: readonly GlobPart[]): string {
  const pieces = glob.map((part) => {
    if (part.kind === 'any-run') return '*'
    return part.kind === 'any-one' ? '?' : withSpecialsEscaped(part.text)
  })
  return withKeywordsEscaped(pieces.join(''))
}

function withSpecialsEscaped(text: string): string {
  return text.replace(/[\\():<>"*{}]/g, '\\$&')
}

function withKeywordsEscaped(text: string): string {
  return (
    text
      .replace(/(^|[ \t\r\n\u00a0])(or|and)(?=[ \t\r\n\u00a0]|$)/gi, '$1\\$2')
      // `\not` would be a line break and `ot`, so the letter n is spelt by its number.
      .replace(/n(ot)(?=[ \t\r\n\u00a0]|$)/gi, (word, rest: string) =>
        word.startsWith('n') ? `\\u006e${rest}` : `\\u004e${rest}`,
      )
  )
}

function quotedText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}
