import { randomUUID } from 'node:crypto'
import type { Api, WireExceptionItem } from '#api'
import { Fault, hasErrors, type JsonObject } from '#base'
import { exceptionItemFromWire, exceptionItemToWire, type ExceptionItem } from '#rule'
import type { ApiWorld } from './api-world.ts'
import { ruleOf } from './rules-api.ts'

type ExceptionCalls = Pick<
  Api,
  'listExceptionItems' | 'addExceptionItem' | 'addRuleException' | 'removeExceptionItem'
>

/** The part of the API that is about exceptions. */
export function exceptionsApi(world: ApiWorld): ExceptionCalls {
  const { exceptions } = world
  return {
    async listExceptionItems({ list_id: listId }) {
      return { items: (await exceptions.items(listId)).map(exceptionItemToWire) }
    },
    async addExceptionItem({ list_id: listId, body }) {
      const item = itemOf(listId, body)
      await ensureList(world, { listId, name: listId, type: 'detection' })
      await exceptions.putItem(item)
      return exceptionItemToWire(item)
    },
    async addRuleException({ id, body }) {
      const installed = await ruleOf(world, id)
      const listId = `rule-${installed.uuid}`
      const item = itemOf(listId, body)
      const name = `exceptions of ${installed.rule.name}`
      await ensureList(world, { listId, name, type: 'rule_default' })
      await exceptions.putItem(item)
      const { rule } = installed
      if (!rule.exceptionsList.some((list) => list.listId === listId)) {
        const added = { id: listId, listId, type: 'rule_default', namespaceType: 'single' } as const
        const exceptionsList = [...rule.exceptionsList, added]
        await world.rules.update(installed.uuid, { ...rule, exceptionsList }, { user: 'api' })
      }
      return exceptionItemToWire(item)
    },
    async removeExceptionItem({ list_id: listId, item_id: itemId }) {
      const isThere = (await exceptions.items(listId)).some((item) => item.itemId === itemId)
      return { removed: isThere && (await exceptions.removeItem(itemId)) }
    },
  }
}

function itemOf(listId: string, body: WireExceptionItem): ExceptionItem {
  const wire: JsonObject = {
    type: 'simple',
    namespace_type: 'single',
    description: body.name,
    ...body,
    list_id: listId,
    item_id: body.item_id ?? randomUUID(),
  }
  const { value, diagnostics } = exceptionItemFromWire(wire)
  if (value !== undefined && !hasErrors(diagnostics)) return value
  const told = diagnostics.map(({ origin = '', message }) => `${origin} ${message}`.trim())
  throw new Fault('invalid', 'exception.invalid-item', told.join('; '))
}

async function ensureList(
  { exceptions }: ApiWorld,
  { listId, name, type }: { readonly listId: string; readonly name: string; readonly type: string },
): Promise<void> {
  const isThere = (await exceptions.lists()).some((list) => list.listId === listId)
  if (isThere) return
  await exceptions.putList({ listId, name, type, namespaceType: 'single', unknown: {} })
}
