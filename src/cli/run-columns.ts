import type { WireRun } from '#api'
import type { Column } from './output.ts'
import type { Tone } from './terminal.ts'

const tones: { readonly [state in WireRun['state']]?: Tone } = {
  finished: 'good',
  canceled: 'warning',
  failed: 'bad',
}

/** The columns of a list of manual runs. */
export const runColumns: readonly Column<WireRun>[] = [
  { title: 'RUN', value: ({ id }) => id.slice(0, 8), dispensable: 0 },
  {
    title: 'STATE',
    value: ({ state }) => state,
    tone: ({ state }) => tones[state],
    dispensable: 0,
  },
  { title: 'FOR', value: ({ purpose }) => purpose, dispensable: 4 },
  { title: 'FROM', value: ({ stretches }) => stretches[0]?.from ?? '', dispensable: 2 },
  { title: 'TO', value: ({ stretches }) => stretches.at(-1)?.to ?? '', dispensable: 2 },
  {
    title: 'DONE',
    value: ({ executions: { done, planned } }) => `${done}/${planned}`,
    dispensable: 0,
  },
  {
    title: 'FAILED',
    value: ({ executions: { failed } }) => (failed === 0 ? '' : String(failed)),
    tone: () => 'bad',
    dispensable: 1,
  },
  { title: 'CREATED', value: ({ created }) => String(created), dispensable: 0 },
  {
    title: 'CUT',
    value: ({ cut }) => (cut === 0 ? '' : String(cut)),
    tone: () => 'warning',
    dispensable: 1,
  },
  { title: 'RULE', value: ({ rule_name }) => rule_name, dispensable: 0 },
  { title: 'WHY', value: ({ reason = '' }) => reason, dispensable: 3 },
]
