/** What the reading thread is given at its start. */
export interface WorkerInput {
  readonly ringBytes: number
  readonly possibleCpus: number
  /** Where the compiled programs and the kernel's types lie. */
  readonly objectPath: string
  readonly btfPath: string
  /** One 32-bit word: bytes handed over and not yet decoded. */
  readonly inFlight: SharedArrayBuffer
  /** At most so many bytes are handed over undecoded; the rest stays in the ring, where losses are counted. */
  readonly maxInFlightBytes: number
}

/** What the main thread asks of the reading thread. */
export type WorkerRequest = { readonly kind: 'count' } | { readonly kind: 'stop' }

/** What the kernel counted up to some moment. */
export interface KernelTallies {
  /** Records that the programs tried to write, and those among them that found no room. */
  readonly attempted: number
  readonly lost: number
}

/** What the reading thread says. `counted` and `stopped` come after all batches that they speak of. */
export type WorkerReply =
  | {
      readonly kind: 'ready'
      /** Writing eight bytes to it wakes the thread. */
      readonly wakeFd: number
      /** Open as long as the source lives: closing them detaches everything, should the thread die. */
      readonly descriptors: readonly number[]
    }
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly message: string
      readonly reason: string
    }
  | { readonly kind: 'batch'; readonly bytes: ArrayBuffer }
  | ({ readonly kind: 'counted' } & KernelTallies)
  | ({ readonly kind: 'stopped' } & KernelTallies)
