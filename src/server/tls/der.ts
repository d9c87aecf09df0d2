/** The few kinds of DER (X.690) values of which certificates are made. */
export const der = {
  sequence: (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]) => tagged(0x31, ...parts),
  boolean: (value: boolean) => tagged(0x01, Uint8Array.of(value ? 0xff : 0)),
  /** A number that is not negative, from its bytes, most significant first. */
  integer: (bytes: Uint8Array) => tagged(0x02, unsigned(bytes)),
  bits: (bytes: Uint8Array, unusedBits = 0) => tagged(0x03, Uint8Array.of(unusedBits), bytes),
  octets: (bytes: Uint8Array) => tagged(0x04, bytes),
  text: (value: string) => tagged(0x0c, Buffer.from(value)),
  oid: (dotted: string) => tagged(0x06, oidBytes(dotted)),
  time: (ms: number) => timeOf(new Date(ms)),
  /** A value in its place by a number: `[n]`. */
  explicit: (number: number, ...parts: readonly Uint8Array[]) => tagged(0xa0 | number, ...parts),
  /** Plain bytes in their place by a number: `[n] IMPLICIT`. */
  implicit: (number: number, bytes: Uint8Array) => tagged(0x80 | number, bytes),
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(content.length)), content])
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes = base(length, 256)
  return [0x80 | bytes.length, ...bytes]
}

/** The digits of a number, most significant first. */
function base(number: number, radix: number): readonly number[] {
  return number < radix ? [number] : [...base(Math.floor(number / radix), radix), number % radix]
}

function unsigned(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  const short = first === -1 ? Uint8Array.of(0) : bytes.subarray(first)
  return (short[0] ?? 0) < 0x80 ? short : Buffer.concat([Uint8Array.of(0), short])
}

function oidBytes(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  return Uint8Array.from(
    [first * 40 + second, ...others].flatMap((arc) =>
      base(arc, 128).map((digit, at, { length }) => (at < length - 1 ? digit | 0x80 : digit)),
    ),
  )
}

/** UTCTime until 2049, GeneralizedTime from then on, as RFC 5280 wants it. */
function timeOf(date: Date): Uint8Array {
  const text = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(text.slice(2)))
    : tagged(0x18, Buffer.from(text))
}
