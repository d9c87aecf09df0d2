import type { Options } from './command.ts'

/** Options of every command that speaks to a running server. */
export const connectOptions: Options = {
  server: {
    kind: 'text',
    value: 'URL',
    help: 'default: the one of the data directory, else http://127.0.0.1:7070 (also by VEDETTE_SERVER)',
  },
  data: {
    kind: 'text',
    value: 'DIR',
    help: 'data directory of the server (also by VEDETTE_DATA), default ./vedette-data',
  },
  ca: {
    kind: 'text',
    value: 'FILE',
    help: 'authority of the server, default: that of the data directory (also by VEDETTE_CA)',
  },
  'token-file': {
    kind: 'text',
    value: 'FILE',
    help: 'default: `token` in the data directory (also the text itself by VEDETTE_TOKEN)',
  },
}
