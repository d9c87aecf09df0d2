import type { ExceptionItem } from '#rule'
import { objectBody, ok, requiredText, type KibanaRoute } from './call.ts'
import { addedItem } from './exception-items.ts'
import { itemResponse, listOfBody } from './exception-wire.ts'
import { namedRule, objectsOf } from './rule-wire.ts'
import { kibanaOrigin } from './rules.ts'

/** Items for one rule alone: its own list is made with the first of them. */
export const ruleExceptionRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path: '/api/detection_engine/rules/{id}/exceptions',
    async answer(call) {
      const { world, exchange } = call
      const { segments } = exchange
      const id = segments.at(-2)
      const { uuid, rule } = await namedRule(world, { id, ruleId: undefined })
      const bodies = objectsOf((await objectBody(call))['items'])
      for (const body of bodies)
        for (const name of ['name', 'description']) requiredText(body, name)
      const known = rule.exceptionsList.find(({ type }) => type === 'rule_default')
      const listId = known?.listId ?? `rule-${uuid}`
      if ((await world.exceptions.list(listId)) === undefined) {
        const name = `Exceptions of ${rule.name}`
        const list = { list_id: listId, name, description: name, type: 'rule_default' }
        await world.exceptions.putList(listOfBody(world, list))
      }
      const items: ExceptionItem[] = []
      for (const body of bodies) {
        items.push(await addedItem(world, { type: 'simple', ...body, list_id: listId }))
      }
      if (known === undefined) {
        const added = { id: listId, listId, type: 'rule_default', namespaceType: 'single' } as const
        const exceptionsList = [...rule.exceptionsList, added]
        await world.rules.update(uuid, { ...rule, exceptionsList }, kibanaOrigin)
      }
      return ok(items.map(itemResponse))
    },
  },
]
