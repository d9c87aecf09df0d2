import { usageFault } from './exit-code.ts'

/** What `name=value` words say, the last of a name. Faults: `cli.usage`, with the form that was expected. */
export function pairsIn(
  words: readonly string[],
  form: string,
): { readonly [name: string]: string } {
  const pairs: { [name: string]: string } = {}
  for (const word of words) {
    const at = word.indexOf('=')
    if (at <= 0) throw usageFault(`\`${word}\` is no ${form}`)
    pairs[word.slice(0, at)] = word.slice(at + 1)
  }
  return pairs
}
