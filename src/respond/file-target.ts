import { textIn, type Parameters, type Values } from '#base'
import type { Action } from './action.ts'

/** The file that an action is about. */
export const fileParameters: Parameters = {
  path: {
    kind: 'text',
    title: 'Path',
    help: 'of an ordinary file on the host, from the root',
    required: true,
    maxLength: 4_096,
    like: { pattern: /^\/[^\0]*$/, words: 'a path from the root' },
  },
}

/** What every action on a file has in common. */
export const onFile = {
  on: 'file',
  need: 'files',
  permission: 'respond',
  changesNothing: true,
  undo: '',
  timeoutMs: 120_000,
  parameters: fileParameters,
  target: (values: Values) => `file ${textIn(values, 'path')}`,
} as const satisfies Partial<Action>
