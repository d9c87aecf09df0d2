import type { GlobPart } from '../plan/filter-plan.ts'

/** A text as one unquoted Lucene word. */
export function wordText(text: string): string {
  const word = escaped(text)
  return /^(?:AND|OR|NOT|&&|\|\|)$/.test(word) ? `\\${word}` : word
}

/** A glob as an unquoted Lucene word. */
export function globWord(glob: readonly GlobPart[]): string {
  return glob
    .map((part) => {
      if (part.kind === 'literal') return escaped(part.text)
      return part.kind === 'any-run' ? '*' : '?'
    })
    .join('')
}

/** A field name or pattern; the wildcards of a name are escaped, as the syntax wants it. */
export function fieldText(parts: readonly GlobPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'literal') return wordText(part.text)
      return part.kind === 'any-run' ? '\\*' : '\\?'
    })
    .join('')
}

/** A text in quotes. */
export function phraseText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/** A bound of a range; in quotes where it would be read as something else. */
export function boundText(text: string): string {
  const isPlain = /^[^\s\u3000\]}"\\]+$/.test(text) && text !== '*' && text !== 'TO'
  return isPlain ? text : phraseText(text)
}

/** A regular expression between slashes; a slash that is escaped already stays as it is. */
export function regexpText(pattern: string): string {
  return `/${pattern.replace(/\\.|\//gs, (found) => (found === '/' ? '\\/' : found))}/`
}

/** `<` and `>` cannot be escaped, and need not be: they compare only at the beginning of a field's value. */
function escaped(text: string): string {
  return text.replace(/[!():^[\]"{}~*?\\/\s\u3000]|^[+-]/g, '\\$&')
}
