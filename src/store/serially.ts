/** Runs what it is given one after the other, in the order asked for; a failure harms its caller alone. */
export type Serially = <T>(work: () => Promise<T>) => Promise<T>

/** A queue of its own. */
export function serially(): Serially {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}
