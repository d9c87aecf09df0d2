/** Tells of each thing whether it was among the last `memory` different ones asked about. */
export function askedLately(memory: number): (thing: object) => boolean {
  const lately = new Set<object>()
  return (thing) => {
    const again = lately.delete(thing)
    lately.add(thing)
    for (const oldest of lately) {
      if (lately.size <= memory) break
      lately.delete(oldest)
    }
    return again
  }
}
