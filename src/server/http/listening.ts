import type { Server } from 'node:http'
import { Fault, messageOf, type Clock } from '#base'

/** Waits until a server listens. Faults: `unavailable` when the address cannot be listened on. */
export async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, () => resolve())
  await promise.catch((cause: unknown) => {
    const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const help = inUse ? '; another program has the port, choose one with --port' : ''
    throw new Fault(
      'unavailable',
      'server.cannot-listen',
      `cannot listen on ${host}:${port}: ${messageOf(cause)}${help}`,
      { cause },
    )
  })
  server.removeAllListeners('error')
  server.on('error', () => undefined)
}

/** Takes no new requests, lets the running ones finish for at most `graceMs`, then cuts them off. */
export async function closed(
  server: Server,
  {
    graceMs,
    stopping,
    clock,
  }: { readonly graceMs: number; readonly stopping: AbortController; readonly clock: Clock },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  stopping.abort(new Fault('unavailable', 'server.stopping', 'the server is stopping'))
  const inTime = new AbortController()
  const cut = clock.sleep(graceMs, inTime.signal).then(
    () => server.closeAllConnections(),
    () => undefined,
  )
  await promise
  inTime.abort()
  await cut
}
