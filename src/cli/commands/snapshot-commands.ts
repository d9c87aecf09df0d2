import type { Command, Options } from '../command.ts'

const data = (help: string): Options => ({ data: { kind: 'text', value: 'DIR', help } })

const one = { arguments: 'DIR', takes: { min: 1, max: 1 } }

/** Verbs about copies of a whole data directory. */
export const snapshotCommands: readonly Command[] = [
  {
    name: ['snapshot', 'create'],
    summary: 'copy a data directory, also while the server works on it',
    ...one,
    options: data('what to copy (also by VEDETTE_DATA), default ./vedette-data'),
    examples: ['vedette snapshot create /backup/vedette-2026-11-24'],
    notes: [
      'It has every event and change that was acknowledged before, as after a crash at that moment.',
      'DIR must be empty or not there. A copy that was not finished has no snapshot.json.',
    ],
    run: async (call, terminal) => (await import('../snapshot.ts')).snapshotCreate(call, terminal),
  },
  {
    name: ['snapshot', 'check'],
    summary: 'whether each file of a snapshot is as it was written',
    ...one,
    options: {},
    examples: ['vedette snapshot check /backup/vedette-2026-11-24'],
    run: async (call, terminal) => (await import('../snapshot.ts')).snapshotCheck(call, terminal),
  },
  {
    name: ['snapshot', 'restore'],
    summary: 'make a data directory of a snapshot, each file checked',
    ...one,
    options: data('what to make: empty, or not there (also by VEDETTE_DATA)'),
    examples: ['vedette snapshot restore /backup/vedette-2026-11-24 --data ./vedette-data'],
    notes: ['Start the server on it as ever. What rules did not read since then is told as gaps.'],
    run: async (call, terminal) => (await import('../snapshot.ts')).snapshotRestore(call, terminal),
  },
]
