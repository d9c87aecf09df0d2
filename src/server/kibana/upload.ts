import { Fault } from '#base'
import { bodyOf } from '../http/body.ts'
import { boundaryOf, multipartParts, type Part } from '../http/multipart.ts'
import type { KibanaCall } from './call.ts'

const mebibyte = 1024 * 1024

/** Uploads of values may be as large as this; they are never held as a whole. */
const maxUploadBytes = 512 * mebibyte

/** Files of rules and exceptions are held as a whole. */
const maxFileBytes = 64 * mebibyte

/** The part `file` of an upload, as it comes. Faults: `invalid` where there is none. */
export async function withUploadedFile<T>(
  { exchange: { request } }: KibanaCall,
  use: (file: Part) => Promise<T>,
): Promise<T> {
  const boundary = boundaryOf(request.headers['content-type'])
  if (boundary === undefined) {
    throw new Fault(
      'invalid',
      'server.not-multipart',
      'an upload has the content type multipart/form-data with a boundary, and the file in its part [file]',
    )
  }
  const limits = { maxBytes: maxUploadBytes, maxInflatedBytes: maxUploadBytes }
  let used: { readonly outcome: T } | undefined
  // All parts are read: a sender that is still writing would wait for its answer in vain.
  for await (const part of multipartParts(bodyOf(request, limits), boundary)) {
    if (part.name === 'file' && used === undefined) used = { outcome: await use(part) }
  }
  if (used !== undefined) return used.outcome
  throw new Fault('invalid', 'server.no-file', 'the multipart body has no part [file]')
}

/** The whole of an uploaded file. Faults: as {@link withUploadedFile}, and `too-large`. */
export function uploadedBytes(
  call: KibanaCall,
): Promise<{ readonly bytes: Uint8Array; readonly fileName: string }> {
  return withUploadedFile(call, async ({ body, fileName = 'import.ndjson' }) => {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > maxFileBytes) {
        const message = `the file has more than ${maxFileBytes / mebibyte} MiB; split it`
        throw new Fault('too-large', 'server.body-too-large', message)
      }
      chunks.push(chunk)
    }
    return { bytes: Buffer.concat(chunks), fileName }
  })
}
