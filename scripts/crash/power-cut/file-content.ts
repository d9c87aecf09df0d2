/** The bytes of a file, changed in place. */
export interface FileContent {
  bytes(): Buffer
  /** Writes over what is there, or behind it; a hole is zeros. */
  write(offset: number, bytes: Uint8Array): void
  /** Cuts it, or puts zeros behind it. */
  resize(length: number): void
  copy(): FileContent
}

/** A file with these bytes. */
export function fileContent(start: Uint8Array = new Uint8Array()): FileContent {
  let held = Buffer.from(start)
  let length = held.length
  const content: FileContent = {
    bytes: () => held.subarray(0, length),
    write(offset, bytes) {
      content.resize(Math.max(length, offset + bytes.length))
      held.set(bytes, offset)
    },
    resize(wanted) {
      if (wanted > held.length) held = Buffer.concat([held], Math.max(wanted, 2 * held.length))
      // What was there before it was cut must not come back.
      held.fill(0, Math.min(length, wanted))
      length = wanted
    },
    copy: () => fileContent(content.bytes()),
  }
  return content
}
