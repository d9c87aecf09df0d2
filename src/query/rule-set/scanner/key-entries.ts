import type { FieldName } from '#event'

/** The fields whose values are wanted, by name, with their slots. */
export interface WantedSlots {
  readonly slotsByField: ReadonlyMap<FieldName, number>
  /** Slots that hold `true` where something stands at a field or below it. */
  readonly presenceByField: ReadonlyMap<FieldName, number>
  /** Slots that are looked at together. A slot by itself is the group of its number; absent: there are no others. */
  readonly groups?: readonly (readonly number[])[]
  /** Has documents judged by how they are written, see {@link ScannedSlots.isAsUsual}; deeper ones than this are not scanned. */
  readonly judgedToDepth?: number
}

/** Where a key leads from a place in a document: nodes are numbered, 1 is the document itself, 0 is nowhere. */
export interface KeyEntry {
  readonly node: number
  readonly key: string
  readonly slot: number
  readonly below: number
  readonly marks: readonly number[]
}

/** Every way of writing some fields, as {@link keyEntries} gives it. */
export interface KeyEntries {
  readonly nodes: number
  readonly leading: readonly KeyEntry[]
}

/**
 * Every way of writing the wanted fields: from each place in a document each key, dotted or not, that leads
 * to another or to a value.
 */
export function keyEntries({
  slotsByField,
  presenceByField,
}: Omit<WantedSlots, 'groups'>): KeyEntries {
  const nodes = new Map<string, number>([['', 1]])
  const slotByNode = new Map<number, number>()
  const markByNode = new Map<number, number>()
  const parents = new Set<number>()
  const nodeOf = (name: string): number => {
    const known = nodes.get(name) ?? nodes.size + 1
    nodes.set(name, known)
    return known
  }
  const placesOn = (field: string) => {
    const parts = field.split('.')
    // A name may begin with an empty part: what stands before a part is told by how many there are.
    return parts.map((_, count) => ({ node: nodeOf(`.${parts.slice(0, count + 1).join('.')}`) }))
  }
  const entries = new Map<string, KeyEntry>()
  const fields = [...new Set([...slotsByField.keys(), ...presenceByField.keys()])]
  for (const field of fields) {
    const last = placesOn(field).at(-1)?.node ?? 0
    const slot = slotsByField.get(field)
    const mark = presenceByField.get(field)
    if (slot !== undefined) slotByNode.set(last, slot)
    if (mark !== undefined) markByNode.set(last, mark)
  }
  for (const field of fields) {
    const parts = field.split('.')
    const places = placesOn(field)
    for (let from = 0; from < parts.length; from++) {
      const node = from === 0 ? 1 : (places[from - 1]?.node ?? 0)
      parents.add(node)
      for (let to = from; to < parts.length; to++) {
        const key = parts.slice(from, to + 1).join('.')
        const reached = places[to]?.node ?? 0
        const marks = places
          .slice(from, to + 1)
          .flatMap((place) => markByNode.get(place.node) ?? [])
        const slot = slotByNode.get(reached) ?? -1
        entries.set(`${node} ${key}`, { node, key, slot, below: reached, marks })
      }
    }
  }
  const leading = [...entries.values()].map((entry) => ({
    ...entry,
    below: parents.has(entry.below) ? entry.below : 0,
  }))
  return { nodes: nodes.size, leading }
}
