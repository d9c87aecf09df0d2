const headerBytes = 8

/**
 * The text of a container's log. Without a terminal an engine frames it: a stream number (0 to 2), three zeros and a length in
 * four bytes before each piece; with one it is the text as it is. A piece that was cut off gives what there is of it.
 */
export function logText(bytes: Buffer): string {
  if (!isFramed(bytes)) return bytes.toString('utf8')
  const pieces: Buffer[] = []
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4)
    pieces.push(bytes.subarray(at + headerBytes, at + headerBytes + length))
    at += headerBytes + length
  }
  return Buffer.concat(pieces).toString('utf8')
}

function isFramed(bytes: Buffer): boolean {
  const [stream = 255, ...zeros] = bytes.subarray(0, 4)
  return bytes.length >= headerBytes && stream <= 2 && zeros.every((byte) => byte === 0)
}
