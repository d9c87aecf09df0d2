import { borrowedRights } from './stories/borrowed-rights.ts'
import { newRunner, runnerAgain } from './stories/new-runner.ts'
import { privilegedContainer } from './stories/privileged-container.ts'
import { wayOut } from './stories/way-out.ts'
import { webShell } from './stories/web-shell.ts'
import type { Story } from './story.ts'

/** What happened in the sample world. */
export const stories: readonly Story[] = [
  newRunner,
  wayOut,
  runnerAgain,
  borrowedRights,
  webShell,
  privilegedContainer,
]
