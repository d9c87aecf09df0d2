/** What the program of a recording had told by some moment, see `test/system/store-crash.child.ts`. */
export interface Told {
  /** Ids of events that were acknowledged. */
  readonly acknowledged: ReadonlySet<string>
  /** How often the one document was changed. */
  readonly notes: number
  /** How often the derived bytes were written. */
  readonly derived: number
  /** The last finished snapshot, and what was acknowledged before it began; undefined where there is none. */
  readonly snapshot:
    { readonly name: string; readonly acknowledged: ReadonlySet<string> } | undefined
}

/** Reads what it told, an unfinished line at the end left out. */
export function toldIn(text: string): Told {
  const acknowledged = new Set<string>()
  let [notes, derived] = [0, 0]
  let began: ReadonlySet<string> = new Set()
  let snapshot: Told['snapshot']
  for (const word of text.split('\n').slice(0, -1).join(' ').split(' ')) {
    const [what, of = ''] = word.split(':')
    if (what === 'created') acknowledged.add(of)
    if (what === 'note') notes = Number(of)
    if (what === 'derived') derived = Number(of)
    if (what === 'snapshot-began') began = new Set(acknowledged)
    if (what === 'snapshot') snapshot = { name: of, acknowledged: began }
  }
  return { acknowledged, notes, derived, snapshot }
}
