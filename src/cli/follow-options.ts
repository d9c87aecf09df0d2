import type { Options } from './command.ts'

/** Of commands that begin runs over past time. */
export const followOptions: Options = {
  'no-wait': { kind: 'switch', help: 'do not wait for the end; `vedette rule runs` tells of it' },
}
