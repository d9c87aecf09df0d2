import { accessSync, constants } from 'node:fs'
import { kernelTypesPath } from './probe.ts'

/** Why a test that needs the running kernel's types cannot run; undefined where it can. */
export function whyNoKernelTypes(): string | undefined {
  try {
    accessSync(kernelTypesPath, constants.R_OK)
    return undefined
  } catch {
    return `this kernel does not offer its types in ${kernelTypesPath}`
  }
}
