import type { Api } from '#api'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

type Review = Awaited<ReturnType<Api['reviewExceptions']>>
type Item = Review['items'][number]

const columns: readonly Column<Item>[] = [
  { title: 'ITEM', value: ({ item_id: id }) => id, dispensable: 3 },
  {
    title: 'VERDICT',
    value: verdictOf,
    tone: (item) => (wantsALook(item) ? 'warning' : undefined),
    dispensable: 0,
  },
  { title: 'MATCHES', value: ({ matches }) => String(matches), dispensable: 0 },
  { title: 'LAST MATCH', value: (item) => item.last_match ?? 'never', dispensable: 1 },
  { title: 'AGE', value: ageOf, dispensable: 2 },
  { title: 'EXPIRES', value: (item) => item.expire_time ?? 'never', dispensable: 4 },
  { title: 'NAME', value: ({ name }) => name, dispensable: 0 },
]

function verdictOf(item: Item): string {
  const verdict = item.verdict.replaceAll('-', ' ')
  if (item.true_positives === 0) return verdict
  return `${verdict}, hides ${item.true_positives} true positives`
}

function wantsALook({ verdict, true_positives: hidden }: Item): boolean {
  return hidden > 0 || verdict !== 'active'
}

function ageOf({ age_days: days }: Item): string {
  if (days === undefined) return ''
  return days < 1 ? 'today' : `${Math.floor(days)}d`
}

/** `vedette exception review`: which items of a list still do something, and which hide what was real. */
export async function exceptionReview(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const review = await api.reviewExceptions({ list_id: call.positionals[0] ?? '' })
  const rows = rowWriter<Item>(terminal, { format, columns, json: (item) => ({ ...item }) })
  rows.write(review.items)
  rows.end()
  const looked = review.items.filter(wantsALook).length
  const rules = review.rules.length === 0 ? 'no rule' : review.rules.map(shown).join(', ')
  terminal.note(
    `${review.items.length} items, ${looked} want a look; the list is named by ${rules}; ` +
      `${review.alerts_looked_at} alerts closed as true positives were looked at\n`,
  )
  return exitCode.done
}
