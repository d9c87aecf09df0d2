import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { systemClock } from '#base'
import { ecsCatalogue } from '#event'
import { openStore, restoreSnapshot, type Store } from '#store'
import type { DiskImage } from './disk.ts'
import type { Told } from './told.ts'

/** What is wrong with what a disk image gives to whoever starts from it, in sentences; none: all is well. */
export interface ImageVerdict {
  readonly problems: readonly string[]
  /** Bytes that were no longer what was written, and were set aside with a warning. */
  readonly damagedBytes: number
}

/**
 * Starts from a disk image as a server would: all that was told must be there, once, and the store must go on.
 * The image had its data in `data` and its snapshots in `snapshots` below its root.
 */
export async function judgeImage(
  image: DiskImage,
  { root, told, place }: { readonly root: string; readonly told: Told; readonly place: string },
): Promise<ImageVerdict> {
  const pathOf = (path: string): string => join(place, relative(root, path))
  for (const path of image.directories) await mkdir(pathOf(path), { recursive: true, mode: 0o700 })
  for (const [path, bytes] of image.files) {
    await mkdir(dirname(pathOf(path)), { recursive: true, mode: 0o700 })
    await writeFile(pathOf(path), bytes, { mode: 0o600 })
  }
  try {
    const { problems, damagedBytes } = await judgeData(join(place, 'data'), told)
    return { problems: [...problems, ...(await judgeSnapshot(place, told))], damagedBytes }
  } catch (thrown) {
    return { problems: [`it cannot be started from: ${String(thrown)}`], damagedBytes: 0 }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

async function judgeData(directory: string, told: Told): Promise<ImageVerdict> {
  const open = () => openStore({ kind: 'embedded', directory, clock: systemClock })
  const store = await open()
  const ids = await idsIn(store)
  const problems = [...amiss(ids, told.acknowledged)]
  const { events, damagedBytes } = await store.events.facts()
  if (events !== ids.length) problems.push(`${events} events are counted, ${ids.length} found`)
  const note = await noteIn(store)
  if (note !== told.notes && note !== told.notes + 1)
    problems.push(`the document is at version ${note}, told was ${told.notes}`)
  problems.push(...(await judgeDerived(store, told.derived)))

  const sent = [...told.acknowledged].slice(-5)
  const again = await store.events.append(
    [...sent, 'after the power cut'].map((id) => ({
      index: indexOf(id),
      id,
      source: { '@timestamp': 0 },
    })),
  )
  const statuses = again.map(({ status }) => status).join(' ')
  const expected = [...sent.map(() => 'exists'), 'created'].join(' ')
  if (statuses !== expected) problems.push(`what is sent again is answered by ${statuses}`)
  await store.close()

  const second = await open()
  const later = await idsIn(second)
  if (later.length !== ids.length + 1) {
    problems.push(`the next start finds ${later.length} events instead of ${ids.length + 1}`)
  }
  await second.close()
  return { problems, damagedBytes }
}

/** The index of an event, by its id: see the program that wrote it. */
function indexOf(id: string): string {
  return `logs-${id.split('-')[1] ?? 'x'}-default`
}

function* amiss(ids: readonly string[], acknowledged: ReadonlySet<string>): Generator<string> {
  const present = new Set(ids)
  const lost = [...acknowledged].filter((id) => !present.has(id))
  if (lost.length > 0) yield `${lost.length} acknowledged events are lost, ${lost[0]} first`
  if (present.size < ids.length) yield `${ids.length - present.size} events are there twice`
}

async function idsIn(store: Store): Promise<readonly string[]> {
  const ids: string[] = []
  const pages = store.events.search({
    indices: ['*'],
    filter: { kind: 'all' },
    context: { fields: ecsCatalogue(), nowMs: 0 },
    order: 'sequence',
  })
  for await (const page of pages) ids.push(...page.map(({ id }) => id))
  return ids
}

async function noteIn(store: Store): Promise<number> {
  const notes = store.documents.collection<{ readonly acknowledged: number }>({
    name: 'notes',
    keys: { acknowledged: ({ acknowledged }) => acknowledged },
  })
  return (await notes.get('note-cut'))?.version ?? 0
}

/** Derived bytes are those of one write, from its first to its last. */
async function judgeDerived(store: Store, told: number): Promise<readonly string[]> {
  const reader = await store.derived.open('bytes')
  if (reader === undefined) return told === 0 ? [] : ['derived bytes that were told are not there']
  const [bytes = new Uint8Array()] = await reader.take([reader.size])
  await reader.close()
  const [first] = bytes
  const isWhole = reader.size === 15_000 && bytes.every((byte) => byte === first)
  const isLatest = first === told % 256 || first === (told + 1) % 256
  return isWhole && isLatest ? [] : ['derived bytes are not those of the last write']
}

async function judgeSnapshot(place: string, { snapshot }: Told): Promise<readonly string[]> {
  if (snapshot === undefined) return []
  const restored = join(place, 'restored')
  await restoreSnapshot(join(place, 'snapshots', snapshot.name), restored)
  const store = await openStore({ kind: 'embedded', directory: restored, clock: systemClock })
  const problems = [...amiss(await idsIn(store), snapshot.acknowledged)]
  await store.close()
  return problems.map((problem) => `in a snapshot, ${problem}`)
}
