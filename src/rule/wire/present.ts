/** The members that have a value. */
export function present<Members extends object>(members: Members): Present<Members> {
  // The type says what the filter does: members that may be undefined become optional.
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Present<Members>
}

type Present<Members> = {
  [Key in keyof Members as undefined extends Members[Key] ? Key : never]?: Exclude<
    Members[Key],
    undefined
  >
} & { [Key in keyof Members as undefined extends Members[Key] ? never : Key]: Members[Key] }
