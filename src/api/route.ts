import type { Permission } from './role.ts'
import { object, type Infer, type ObjectOf, type Schema } from '#base'

/** The methods that routes use. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- no members is what is meant
type NoMembers = Record<never, never>

type Shape = { readonly [name: string]: Schema<unknown> }

/** One thing that can be asked of a server: how, where, with what, and what comes back. */
export interface Route<
  Path extends Shape = Shape,
  Query extends Shape = Shape,
  Body = unknown,
  Answer = unknown,
> {
  readonly method: Method
  /** Segments in braces are the members of `params`: `/api/alerts/{id}`. */
  readonly path: string
  readonly summary: string
  /** What whoever asks must be allowed to do; `nothing`: it is open to all. */
  readonly needs: Permission | 'nothing'
  readonly params: Schema<ObjectOf<Path>>
  readonly query: Schema<ObjectOf<Query>>
  /** Absent: the route takes no body. */
  readonly body: Schema<Body> | undefined
  readonly answer: Schema<Answer>
}

/** A {@link Route} from its parts; what is left out is empty, and changing things is for who manages. */
export function route<
  Answer,
  Path extends Shape = NoMembers,
  Query extends Shape = NoMembers,
  Body = undefined,
>(parts: {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly needs?: Permission | 'nothing'
  readonly params?: Path
  readonly query?: Query
  readonly body?: Schema<Body>
  readonly answer: Schema<Answer>
}): Route<Path, Query, Body, Answer> {
  const { method, path, summary, body, answer } = parts
  const needs = parts.needs ?? (method === 'GET' ? 'read' : 'manage')
  // Absent shapes are the empty shape that the type parameters default to.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const params = object((parts.params ?? {}) as Path)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const query = object((parts.query ?? {}) as Query)
  return { method, path, summary, needs, params, query, body, answer }
}

/** Everything a request of a route carries, in one flat object: path members, query members, `body`. */
export type RequestOf<R> =
  R extends Route<infer Path, infer Query, infer Body>
    ? ObjectOf<Path> &
        ObjectOf<Query> &
        ([Body] extends [undefined] ? unknown : { readonly body: Body })
    : never

/** What a route gives. */
export type AnswerOf<R> = R extends { readonly answer: infer S } ? Infer<S> : never
