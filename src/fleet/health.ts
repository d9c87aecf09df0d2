import { described, integer, list, number, object, optional, string, type Infer } from '#base'

const count = integer({ minimum: 0 })
const text = string({ maxLength: 2_000 })
const instant = string({ maxLength: 40 })

/** How an agent is, by its own account; counts are since it started. */
export const healthShape = object({
  run: described(string({ minLength: 1, maxLength: 64 }), 'drawn at each start'),
  version: string({ maxLength: 64 }),
  at: described(instant, "by the host's clock"),
  host: object({
    id: string({ maxLength: 256 }),
    name: string({ maxLength: 256 }),
    os: optional(string({ maxLength: 256 })),
  }),
  sensor: object({
    mode: string({ maxLength: 32 }),
    blind_spots: list(text, 100),
    reason: optional(text),
    remedy: optional(text),
    lost: described(count, 'events that the sensor saw and could not hand over'),
  }),
  spool: object({
    events: described(count, 'not yet with the server'),
    bytes: count,
    dropped: described(count, 'oldest events that went because the spool was full'),
    damaged: described(count, 'events that a crash or the disk damaged'),
    problem: optional(text),
  }),
  sent: object({
    events: count,
    again: described(count, 'events that the server had already'),
    refused: described(count, 'events that the server did not take'),
    left_out: described(count, 'events that the policy does not ask for'),
    last_at: optional(instant),
  }),
  lag_ms: described(count, 'how long the oldest event in the spool has waited'),
  cpu_percent: described(number(), 'of one processor, since the report before'),
  memory_bytes: count,
  problems: described(list(text, 100), 'what a person should know'),
})

/** {@link healthShape} as a type. */
export type AgentHealth = Infer<typeof healthShape>
