import type { JsonObject } from '#base'
import { ruleFromWire, ruleToWire, type InstalledRule, type Rule, type RuleUuid } from '#rule'
import type { Collection, DocumentStore } from '#store'

/** How a text of a rule came: from its author's file, from somebody's change here, or not at all yet. */
export type TextOrigin = 'import' | 'edit' | 'offered'

/** One text that a rule has or had, or that an import offered and nobody took. */
export interface RuleVersion {
  readonly revision: number
  readonly came: TextOrigin
  readonly rule: Rule
  /** ISO 8601. */
  readonly at: string
  readonly by: string
}

/** The last texts of each rule. */
export interface RuleHistory {
  /** Newest first, what is offered before all. At most {@link keptVersions} and what was last imported. */
  versions(uuid: RuleUuid): Promise<readonly RuleVersion[]>
  /** Keeps a rule's text as it is now. An imported one takes the place of what was offered. */
  keep(installed: InstalledRule, came: 'import' | 'edit'): Promise<void>
  /** Keeps a text that an import brought and that was not taken; the last such offer stands. */
  offer(installed: InstalledRule, rule: Rule, at: Pick<RuleVersion, 'at' | 'by'>): Promise<void>
  forget(uuid: RuleUuid): Promise<void>
}

/** So many texts of a rule are kept. */
export const keptVersions = 20

/** A {@link RuleHistory} over a store. */
export function ruleHistory(documents: DocumentStore): RuleHistory {
  const texts: Collection<StoredText> = documents.collection(textCollection)
  const versions = async (uuid: RuleUuid) => {
    const { items } = await texts.find({
      where: [{ key: 'rule_uuid', in: [uuid] }],
      limit: 10_000,
    })
    const read = items.flatMap(({ id, body }) => {
      const version = versionOf(body)
      return version === undefined ? [] : [{ id, version }]
    })
    return read.toSorted(newestFirst)
  }
  return {
    versions: async (uuid) => (await versions(uuid)).map(({ version }) => version),
    async keep({ uuid, rule, revision, updatedAt, updatedBy }, came) {
      const version = { revision, came, rule, at: updatedAt, by: updatedBy }
      await texts.put(`${uuid}/${String(revision).padStart(9, '0')}`, storedOf(uuid, version))
      if (came === 'import') await texts.delete(offeredId(uuid))
      const kept = (await versions(uuid)).filter((each) => each.version.came !== 'offered')
      const lastImport = kept.find((each) => each.version.came === 'import')
      for (const old of kept.slice(keptVersions)) {
        if (old !== lastImport) await texts.delete(old.id)
      }
    },
    async offer({ uuid, revision }, rule, { at, by }) {
      await texts.put(offeredId(uuid), storedOf(uuid, { revision, came: 'offered', rule, at, by }))
    },
    async forget(uuid) {
      for (const { id } of await versions(uuid)) await texts.delete(id)
    },
  }
}

type StoredText = {
  readonly rule_uuid: string
  readonly revision: number
  readonly came: string
  readonly at: string
  readonly by: string
  readonly wire: JsonObject
  readonly sections: JsonObject | null
}

const textCollection = {
  name: 'rule_texts',
  keys: { rule_uuid: ({ rule_uuid: uuid }: StoredText) => uuid },
} as const

function offeredId(uuid: RuleUuid): string {
  return `${uuid}/offered`
}

function storedOf(uuid: RuleUuid, { rule, ...version }: RuleVersion): StoredText {
  return {
    rule_uuid: uuid,
    ...version,
    wire: ruleToWire(rule),
    sections: rule.sections ?? null,
  }
}

function versionOf({
  came,
  revision,
  at,
  by,
  wire,
  sections,
}: StoredText): RuleVersion | undefined {
  const { rule } = ruleFromWire(wire)
  const known = (['import', 'edit', 'offered'] as const).find((each) => each === came)
  if (rule === undefined || known === undefined) return undefined
  return {
    revision,
    came: known,
    rule: sections === null ? rule : { ...rule, sections },
    at,
    by,
  }
}

interface Kept {
  readonly id: string
  readonly version: RuleVersion
}

function newestFirst(a: Kept, b: Kept): number {
  const rank = ({ version }: Kept) => (version.came === 'offered' ? Infinity : version.revision)
  return rank(a) === rank(b) ? 0 : rank(b) - rank(a)
}
