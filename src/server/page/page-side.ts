import type { Answer, Exchange } from '../http/exchange.ts'
import type { Side } from '../http/side.ts'
import type { PageFile, PageFiles } from './page-files.ts'

/**
 * The page for browsers: its files, and for every other path that a browser opens its document, which finds out
 * from the path what to show. The files hold no data, so they need no sign-in.
 */
export function pageSide(files: PageFiles | undefined): Side {
  return {
    isMeant: ({ method, segments, request }) =>
      (method === 'GET' || method === 'HEAD') &&
      segments[0] !== 'api' &&
      (segments[0] === 'assets' || /\btext\/html\b/.test(request.headers.accept ?? '')),
    needs: () => 'nothing',
    async answer(exchange) {
      if (files === undefined) return notBuilt
      if (exchange.segments[0] !== 'assets') {
        return fileAnswer(exchange, files.document, documentHeaders)
      }
      const file = files.byPath.get(exchange.segments.join('/'))
      if (file === undefined) return { status: 404, body: 'not found', contentType: 'text/plain' }
      // The name of a file changes with its text.
      const headers = { 'cache-control': 'public, max-age=31536000, immutable' }
      return fileAnswer(exchange, file, headers)
    },
  }
}

const notBuilt: Answer = {
  status: 503,
  contentType: 'text/plain; charset=utf-8',
  body: 'The page is not built: run `npm run build:page`, then start the server again. The API and the command line work without it.\n',
}

/** Nothing from anywhere else, no markup made of text: what an event says can never run. */
const documentHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

function fileAnswer(
  { request }: Exchange,
  { type, bytes, brotli }: PageFile,
  headers: { readonly [name: string]: string },
): Answer {
  const isPacked = /\bbr\b/.test(request.headers['accept-encoding'] ?? '')
  return {
    status: 200,
    contentType: type,
    bytes: isPacked ? brotli : bytes,
    headers: { ...headers, vary: 'accept-encoding', ...(isPacked && { 'content-encoding': 'br' }) },
  }
}
