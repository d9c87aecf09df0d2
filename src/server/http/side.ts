import type { Needs } from '../auth/caller.ts'
import type { Answer, Exchange } from './exchange.ts'

/** One part of what a server speaks: which requests are for it, what they need, and its answers. */
export interface Side {
  isMeant(exchange: Exchange): boolean
  /** What whoever sends the request must be allowed to do. */
  needs(exchange: Exchange): Needs
  answer(exchange: Exchange): Promise<Answer>
}
