import { compileRule, endpointListId, type ExceptionBook } from '#detect'
import type { FieldCatalogue } from '#event'
import type { ExceptionEntry, Rule } from '#rule'
import type { ApiWorld } from './api-world.ts'

/** Something that a rule says and that this installation keeps without doing it. */
export type NotHonoured = {
  readonly rule_id: string
  /** Wire name of the rule's member. */
  readonly member: string
  readonly message: string
}

/** Everything that a rule says and that will not be done here, in the order of the rule's members. */
export async function notHonouredOf(
  world: Pick<ApiWorld, 'exceptions' | 'fields' | 'savedQueries'>,
  rule: Rule,
): Promise<readonly NotHonoured[]> {
  const told = [
    ...runProblems(rule, world.fields),
    ...sendingProblems(rule),
    ...(await savedQueryProblems(world, rule)),
    ...(await listProblems(world.exceptions, rule)),
    ...Object.keys(rule.unknown).map((member) => ({
      member,
      message: `${member} is not known: it is kept, and does nothing`,
    })),
  ]
  return told.map((each) => ({ rule_id: rule.ruleId, ...each }))
}

type Told = Omit<NotHonoured, 'rule_id'>

function runProblems(rule: Rule, fields: FieldCatalogue): readonly Told[] {
  const { params } = rule
  const told: Told[] = []
  const compiled = compileRule(rule, fields)
  if (!compiled.ok) {
    const reasons = compiled.error.map(({ message }) => message)
    const reason = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`
    told.push({ member: 'type', message: `this ${params.type} rule does not run${reason}` })
  }
  const dataView = 'dataViewId' in params ? params.dataViewId : undefined
  if (dataView !== undefined) {
    const message = `data view ${dataView} is not kept here: name the index patterns in index`
    told.push({ member: 'data_view_id', message })
  }
  return told
}

function sendingProblems({ actions, responseActions = [] }: Rule): readonly Told[] {
  const told: Told[] = []
  if (actions.length > 0) {
    const types = new Set(actions.map((action) => String(action['action_type_id'] ?? 'unknown')))
    const message = `${actions.length} actions (${[...types].join(', ')}) are kept; nothing is sent through them`
    told.push({ member: 'actions', message })
  }
  if (responseActions.length > 0) {
    const message = `${responseActions.length} response actions are kept; they are not carried out`
    told.push({ member: 'response_actions', message })
  }
  return told
}

async function savedQueryProblems(
  { savedQueries }: Pick<ApiWorld, 'savedQueries'>,
  { params }: Rule,
): Promise<readonly Told[]> {
  if (params.type !== 'saved_query') return []
  if ((await savedQueries.get(params.savedId)) !== undefined) return []
  const own = params.query === undefined ? 'executions fail until there is' : 'its own query is run'
  return [{ member: 'saved_id', message: `there is no saved query ${params.savedId}: ${own}` }]
}

async function listProblems(exceptions: ExceptionBook, rule: Rule): Promise<readonly Told[]> {
  const told: Told[] = []
  const tell = (message: string) => void told.push({ member: 'exceptions_list', message })
  for (const { listId } of rule.exceptionsList) {
    if (listId === endpointListId) {
      tell(`${listId} is applied by endpoints, not here`)
      continue
    }
    if ((await exceptions.list(listId)) === undefined) {
      tell(`there is no exception list ${listId}: it excepts nothing`)
      continue
    }
    const items = await exceptions.items(listId)
    const named = new Set(items.flatMap(({ entries }) => entries.flatMap(valueListOf)))
    for (const id of named) {
      if ((await exceptions.values.head(id)) !== undefined) continue
      tell(`there is no value list ${id}: items of ${listId} that name it except nothing`)
    }
  }
  return told
}

function valueListOf(entry: ExceptionEntry): readonly string[] {
  return entry.type === 'list' ? [entry.list.id] : []
}
