import { err, ok, type Diagnostic, type Result } from '#base'
import type {
  AggregateExpression,
  EsqlCommand,
  EsqlName,
  EsqlQuery,
  EsqlSource,
  NamedExpression,
  SortKey,
} from './ast.ts'
import { takeExpression, takeName, takeQuoted } from './parse-expression.ts'
import { EsqlReader, EsqlSlip, slip } from './reader.ts'

/** The longest text that is read. */
const maxLength = 1_000_000

/** What an ES|QL text says, or the first thing that is wrong with it. Linear in the text. */
export function parseEsql(text: string): Result<EsqlQuery, readonly Diagnostic[]> {
  try {
    if (text.length > maxLength) {
      throw slip('too-long', `a text may have ${maxLength} characters`, {
        start: 0,
        end: text.length,
      })
    }
    return ok(takeQuery(new EsqlReader(text)))
  } catch (thrown) {
    if (thrown instanceof EsqlSlip) return err([thrown.diagnostic])
    throw thrown
  }
}

function takeQuery(reader: EsqlReader): EsqlQuery {
  const source = takeSource(reader)
  const commands: EsqlCommand[] = []
  while (!reader.isAtEnd) {
    reader.expect('|', '"|" and a command, or the end,')
    commands.push(takeCommand(reader))
  }
  return { source, commands }
}

function takeSource(reader: EsqlReader): EsqlSource {
  const { start } = reader
  if (reader.takeWord('row')) {
    const fields = takeFields(reader)
    return { kind: 'row', fields, span: reader.spanFrom(start) }
  }
  if (!reader.takeWord('from')) {
    throw reader.unexpected('FROM and the names of indices', 'for example: FROM logs-* | WHERE …')
  }
  const indices = [takeIndexPattern(reader)]
  while (reader.take(',')) indices.push(takeIndexPattern(reader))
  const metadata: EsqlName[] = []
  if (reader.takeWord('metadata')) {
    do metadata.push(takeColumn(reader))
    while (reader.take(','))
  }
  return { kind: 'from', indices, metadata, span: reader.spanFrom(start) }
}

