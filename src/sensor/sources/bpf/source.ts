import { closeSync, writeSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Fault, messageOf } from '#base'
import type { RecordListener, RecordSource } from '../../record.ts'
import { defaultRingBytes, possibleCpus, ringBytesFor } from './host-facts.ts'
import { faultOfRefusal, kernelTypesPath, requireBpf } from './probe.ts'
import { receiver, type BpfCounters } from './receiver.ts'
import type { KernelTallies, WorkerInput, WorkerReply, WorkerRequest } from './worker-messages.ts'

/** How to open the source. */
export interface BpfSourceOptions {
  readonly listener: RecordListener
  /** Rounded up to a power of two; chosen from the machine's memory where absent. */
  readonly ringBytes?: number
  /** Told once when the source breaks after it was opened; no records come after that. */
  readonly onFault?: (fault: Fault) => void
}

/** The eBPF source. `produced` is `delivered` + `lost` + `undecodable` whenever it is asked. */
export interface BpfSource extends RecordSource {
  readonly mode: 'bpf'
  counters(): Promise<BpfCounters>
}

const objectPath = fileURLToPath(new URL('./kernel/process.bpf.o', import.meta.url))

// Undecoded bytes outside the ring; beyond them records wait in the ring, and are counted when it is full.
const maxInFlightBytes = 8 * 1024 * 1024

/**
 * Starts the eBPF programs and a thread that reads their ring; resolves when every process start from now on is seen.
 * Batches are decoded on the calling thread: cheaper there than cloning decoded records across threads.
 * Throws a Fault `sensor.bpf-…` with the remedy in its message where this host does not allow it.
 */
export async function openBpfSource(options: BpfSourceOptions): Promise<BpfSource> {
  requireBpf()
  const inFlight = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WorkerInput = {
    ringBytes: ringBytesFor(options.ringBytes ?? defaultRingBytes()),
    possibleCpus: possibleCpus(),
    objectPath,
    btfPath: kernelTypesPath,
    inFlight: inFlight.buffer,
    maxInFlightBytes,
  }
  const worker = new Worker(workerScript(), { workerData })
  const received = receiver(options.listener, inFlight)
  const opening = Promise.withResolvers<Ready>()
  const waiting: ((tallies: KernelTallies) => void)[] = []
  let ready: Ready | undefined
  let last: KernelTallies | undefined

  /** Nothing can be counted after these. */
  function end(tallies: KernelTallies): void {
    last = tallies
    for (const resolve of waiting.splice(0)) resolve(tallies)
  }

  function hear(reply: WorkerReply): void {
    if (reply.kind === 'batch') received.batch(reply.bytes)
    else if (reply.kind === 'counted') waiting.shift()?.(reply)
    else if (reply.kind === 'stopped') end(reply)
    else if (reply.kind === 'ready') opening.resolve((ready = reply))
    else opening.reject(faultOfRefusal(reply))
  }

  function breakDown(cause: unknown): void {
    const message = `reading the eBPF ring: the thread ended: ${messageOf(cause)}`
    const fault = new Fault('internal', 'sensor.bpf-reader', message, { cause })
    opening.reject(fault)
    if (ready === undefined || last !== undefined) return
    closeAll(ready.descriptors)
    end(received.tallies())
    options.onFault?.(fault)
  }

  worker.on('message', hear)
  worker.on('error', breakDown)
  worker.on('exit', (status) => breakDown(`exit status ${status}`))
  const { wakeFd } = await opening.promise

  let stopping = false
  function ask(request: WorkerRequest): Promise<KernelTallies> {
    if (last !== undefined) return Promise.resolve(last)
    const answer = new Promise<KernelTallies>((resolve) => waiting.push(resolve))
    // The last numbers answer whatever is asked from here on; the thread's descriptors are its own to close.
    if (stopping) return answer
    stopping = request.kind === 'stop'
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(request)
    writeSync(wakeFd, new BigUint64Array([1n]))
    return answer
  }

  let closed: Promise<void> | undefined
  const close = async () => {
    await ask({ kind: 'stop' })
    await worker.terminate()
  }
  return {
    mode: 'bpf',
    blindSpots: [],
    counters: async () => received.counters(await ask({ kind: 'count' })),
    close: () => (closed ??= close()),
  }
}

type Ready = Extract<WorkerReply, { kind: 'ready' }>

function closeAll(descriptors: readonly number[]): void {
  for (const fd of descriptors) {
    try {
      closeSync(fd)
    } catch {
      // The thread may have closed some before it died.
    }
  }
}

/** The thread's file beside this one: `.ts` as written, `.js` as published. */
function workerScript(): URL {
  return new URL(`./reading-worker${extname(import.meta.url)}`, import.meta.url)
}
