import type { WireSavedQuery } from '#api'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const columns: readonly Column<WireSavedQuery>[] = [
  { title: 'ID', value: ({ id }) => id, dispensable: 0 },
  { title: 'TITLE', value: ({ title }) => title, dispensable: 2 },
  { title: 'LANGUAGE', value: ({ language }) => language, dispensable: 4 },
  { title: 'RULES', value: ({ rules }) => String(rules.length), dispensable: 1 },
  { title: 'FILTERS', value: ({ filters }) => String(filters.length), dispensable: 3 },
  { title: 'QUERY', value: ({ query }) => query, dispensable: 0 },
]

/** `vedette saved-query list`: the saved queries, by title. */
export async function savedQueryList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const { saved_queries: queries } = await api.listSavedQueries({})
  const rows = rowWriter<WireSavedQuery>(terminal, {
    format,
    columns,
    json: (query) => ({ ...query }),
  })
  rows.write(queries)
  rows.end()
  return exitCode.done
}

/** `vedette saved-query show`: one of them. */
export async function savedQueryShow(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const query = await api.getSavedQuery({ id: call.positionals[0] ?? '' })
  if (format !== 'table') {
    terminal.out(`${JSON.stringify(query, null, format === 'json' ? 2 : 0)}\n`)
    return exitCode.done
  }
  const { title, description, language, filters, rules } = query
  const facts = [
    ['language', language],
    ['filters', filters.length === 0 ? '' : JSON.stringify(filters)],
    ['rules', rules.map(shown).join(', ') || 'no rule runs it'],
    ['id', query.id],
  ].filter(([, text]) => text !== '')
  terminal.out(`${terminal.tint('strong', shown(title))}\n`)
  if (description !== '') terminal.out(`${shown(description)}\n`)
  terminal.out(`\n${query.query.split('\n').map(shown).join('\n')}\n\n`)
  for (const [name = '', text = ''] of facts) terminal.out(`  ${name.padEnd(10)}${shown(text)}\n`)
  return exitCode.done
}

/** `vedette saved-query put`: adds one, or replaces it. */
export async function savedQueryPut(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = '', query = ''] = call.positionals
  const language = call.text('language') ?? 'kuery'
  if (language !== 'kuery' && language !== 'lucene') {
    throw usageFault('--language is one of kuery, lucene')
  }
  const [title, description] = [call.text('title'), call.text('description')]
  const { api } = await connect(call, terminal)
  const saved = await api.putSavedQuery({
    id,
    body: {
      query,
      language,
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
    },
  })
  terminal.out(`${saved.id}\n`)
  terminal.note(`${rulesText(saved)}\n`)
  return exitCode.done
}

function rulesText({ rules }: WireSavedQuery): string {
  if (rules.length === 0)
    return 'no rule runs it yet: write its id as saved_id of a saved_query rule'
  return `from their next execution on it is run by ${rules.map(shown).join(', ')}`
}

/** `vedette saved-query remove`. */
export async function savedQueryRemove(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const { rules } = await api.getSavedQuery({ id })
  await api.removeSavedQuery({ id })
  const left = rules.map(shown).join(', ')
  terminal.note(left === '' ? 'removed\n' : `removed; these rules ran it: ${left}\n`)
  return exitCode.done
}
