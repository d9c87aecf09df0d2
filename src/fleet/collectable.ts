/** One kind of event that a policy can have an agent send, or leave out. */
export interface Collectable {
  /** Stable, `process.exec`. */
  readonly id: CollectableId
  readonly title: string
  /** What an event of it tells, and what goes unseen without it. */
  readonly says: string
  /** `data_stream.dataset` of its events. */
  readonly dataset: string
  /** `event.action` of its events; absent: all events of the dataset. */
  readonly action?: string
}

/** The ids of {@link collectables}, as policies name them. */
export const collectableIds = [
  'process.exec',
  'process.fork',
  'process.end',
  'process.already_running',
  'container',
] as const

/** One of {@link collectableIds}. */
export type CollectableId = (typeof collectableIds)[number]

const processes = 'endpoint.events.process'

/**
 * Everything that a policy can switch. What the sensor tells of itself (start, heartbeat, losses) is always sent, so
 * that silence means something.
 */
export const collectables: readonly Collectable[] = [
  {
    id: 'process.exec',
    title: 'Program starts',
    says: 'Each program that starts, with its arguments, user, parents and container. Nearly every rule for processes reads these.',
    dataset: processes,
    action: 'exec',
  },
  {
    id: 'process.fork',
    title: 'Forks',
    says: 'Each process that splits off without starting a program yet. Many, and few rules read them; process trees are whole without them.',
    dataset: processes,
    action: 'fork',
  },
  {
    id: 'process.end',
    title: 'Program ends',
    says: 'When a process ended and with which exit code. Without them nothing tells how long a program ran.',
    dataset: processes,
    action: 'end',
  },
  {
    id: 'process.already_running',
    title: 'Programs that ran before',
    says: 'What ran already when the sensor started. Without them a process tree begins with the sensor.',
    dataset: processes,
    action: 'already_running',
  },
  {
    id: 'container',
    title: 'Containers',
    says: 'Containers that are created, started, stopped or entered, with their privileges and mounts, from the Docker Engine and from OCI runtimes.',
    dataset: 'vedette.container',
  },
]
