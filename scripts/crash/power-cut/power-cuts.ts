import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededDraw, type Draw } from '../../fuzz/random.ts'
import { emptyDisk } from './disk.ts'
import { judgeImage } from './judge-image.ts'
import { buildRecorder, type Recorder } from './record.ts'
import { toldIn } from './told.ts'

const program = fileURLToPath(new URL('../../../test/system/store-crash.child.ts', import.meta.url))

/** What starting from images of a disk came to. */
export interface PowerCutReport {
  readonly images: number
  /** Events that had been acknowledged when the power went, over all images. */
  readonly acknowledged: number
  /** Of finished snapshots that were restored, how many. */
  readonly snapshots: number
  /** Images in which bytes of unfinished writes were set aside with a warning. */
  readonly withDamage: number
  readonly problems: readonly string[]
}

/** Images of one recording, because each has its own chances. */
const imagesPerRecording = 25

/**
 * Records what a store at work does to its disk, cuts the power at random moments of that, drops or spoils what was
 * not synced by then, and starts from what is left. The same seed cuts in the same way, not at the same moments.
 */
export async function powerCuts({
  images,
  seed,
  progress,
}: {
  readonly images: number
  readonly seed: number
  readonly progress: (done: number) => void
}): Promise<PowerCutReport | { readonly skip: string }> {
  const recorder = await buildRecorder()
  if ('skip' in recorder) return recorder
  const draw = seededDraw(seed)
  const sum = { images: 0, acknowledged: 0, snapshots: 0, withDamage: 0, problems: [] as string[] }
  try {
    while (sum.images < images) {
      const wanted = Math.min(imagesPerRecording, images - sum.images)
      for await (const each of cutsOfOneRecording(recorder, draw, wanted)) {
        sum.images++
        sum.acknowledged += each.acknowledged
        sum.snapshots += each.snapshots
        if (each.damagedBytes > 0) sum.withDamage++
        sum.problems.push(...each.problems.map((what) => `image ${sum.images}: ${what}`))
        progress(sum.images)
      }
    }
  } finally {
    await recorder.close()
  }
  return sum
}

async function* cutsOfOneRecording(recorder: Recorder, draw: Draw, images: number) {
  const root = await mkdtemp(join(tmpdir(), 'vedette-power-'))
  const { ino: inode } = await stat(root)
  try {
    const child = [program, join(root, 'data'), 'cut', join(root, 'snapshots')]
    const operations = await recorder.record(child, { directory: root, forMs: 700 + draw(2_000) })
    const cuts = Array.from({ length: images }, () => draw(operations.length)).toSorted(
      (a, b) => a - b,
    )
    const disk = emptyDisk({ path: root, inode })
    let said = ''
    let at = 0
    for (const [number, cut] of cuts.entries()) {
      for (const operation of operations.slice(at, cut)) {
        disk.apply(operation)
        if (operation.kind === 'told') said += operation.bytes.toString()
      }
      at = Math.max(at, cut)
      const told = toldIn(said)
      const place = join(root, `image-${number}`)
      const verdict = await judgeImage(disk.imageAfterPowerCut(draw), { root, told, place })
      const { acknowledged, snapshot } = told
      yield {
        ...verdict,
        acknowledged: acknowledged.size,
        snapshots: snapshot === undefined ? 0 : 1,
      }
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
