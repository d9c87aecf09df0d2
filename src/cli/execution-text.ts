import type { WireExecution } from '#api'
import type { Column } from './output.ts'
import { spanText } from './span-text.ts'
import { shown, type Terminal, type Tone } from './terminal.ts'

const tones: { readonly [status in WireExecution['status']]: Tone } = {
  succeeded: 'good',
  'partial failure': 'warning',
  failed: 'bad',
}

/** The columns of a list of executions. */
export const executionColumns: readonly Column<WireExecution>[] = [
  { title: 'ID', value: ({ id }) => id.slice(0, 10), dispensable: 5 },
  {
    title: 'STATUS',
    value: ({ status }) => status,
    tone: ({ status }) => tones[status],
    dispensable: 0,
  },
  { title: 'DUE', value: ({ started_at }) => started_at, dispensable: 1 },
  { title: 'KIND', value: ({ kind }) => kind, dispensable: 4 },
  { title: 'TOOK', value: ({ total_ms }) => spanText(total_ms), dispensable: 3 },
  { title: 'CREATED', value: ({ created }) => String(created), dispensable: 0 },
  { title: 'FOLDED', value: ({ suppressed }) => String(suppressed), dispensable: 6 },
  { title: 'CUT', value: cutCount, tone: cutTone, dispensable: 2 },
  { title: 'RULE', value: ({ rule_name }) => rule_name, dispensable: 0 },
  { title: 'WHAT IT SAYS', value: firstMessage, dispensable: 0 },
]

function cutCount({ cut }: WireExecution): string {
  if (cut === undefined) return ''
  return cut.more ? `${cut.alerts}+` : String(cut.alerts)
}

function cutTone({ cut }: WireExecution): Tone | undefined {
  return cut === undefined ? undefined : 'warning'
}

function firstMessage({ errors, warnings }: WireExecution): string {
  const [first, ...others] = [...errors, ...warnings]
  if (first === undefined) return ''
  return others.length === 0 ? first.message : `${first.message} (and ${others.length} more)`
}

/** One execution, whole. */
export function executionText(execution: WireExecution, terminal: Pick<Terminal, 'tint'>): string {
  const { status, kind, total_ms, search_ms, write_ms, cut, gap } = execution
  const took = `${spanText(total_ms)} (reading ${spanText(search_ms)}, writing ${spanText(write_ms)})`
  const facts: readonly (readonly [string, string])[] = [
    ['status', terminal.tint(tones[status], status)],
    ['due', `${execution.started_at}, ${kind}`],
    ['took', took],
    ...execution.windows.map(({ from, to }) => ['read', `${from} to ${to}`] as const),
    ['found', foundText(execution)],
    ...(cut === undefined ? [] : [['cut', cutText(cut)] as const]),
    ...(gap === undefined ? [] : [['gap', `${gap.from} to ${gap.to}`] as const]),
    ...execution.errors.map((each) => ['error', messageText(each)] as const),
    ...execution.warnings.map((each) => ['warning', messageText(each)] as const),
    ...(execution.run === undefined ? [] : [['run', execution.run] as const]),
    ['id', execution.id],
  ]
  const lines = facts.map(([name, text]) => `  ${name.padEnd(10)}${text}`)
  return `${[terminal.tint('strong', shown(execution.rule_name)), ...lines].join('\n')}\n`
}

function foundText({ candidates, created, suppressed }: WireExecution): string {
  const folded = suppressed === 0 ? '' : `, ${suppressed} folded into alerts`
  return `${candidates} candidates, ${created} new alerts${folded}`
}

function cutText({ alerts, more, events }: NonNullable<WireExecution['cut']>): string {
  const many = `${more ? 'at least ' : ''}${alerts} alerts not created`
  return events === undefined ? many : `${many}, on events from ${events.from} to ${events.to}`
}

function messageText({ kind, message }: WireExecution['errors'][number]): string {
  return `${shown(kind)}: ${shown(message)}`
}
