/** How often keys were met, never too low: keys that share a place share their counts. */
export interface RoughCounts {
  add(key: string): void
  /** At least as often as the key was met. */
  atMost(key: string): number
}

/** Four megabytes; a million keys share places in pairs or so. */
const places = 1 << 20

/** Nothing met yet. */
export function roughCounts(): RoughCounts {
  const counts = new Uint32Array(places)
  return {
    add(key) {
      const at = placeOf(key)
      counts[at] = (counts[at] ?? 0) + 1
    },
    atMost: (key) => counts[placeOf(key)] ?? 0,
  }
}

/** FNV-1a over the key's code units. */
function placeOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) & (places - 1)
}
