import { textIn } from '#base'
import { said, textPart, type Action } from '../../action.ts'
import { fileParameters, onFile } from '../../file-target.ts'

/** What a file is, without its contents. */
export const fileHash: Action = {
  ...onFile,
  id: 'file-hash',
  title: 'Hash a file',
  effect: 'Size, owner, mode, time and SHA-256 of an ordinary file of the host.',
  parameters: fileParameters,
  preview: async (values) => said(`${textIn(values, 'path')} would be read through`),
  async run(values, { host, signal }) {
    const path = textIn(values, 'path')
    const { sha256, size, mode, owner, modified, changedMeanwhile } = await host.files.read(path, {
      maxBytes: 0,
      signal,
    })
    const facts = [
      `path\t${path}`,
      `sha256\t${sha256}`,
      `size\t${size}`,
      `mode\t${mode}`,
      `owner\t${owner}`,
      `modified\t${modified}`,
      ...(changedMeanwhile ? ['note\tit was written to while it was read'] : []),
    ]
    return { summary: `SHA-256 ${sha256} of ${path}`, parts: [textPart('facts', facts.join('\n'))] }
  },
}
