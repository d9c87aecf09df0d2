import { Fault, type Clock, type Logger } from '#base'
import type { Cluster } from './cluster.ts'
import { serially } from '../serially.ts'
import { indexSetup } from './index-setup.ts'
import { numberAt, objectAt, textAt } from './reply.ts'

/** The right to number the events of a store, held by one process at a time. */
export interface WriterLease {
  /** The highest sequence that any writer ever claimed. */
  readonly claimedThrough: number
  /** Claims further sequences. Fault `unavailable`, code `store.lease-lost`, where another process holds the lease now. */
  claim(through: number): Promise<void>
  /** Gives it up; sequences go on after `through`. */
  release(through: number): Promise<void>
}

/** A holder that does not renew for so long has gone. */
const leaseMs = 20_000
const renewMs = 5_000

/**
 * Takes the lease of a store, and waits for it where a process that holds it may have gone: it is taken over when it was
 * not renewed for 20 seconds by our own clock. Fault `unavailable`, code `store.locked`, while another one renews it.
 */
export async function takeLease(
  cluster: Cluster,
  {
    name,
    holder,
    clock,
    log,
  }: {
    readonly name: string
    readonly holder: string
    readonly clock: Clock
    readonly log: Logger
  },
): Promise<WriterLease> {
  const index = `.${name}-lease`
  await indexSetup(cluster, { index, mappings: { dynamic: false, properties: {} } })()
  const path = `/${index}/_doc/writer`

  const read = async (): Promise<LeaseState | undefined> => {
    const doing = 'read the lease of the writer'
    const { status, body } = await cluster.request({ doing, method: 'GET', path, accept: [404] })
    if (status === 404) return undefined
    const source = objectAt(body, '_source')
    return {
      holder: textAt(source, 'holder'),
      through: numberAt(source, 'through') ?? 0,
      version: {
        if_seq_no: numberAt(body, '_seq_no') ?? 0,
        if_primary_term: numberAt(body, '_primary_term') ?? 0,
      },
    }
  }

  /** The guard of the next write; undefined where somebody else wrote first. */
  const write = async (
    state: { readonly holder: string; readonly through: number },
    over: LeaseVersion | undefined,
  ): Promise<LeaseVersion | undefined> => {
    const { status, body } = await cluster.request({
      doing: 'write the lease of the writer',
      method: 'PUT',
      path,
      query: over === undefined ? { op_type: 'create' } : { ...over },
      body: state,
      accept: [409],
    })
    if (status === 409) return undefined
    return {
      if_seq_no: numberAt(body, '_seq_no') ?? 0,
      if_primary_term: numberAt(body, '_primary_term') ?? 0,
    }
  }

  const found = await read()
  if (found !== undefined && found.holder !== '') {
    log.warn('another process held the store; waiting whether it renews', { holder: found.holder })
    await clock.sleep(leaseMs)
    const later = await read()
    if (later?.version.if_seq_no !== found.version.if_seq_no) throw lockedBy(later?.holder ?? '')
  }
  let through = found?.through ?? 0
  let version = await write({ holder, through }, found?.version)
  if (version === undefined) throw lockedBy('another process')
  const oneByOne = serially()

  const put = (state: { readonly holder: string; readonly through: number }): Promise<void> => {
    return oneByOne(async () => {
      version &&= await write(state, version)
      if (version === undefined) throw lost()
      through = state.through
    })
  }
  const stop = new AbortController()
  void renew()

  return {
    get claimedThrough() {
      return through
    },
    claim: (wanted) => put({ holder, through: wanted }),
    async release(wanted) {
      stop.abort()
      await put({ holder: '', through: wanted }).catch((thrown: unknown) => {
        log.warn('the lease of the writer was not given back', { reason: String(thrown) })
      })
    },
  }

  async function renew(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await clock.sleep(renewMs, stop.signal)
        await put({ holder, through })
      } catch (thrown) {
        if (!stop.signal.aborted)
          log.warn('the lease of the writer was not renewed', { reason: String(thrown) })
        if (version === undefined) return
      }
    }
  }
}

type LeaseVersion = { readonly if_seq_no: number; readonly if_primary_term: number }

interface LeaseState {
  readonly holder: string
  readonly through: number
  readonly version: LeaseVersion
}

function lockedBy(holder: string): Fault {
  return new Fault(
    'unavailable',
    'store.locked',
    `open the store: ${holder} holds it; stop that one, or choose another name`,
  )
}

function lost(): Fault {
  return new Fault(
    'unavailable',
    'store.lease-lost',
    'write events: another process has taken this store over',
  )
}