const indexPattern = /[^\s,|"()[\]`=/]+/y

function takeIndexPattern(reader: EsqlReader): string {
  const pattern = reader.takeText() ?? reader.takeMatch(indexPattern)
  if (pattern === undefined) throw reader.unexpected('the name of an index')
  return pattern
}

function takeColumn(reader: EsqlReader, pattern = false): EsqlName {
  const { start } = reader
  return { name: takeName(reader, pattern), span: reader.spanFrom(start) }
}

function takeColumns(reader: EsqlReader): readonly EsqlName[] {
  const names = [takeColumn(reader, true)]
  while (reader.take(',')) names.push(takeColumn(reader, true))
  return names
}

/** How each command goes on after its word. */
const commandsByWord: {
  readonly [word: string]: (reader: EsqlReader, start: number) => EsqlCommand
} = {
  where: (reader, start) => ({
    kind: 'where',
    condition: takeExpression(reader),
    span: reader.spanFrom(start),
  }),
  eval: (reader, start) => ({
    kind: 'eval',
    fields: takeFields(reader),
    span: reader.spanFrom(start),
  }),
  stats: (reader, start) => takeStats(reader, start, false),
  inlinestats: (reader, start) => takeStats(reader, start, true),
  keep: (reader, start) => ({
    kind: 'keep',
    names: takeColumns(reader),
    span: reader.spanFrom(start),
  }),
  drop: (reader, start) => ({
    kind: 'drop',
    names: takeColumns(reader),
    span: reader.spanFrom(start),
  }),
  rename: takeRename,
  sort: takeSort,
  limit: takeLimit,
  mv_expand: (reader, start) => ({
    kind: 'mv-expand',
    name: takeColumn(reader),
    span: reader.spanFrom(start),
  }),
  dissect: takeDissect,
  grok: takeGrok,
}

/** Commands of the language that need what is not here. */
const unknownHere: { readonly [word: string]: string } = {
  completion: 'it asks a language model',
  rerank: 'it asks a language model',
  enrich: 'there are no enrich policies here',
  lookup: 'there are no lookup indices here',
  fork: 'branches are not known',
  fuse: 'branches are not known',
  change_point: 'change points are not known',
  sample: 'an answer that depends on chance makes no alert that can be repeated',
}

function takeCommand(reader: EsqlReader): EsqlCommand {
  const { start } = reader
  if (reader.takeWords('inline', 'stats')) return takeStats(reader, start, true)
  const word = reader.word()
  const name = word?.toLowerCase() ?? ''
  const take = Object.hasOwn(commandsByWord, name) ? commandsByWord[name] : undefined
  if (take !== undefined) {
    reader.takeWord(name)
    return take(reader, start)
  }
  const known = `the commands are ${Object.keys(commandsByWord).join(', ')} and inline stats`
  if (word === undefined) throw reader.unexpected('a command', known)
  const reason = Object.hasOwn(unknownHere, name) ? unknownHere[name] : undefined
  const span = { start, end: start + word.length }
  if (reason !== undefined) {
    throw slip('command-not-runnable', `${name.toUpperCase()} does not run here: ${reason}`, span)
  }
  throw slip('unknown-command', `there is no command ${word}`, span, known)
}

function takeFields(reader: EsqlReader): readonly NamedExpression[] {
  const fields = [takeField(reader)]
  while (reader.take(',')) fields.push(takeField(reader))
  return fields
}

/** `name = expression`, or an expression that is called as it is written. */
function takeField(reader: EsqlReader): NamedExpression {
  const { start } = reader
  const first = takeExpression(reader)
  if (first.kind === 'column' && reader.take('=')) {
    const of = takeExpression(reader)
    return { name: first.name, of, span: reader.spanFrom(start) }
  }
  const span = reader.spanFrom(start)
  const name = first.kind === 'column' ? first.name : reader.text.slice(start, span.end)
  return { name, of: first, span }
}

function takeStats(reader: EsqlReader, start: number, inline: boolean): EsqlCommand {
  const aggregates: AggregateExpression[] = []
  if (!reader.seesWord('by')) {
    do {
      const field = takeField(reader)
      const where = reader.takeWord('where') ? takeExpression(reader) : undefined
      aggregates.push(where === undefined ? field : withCondition(field, where, reader))
    } while (reader.take(','))
  }
  const by = reader.takeWord('by') ? takeFields(reader) : []
  return { kind: 'stats', aggregates, by, inline, span: reader.spanFrom(start) }
}

/** Without a name of its own an aggregate is called as it is written, condition included. */
function withCondition(
  field: NamedExpression,
  where: AggregateExpression['where'] & {},
  reader: EsqlReader,
): AggregateExpression {
  const span = { start: field.span.start, end: where.span.end }
  const isNamed = field.of.span.start !== field.span.start
  return {
    ...field,
    name: isNamed ? field.name : reader.text.slice(span.start, span.end),
    where,
    span,
  }
}

/** `old AS new`, or `new = old`. */
function takeRename(reader: EsqlReader, start: number): EsqlCommand {
  const pairs: { readonly from: EsqlName; readonly to: EsqlName }[] = []
  do {
    const first = takeColumn(reader)
    if (reader.take('=')) pairs.push({ from: takeColumn(reader), to: first })
    else if (reader.takeWord('as')) pairs.push({ from: first, to: takeColumn(reader) })
    else throw reader.unexpected('AS and the new name')
  } while (reader.take(','))
  return { kind: 'rename', pairs, span: reader.spanFrom(start) }
}

function takeSort(reader: EsqlReader, start: number): EsqlCommand {
  const keys: SortKey[] = []
  do {
    const of = takeExpression(reader)
    const descending = reader.takeWord('desc')
    if (!descending) reader.takeWord('asc')
    let nullsFirst = descending
    if (reader.takeWord('nulls')) {
      nullsFirst = reader.takeWord('first')
      if (!nullsFirst && !reader.takeWord('last')) throw reader.unexpected('FIRST or LAST')
    }
    keys.push({ of, descending, nullsFirst })
  } while (reader.take(','))
  return { kind: 'sort', keys, span: reader.spanFrom(start) }
}

function takeLimit(reader: EsqlReader, start: number): EsqlCommand {
  const written = reader.takeNumber()
  if (written === undefined || !/^\d+$/.test(written)) throw reader.unexpected('a whole number')
  return { kind: 'limit', count: Number(written), span: reader.spanFrom(start) }
}

function takeDissect(reader: EsqlReader, start: number): EsqlCommand {
  const input = takeExpression(reader)
  const pattern = takeQuoted(reader, 'a pattern in quotes')
  let separator = ''
  if (reader.takeWord('append_separator')) {
    reader.expect('=')
    separator = takeQuoted(reader, 'a separator in quotes').text
  }
  return { kind: 'dissect', input, pattern, separator, span: reader.spanFrom(start) }
}

function takeGrok(reader: EsqlReader, start: number): EsqlCommand {
  const input = takeExpression(reader)
  const patterns = [takeQuoted(reader, 'a pattern in quotes')]
  while (reader.take(',')) patterns.push(takeQuoted(reader, 'a pattern in quotes'))
  return { kind: 'grok', input, patterns, span: reader.spanFrom(start) }
}
