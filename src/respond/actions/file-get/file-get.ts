import { textIn } from '#base'
import { maxPartBytes, said, type Action, type OutputPart } from '../../action.ts'
import { onFile } from '../../file-target.ts'

/** A copy of a file. */
export const fileGet: Action = {
  ...onFile,
  id: 'file-get',
  title: 'Get a file',
  effect: `The first ${maxPartBytes / 1024} KiB of an ordinary file of the host, and the SHA-256 of all of it. Whoever may respond can read it.`,
  preview: async (values) => said(`${textIn(values, 'path')} would be copied`),
  async run(values, { host, signal }) {
    const path = textIn(values, 'path')
    const { bytes, isCut, sha256, size, changedMeanwhile } = await host.files.read(path, {
      maxBytes: maxPartBytes,
      signal,
    })
    const note = changedMeanwhile ? '; it was written to meanwhile' : ''
    return {
      summary: `${size} bytes of ${path}, SHA-256 ${sha256}${isCut ? ', only the beginning is kept' : ''}${note}`,
      parts: [{ name: 'contents', isCut, ...encoded(bytes) }],
    }
  },
}

/** As text where it is text. */
function encoded(bytes: Uint8Array): Pick<OutputPart, 'text' | 'encoding'> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (!text.includes('\0')) return { text, encoding: 'text' }
  } catch {
    // Bytes that are no text travel as base64.
  }
  return { text: Buffer.from(bytes).toString('base64'), encoding: 'base64' }
}
