import { Fault, uuidOf, type Clock, type JsonObject } from '#base'
import {
  installedRuleFromWire,
  installedRuleToWire,
  ruleToWire,
  type InstalledRule,
  type Rule,
  type RuleUuid,
} from '#rule'
import { canonicalJson } from '#base'
import type { Collection, DocumentStore } from '#store'
import { ruleHistory, type RuleVersion } from './rule-history.ts'

/** Who installs or changes rules, and how they came. */
export interface RuleOrigin {
  readonly user: string
  /** Came with the product and follows its updates. */
  readonly immutable?: boolean
  /** The text comes from its author's file, not from a change made here. Default: what is immutable does. */
  readonly imported?: boolean
}

/** The rules of an installation. Every change that resolved is on stable storage and at work. */
export interface RuleBook {
  /** All rules, by name. */
  list(): Promise<readonly InstalledRule[]>
  get(uuid: RuleUuid): Promise<InstalledRule | undefined>
  byRuleId(ruleId: string): Promise<InstalledRule | undefined>
  /** Adds a rule. Faults: `conflict` where its `rule_id` is taken. */
  install(rule: Rule, origin: RuleOrigin): Promise<InstalledRule>
  /**
   * Replaces a rule's text; its identity stays, and its revision rises unless only `enabled` changed.
   * The same text changes nothing. Faults: `not-found`, `conflict` where the new `rule_id` is another rule's.
   */
  update(uuid: RuleUuid, rule: Rule, origin: RuleOrigin): Promise<InstalledRule>
  /** Faults: `not-found`. */
  setEnabled(uuid: RuleUuid, enabled: boolean, origin: RuleOrigin): Promise<InstalledRule>
  /** True if there was one. */
  remove(uuid: RuleUuid): Promise<boolean>
  /** The texts that a rule has and had, newest first; see {@link RuleHistory}. */
  versions(uuid: RuleUuid): Promise<readonly RuleVersion[]>
  /** Keeps a text that was not taken beside the rule, to be looked at. Faults: `not-found`. */
  offer(uuid: RuleUuid, rule: Rule, origin: RuleOrigin): Promise<void>
}

/** A {@link RuleBook} that tells of each change once it is stored. */
export function ruleBook({
  documents,
  clock,
  newUuid,
  onChange,
}: {
  readonly documents: DocumentStore
  readonly clock: Clock
  readonly newUuid: () => string
  readonly onChange: (change: RuleChange) => void | Promise<void>
}): RuleBook {
  const rules: Collection<JsonObject> = documents.collection(ruleCollection)
  const history = ruleHistory(documents)
  const now = () => new Date(clock.nowMs()).toISOString()
  const get = async (uuid: RuleUuid) => {
    const found = await rules.get(uuid)
    return found === undefined ? undefined : installedRuleFromWire(found.body)
  }
  const byRuleId = async (ruleId: string) => {
    const { items } = await rules.find({ where: [{ key: 'rule_id', in: [ruleId] }], limit: 1 })
    return items[0] === undefined ? undefined : installedRuleFromWire(items[0].body)
  }
  const required = async (uuid: RuleUuid) => {
    const found = await get(uuid)
    if (found !== undefined) return found
    throw new Fault('not-found', 'rule.not-found', `change rule ${uuid}: there is none`)
  }
  const store = async (changed: InstalledRule, before: InstalledRule) => {
    await rules.put(changed.uuid, installedRuleToWire(changed))
    await onChange({ kind: 'changed', before, after: changed })
    return changed
  }
  return {
    get,
    byRuleId,
    async list() {
      const found: InstalledRule[] = []
      let after: string | undefined
      do {
        const page = await rules.find({ limit: 500, ...(after === undefined ? {} : { after }) })
        for (const { body } of page.items) found.push(...asList(installedRuleFromWire(body)))
        after = page.next
      } while (after !== undefined)
      return found.toSorted((a, b) => a.rule.name.localeCompare(b.rule.name))
    },
    async install(rule, { user, immutable = false, imported = immutable }) {
      await refuseTaken(rule.ruleId)
      const at = now()
      const installed: InstalledRule = {
        uuid: newUuid(),
        rule,
        revision: 0,
        immutable,
        createdAt: at,
        createdBy: user,
        updatedAt: at,
        updatedBy: user,
      }
      await rules.put(installed.uuid, installedRuleToWire(installed), { ifVersion: 0 })
      await history.keep(installed, imported ? 'import' : 'edit')
      await onChange({ kind: 'added', after: installed })
      return installed
    },
    async update(uuid, rule, { user, immutable = false, imported = immutable }) {
      const before = await required(uuid)
      if (rule.ruleId !== before.rule.ruleId) await refuseTaken(rule.ruleId)
      const isSame = textOf(rule) === textOf(before.rule)
      if (isSame && rule.enabled === before.rule.enabled) return before
      const revision = before.revision + (isSame ? 0 : 1)
      const changed = { ...before, rule, revision, updatedAt: now(), updatedBy: user }
      if (!isSame) await history.keep(changed, imported ? 'import' : 'edit')
      return store(changed, before)
    },
    versions: (uuid) => history.versions(uuid),
    async offer(uuid, rule, { user }) {
      await history.offer(await required(uuid), rule, { at: now(), by: user })
    },
    async setEnabled(uuid, enabled, { user }) {
      const before = await required(uuid)
      if (before.rule.enabled === enabled) return before
      const rule = { ...before.rule, enabled }
      return store({ ...before, rule, updatedAt: now(), updatedBy: user }, before)
    },
    async remove(uuid) {
      const before = await get(uuid)
      const removed = await rules.delete(uuid)
      await history.forget(uuid)
      if (before !== undefined) await onChange({ kind: 'removed', before })
      return removed
    },
  }

  async function refuseTaken(ruleId: string): Promise<void> {
    const taken = await byRuleId(ruleId)
    if (taken === undefined) return
    const message = `install rule ${ruleId}: "${taken.rule.name}" has this rule_id already`
    throw new Fault('conflict', 'rule.id-taken', message)
  }
}

/** One change of the rules, as it was stored. */
export type RuleChange =
  | { readonly kind: 'added'; readonly after: InstalledRule }
  | { readonly kind: 'changed'; readonly before: InstalledRule; readonly after: InstalledRule }
  | { readonly kind: 'removed'; readonly before: InstalledRule }

const ruleCollection = {
  name: 'rules',
  keys: {
    rule_id: (body: JsonObject) => textKey(body['rule_id']),
    enabled: (body: JsonObject) => (body['enabled'] === true ? 1 : 0),
  },
} as const

function textKey(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asList(rule: InstalledRule | undefined): readonly InstalledRule[] {
  return rule === undefined ? [] : [rule]
}

/** Everything a rule says except whether it is on. */
function textOf(rule: Rule): string {
  return canonicalJson({ ...ruleToWire(rule), enabled: null })
}

/** The id that a rule of the product has in every installation: the same text file, the same rule. */
export function builtInUuid(ruleId: string): RuleUuid {
  return uuidOf('rule', ruleId)
}
