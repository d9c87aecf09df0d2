/** A field of which segments keep a column, so that a search need not unpack the events that it cannot mean. */
export interface HotField {
  readonly field: string
  /** `values`: each as it is, while they are not too many; `hashes`: 16 bits of their hash, for values that rarely repeat. */
  readonly kind: 'values' | 'hashes'
}

/** What rules, hunts and people ask for most; two bytes an event and field at most. */
export const hotFields: readonly HotField[] = [
  ...[
    'event.action',
    'event.category',
    'event.type',
    'event.kind',
    'event.dataset',
    'event.module',
    'event.outcome',
    'event.code',
    'host.id',
    'host.name',
    'host.os.type',
    'user.id',
    'user.name',
    'process.name',
    'process.executable',
    'process.parent.name',
    'process.parent.executable',
    'process.pid',
    'container.id',
    'container.image.name',
    'destination.ip',
    'destination.port',
    'dns.question.name',
    'file.extension',
  ].map((field): HotField => ({ field, kind: 'values' })),
  ...[
    'process.entity_id',
    'process.parent.entity_id',
    'process.command_line',
    'file.path',
    'source.ip',
  ].map((field): HotField => ({ field, kind: 'hashes' })),
]

/** Values of more bytes are not kept in a column: they may be anything. */
export const maxColumnTextBytes = 256
