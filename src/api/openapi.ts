import { type JsonObject, type JsonValue, type Schema } from '#base'
import { rolesThatMay } from './role.ts'
import { routes } from './routes.ts'
import type { Route } from './route.ts'

/** The API as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): JsonObject {
  const paths: { [path: string]: { [method: string]: JsonValue } } = {}
  for (const [name, route] of Object.entries(routes)) {
    const operations = (paths[route.path] ??= {})
    operations[route.method.toLowerCase()] = operationOf(name, route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vedette',
      version,
      description:
        'Alerts, rules, exceptions and events of one Vedette. Events are sent by `POST /_bulk` in the manner of Elasticsearch.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchema },
    },
  }
}

const errorSchema: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'kind', 'message'],
      properties: {
        code: { type: 'string' },
        kind: { type: 'string' },
        message: { type: 'string' },
        problems: { type: 'array', items: { type: 'object' } },
      },
    },
  },
}

type AnyRoute = Pick<Route, 'path' | 'summary' | 'needs' | 'method'> & {
  readonly params: Schema<unknown>
  readonly query: Schema<unknown>
  readonly body: Schema<unknown> | undefined
  readonly answer: Schema<unknown>
}

function operationOf(name: string, route: AnyRoute): JsonObject {
  return {
    operationId: name,
    summary: route.summary,
    ...(route.needs === 'nothing'
      ? { security: [] }
      : { description: `For the roles ${rolesThatMay(route.needs)}.` }),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body !== undefined && {
      requestBody: { required: true, content: jsonContent(route.body.json) },
    }),
    responses: {
      '200': { description: 'done', content: jsonContent(route.answer.json) },
      default: {
        description: 'refused; the message says why and what to do',
        content: jsonContent({ $ref: '#/components/schemas/Error' }),
      },
    },
  }
}

function jsonContent(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } }
}

function parametersOf(shape: Schema<unknown>, place: 'path' | 'query'): readonly JsonValue[] {
  const { properties, required } = shape.json
  const requiredNames: readonly JsonValue[] = Array.isArray(required) ? required : []
  return Object.entries(properties ?? {}).map(([name, schema]: [string, JsonValue]) => ({
    name,
    in: place,
    required: requiredNames.includes(name),
    schema,
    ...(place === 'query' && { style: 'form', explode: false }),
  }))
}
