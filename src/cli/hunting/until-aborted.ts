/** The chunks until the signal aborts, also while the next one is waited for. */
export async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
  signal.addEventListener('abort', () => resolve(undefined), { once: true })
  if (signal.aborted) return
  const source = chunks[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([source.next(), aborted])
    if (next === undefined || next.done === true) return
    yield next.value
  }
}
