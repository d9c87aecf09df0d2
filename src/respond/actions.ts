import type { Action } from './action.ts'
import { containerCommit } from './actions/container-commit/container-commit.ts'
import { containerDiff } from './actions/container-diff/container-diff.ts'
import { containerExec } from './actions/container-exec/container-exec.ts'
import { containerInspect } from './actions/container-inspect/container-inspect.ts'
import { containerKill } from './actions/container-kill/container-kill.ts'
import { containerLogs } from './actions/container-logs/container-logs.ts'
import { containerNetworkDisconnect } from './actions/container-network-disconnect/container-network-disconnect.ts'
import { containerPause } from './actions/container-pause/container-pause.ts'
import { containerStop } from './actions/container-stop/container-stop.ts'
import { containerTop } from './actions/container-top/container-top.ts'
import { containerUnpause } from './actions/container-unpause/container-unpause.ts'
import { containerUpdatePlan } from './actions/container-update-plan/container-update-plan.ts'
import { fileGet } from './actions/file-get/file-get.ts'
import { fileHash } from './actions/file-hash/file-hash.ts'
import { hostIsolate } from './actions/host-isolate/host-isolate.ts'
import { hostRelease } from './actions/host-release/host-release.ts'
import { processKillTree } from './actions/process-kill-tree/process-kill-tree.ts'
import { processKill } from './actions/process-kill/process-kill.ts'
import { processList } from './actions/process-list/process-list.ts'
import { processResume } from './actions/process-resume/process-resume.ts'
import { processSuspend } from './actions/process-suspend/process-suspend.ts'
import { triageBundle } from './actions/triage-bundle/triage-bundle.ts'

/** Every action, those that only look first, in the order in which they are offered. */
export const actions: readonly Action[] = [
  containerInspect,
  containerTop,
  containerLogs,
  containerDiff,
  containerExec,
  containerUpdatePlan,
  containerPause,
  containerUnpause,
  containerCommit,
  containerNetworkDisconnect,
  containerStop,
  containerKill,
  processSuspend,
  processResume,
  processKill,
  processKillTree,
  processList,
  fileHash,
  fileGet,
  triageBundle,
  hostIsolate,
  hostRelease,
]

/** The action of this id; undefined where there is none. */
export function actionOf(id: string): Action | undefined {
  return actions.find((each) => each.id === id)
}
