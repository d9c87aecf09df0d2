/**
 * Who may import whom, the one copy: checked by `scripts/check-floors.ts`, printed into ARCHITECTURE.md.
 *
 * A room looks down only, and enters another room by its `index.ts` (through the `#room` import).
 * `portable` rooms run anywhere, a browser included: they import nothing of Node.
 */
export const rooms = {
  base: { floor: 0, may: [], portable: true },
  event: { floor: 1, may: ['base'], portable: true },
  query: { floor: 2, may: ['event', 'base'], portable: true },
  integration: { floor: 2, may: ['event', 'base'], portable: true },
  fleet: { floor: 2, may: ['event', 'base'], portable: true },
  rule: { floor: 3, may: ['query', 'event', 'base'], portable: true },
  store: { floor: 3, may: ['query', 'event', 'base'], portable: false },
  alert: { floor: 4, may: ['rule', 'event', 'base'], portable: true },
  detect: {
    floor: 5,
    may: ['alert', 'rule', 'store', 'query', 'event', 'base'],
    portable: false,
  },
  investigate: {
    floor: 5,
    may: ['alert', 'store', 'query', 'event', 'base'],
    portable: false,
  },
  respond: { floor: 5, may: ['store', 'event', 'base'], portable: false },
  notify: { floor: 5, may: ['alert', 'store', 'event', 'base'], portable: false },
  api: { floor: 6, may: ['alert', 'rule', 'fleet', 'query', 'event', 'base'], portable: true },
  server: {
    floor: 7,
    may: [
      'api',
      'detect',
      'investigate',
      'notify',
      'respond',
      'alert',
      'rule',
      'store',
      'query',
      'integration',
      'fleet',
      'event',
      'base',
    ],
    portable: false,
  },
  sensor: { floor: 6, may: ['event', 'base'], portable: false },
  host: { floor: 7, may: ['sensor', 'respond', 'base'], portable: false },
  agent: { floor: 7, may: ['sensor', 'fleet', 'event', 'base'], portable: false },
  cli: {
    floor: 8,
    may: [
      'agent',
      'host',
      'server',
      'sensor',
      'api',
      'detect',
      'investigate',
      'notify',
      'respond',
      'alert',
      'rule',
      'store',
      'query',
      'integration',
      'fleet',
      'event',
      'base',
    ],
    portable: false,
  },
}

/** The page, `web/`: it lives outside of the rooms, and what it needs of them runs in a browser. */
export const annex = {
  web: {
    may: ['api', 'fleet', 'event', 'base'],
    packages: [
      'preact',
      '@preact/signals',
      '@codemirror/autocomplete',
      '@codemirror/commands',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/state',
      '@codemirror/view',
      '@lezer/highlight',
      '@lezer/lr',
    ],
  },
}

/** Third-party packages that the product itself imports: the rooms that may, and the reason. */
export const packages = {
  '@noble/hashes': {
    rooms: ['base'],
    reason:
      'SHA-256 that also runs in a browser and synchronously: alert ids need it in portable rooms',
  },
  '@opensearch-project/opensearch': {
    rooms: ['store'],
    reason:
      'speaks with OpenSearch and Elasticsearch: several nodes, retries, TLS, what their makers changed between releases',
  },
  koffi: {
    rooms: ['sensor'],
    reason: 'bpf(2), mmap and netlink from JavaScript without a compiler on the host',
  },
  nodemailer: {
    rooms: ['notify'],
    reason: 'SMTP as mail servers really speak it: TLS, signing in, headers in every alphabet',
  },
  'smol-toml': {
    rooms: ['rule'],
    reason: 'reads and writes the TOML in which detection rules are published',
  },
  yaml: {
    rooms: ['rule'],
    reason: 'reads the tests that lie beside a rule, with the line of whatever is wrong',
  },
}

/** Development only: what each tool is for. `node` is the pinned runtime for machines with an older one. */
export const tools = {
  node: 'the runtime itself, first on PATH in every npm script, so that machines with an older Node need nothing else',
  typescript: 'type checking',
  assemblyscript: 'compiles the scanner to WebAssembly; what it made is kept in the repository',
  vitest: 'tests',
  'fast-check': 'property tests',
  oxlint: 'lint',
  'oxlint-tsgolint': 'type-aware lint rules',
  prettier: 'formatting',
  '@duckdb/node-api':
    'the yardstick of bench/: a database of columns, asked what the store is asked',
  knip: 'dead code and unused dependencies',
  vite: 'builds the page',
  preact: 'the page: components in 4 KB, without a framework around them',
  '@preact/signals': 'the page: state that redraws only what reads it',
  '@codemirror/state': 'the query editor of the page: text, selection, undo',
  '@codemirror/view': 'the query editor: drawing, input of every kind, screen readers',
  '@codemirror/language': 'the query editor: colours by our own grammars',
  '@codemirror/autocomplete': 'the query editor: completion of fields and values',
  '@codemirror/lint': 'the query editor: what our parsers say, at its place',
  '@codemirror/commands': 'the query editor: keys and history',
  '@lezer/lr': 'runs our grammars in the query editor',
  '@lezer/highlight': 'names what a grammar tells apart',
  '@lezer/generator': 'compiles our grammars when the page is built',
  'playwright-core': 'drives a real Chromium in tests of the page',
  'axe-core': 'finds what keeps people from using the page',
  '@types/node': 'types of the runtime',
}
