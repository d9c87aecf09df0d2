import { readFileSync } from 'node:fs'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Fault, assert, messageOf } from '#base'
import { SystemCallError, loadKernel, type Kernel } from './kernel-calls.ts'
import { loadObject, type LoadedObject } from './loader/load.ts'
import { drain, pause, readOnce, type ReadingRoom } from './reading-loop.ts'
import { ringReader } from './ring.ts'
import { readTallies } from './tallies.ts'
import type { KernelTallies, WorkerInput, WorkerReply, WorkerRequest } from './worker-messages.ts'

// This thread does all that blocks: the verifier at the start, then waiting for the ring. It never decodes.

assert(parentPort, 'this file runs as a worker')
const port = parentPort

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the only sender is source.ts
run(workerData as WorkerInput)

function run(input: WorkerInput): void {
  let opened: Opened
  try {
    opened = open(input)
  } catch (error) {
    say({
      kind: 'refused',
      code: error instanceof Fault ? error.code : 'sensor.bpf-refused',
      message: messageOf(error),
      reason: error instanceof SystemCallError ? error.reason : '',
    })
    return
  }
  const { kernel, loaded, wakeFd } = opened
  say({ kind: 'ready', wakeFd, descriptors: [...loaded.descriptors, wakeFd] })
  read(input, opened)
  kernel.close(wakeFd)
}

interface Opened {
  readonly kernel: Kernel
  readonly loaded: LoadedObject
  readonly wakeFd: number
  readonly room: ReadingRoom
  free(): void
}

function open(input: WorkerInput): Opened {
  const kernel = loadKernel()
  kernel.raiseLockedMemoryLimit()
  const loaded = loadObject(kernel, {
    object: readFileSync(input.objectPath),
    btf: readFileSync(input.btfPath),
    mapEntries: { ring: input.ringBytes, workbenches: input.possibleCpus },
  })
  try {
    const ring = loaded.maps.get('ring')
    assert(ring !== undefined, 'the object has a ring')
    const { pageBytes } = kernel
    const consumer = kernel.mapMemory(ring, { offset: 0, bytes: pageBytes, writable: true })
    const rest = { offset: pageBytes, bytes: pageBytes + 2 * input.ringBytes, writable: false }
    const produced = kernel.mapMemory(ring, rest)
    const wakeFd = kernel.eventFd()
    const poller = kernel.pollerOf(ring, wakeFd)
    const room: ReadingRoom = {
      reader: ringReader({
        consumerPage: consumer.bytes,
        producerPages: produced.bytes,
        dataOffset: pageBytes,
        bytes: input.ringBytes,
      }),
      poller,
      inFlight: new Int32Array(input.inFlight),
      maxInFlightBytes: input.maxInFlightBytes,
      deliver: (bytes) => port.postMessage({ kind: 'batch', bytes } satisfies WorkerReply, [bytes]),
    }
    const free = () => {
      poller.close()
      consumer.unmap()
      produced.unmap()
      loaded.free()
    }
    return { kernel, loaded, wakeFd, room, free }
  } catch (error) {
    loaded.free()
    throw error
  }
}

function read(input: WorkerInput, { kernel, loaded, room, free }: Opened): void {
  let received = 0
  const tallies = () => readTallies(kernel, loaded, input.possibleCpus)
  for (;;) {
    received += readOnce(room)
    // One wake-up may stand for several requests.
    for (let request = nextRequest(); request !== undefined; request = nextRequest()) {
      if (request.kind === 'stop') {
        loaded.detach()
        const last = settle(room, { received, tallies })
        free()
        say({ kind: 'stopped', ...last })
        return
      }
      // The kernel's numbers first: what they count is in the ring or already handed over.
      const counted = tallies()
      received += drain(room, counted.attempted - counted.lost - received)
      say({ kind: 'counted', ...counted })
    }
  }
}

/** After detaching, a program may still be finishing on another CPU: reads on until every attempt is accounted for. */
function settle(
  room: ReadingRoom,
  so: { readonly received: number; readonly tallies: () => KernelTallies },
): KernelTallies {
  let { received } = so
  for (let round = 0; ; round++) {
    pause(1)
    const counted = so.tallies()
    received += drain(room, counted.attempted - counted.lost - received)
    if (received === counted.attempted - counted.lost || round === 100) return counted
  }
}

function nextRequest(): WorkerRequest | undefined {
  const next: { readonly message: WorkerRequest } | undefined = receiveMessageOnPort(port)
  return next?.message
}

function say(reply: WorkerReply): void {
  port.postMessage(reply)
}
