/** Objects and lists within each other that a rule may have; real rules stay below ten. */
export const maxDepth = 100

/** Whether a value nests deeper than {@link maxDepth}. Looks no deeper than that. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (depth > maxDepth) return true
  if (Array.isArray(value)) return value.some((item) => isTooDeep(item, depth + 1))
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((inner) => isTooDeep(inner, depth + 1))
}
