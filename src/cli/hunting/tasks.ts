import { open } from 'node:fs/promises'
import { formatOf, headBytes, nameOfFormat } from './formats.ts'
import type { HuntInput } from './inputs.ts'
import type { SiftTask } from './sift-task.ts'

/** Files are split into ranges of so many bytes. */
const ordinaryRangeBytes = 16 * 1024 * 1024

/**
 * The tasks that inputs make, in order. Files of JSON lines are split, other inputs are a task each: what is
 * compressed, what comes from elsewhere, and formats in which lines belong together.
 */
export async function* tasksOf(
  inputs: readonly HuntInput[],
  {
    format,
    rangeBytes: range = ordinaryRangeBytes,
  }: { readonly format: string | undefined; readonly rangeBytes?: number },
): AsyncGenerator<SiftTask> {
  for (const input of inputs) {
    if (input.bytes <= range || isStream(input)) {
      yield { input, range: undefined, format }
      continue
    }
    const found = format ?? nameOfFormat(formatOf(await headOf(input)))
    if (found !== 'ndjson') {
      yield { input, range: undefined, format: found }
      continue
    }
    for (let from = 0; from < input.bytes; from += range) {
      const to = Math.min(input.bytes, from + range)
      yield { input, range: { from, to }, format: found }
    }
  }
}

/** Whether an input can only be read from its beginning. */
export function isStream({ path }: HuntInput): boolean {
  return path === '-' || /\.(gz|zst)$/i.test(path)
}

/** The first bytes of a file. Empty for one that cannot be read: whoever reads it will say so. */
export async function headOf({ path }: HuntInput, bytes = headBytes): Promise<Uint8Array> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } catch {
    return new Uint8Array()
  }
}
