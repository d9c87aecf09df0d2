/**
 * Large things that were made from events and can be made from them again: bytes under names, each
 * replaced as a whole. Names are of `[a-z0-9][a-z0-9-]*`, at most 100 characters.
 */
export interface DerivedStore {
  /** What was last written under a name, to be read and closed; undefined where nothing was. */
  open(name: string): Promise<DerivedReader | undefined>
  /**
   * Writes chunks, taken one after the other, so that after a crash the new bytes are there whole, or the
   * old ones. One write of a name at a time. Fault `unavailable` where the disk refuses: the old ones stay.
   */
  write(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void>
  delete(name: string): Promise<void>
  names(): Promise<readonly string[]>
}

/** Bytes as they were written, one after the other. One `take` at a time. */
export interface DerivedReader {
  readonly size: number
  /** The next bytes, for each length an array with a buffer of its own; cut short, or empty, where they end. */
  take(lengths: readonly number[]): Promise<readonly Uint8Array<ArrayBuffer>[]>
  close(): Promise<void>
}

/** Refuses what is no name of something derived: names become those of files. */
export function checkDerivedName(name: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(name)) throw new Error(`[${name}] is no name to store by`)
}
