import type { Side } from '../http/side.ts'
import type { AlertChange, ChangeFeed } from './change-feed.ts'

/** `GET /api/stream`: server-sent events, one for each kind of change, so that a page need not ask again and again. */
export function streamSide(feed: ChangeFeed): Side {
  return {
    isMeant: ({ method, segments }) =>
      method === 'GET' &&
      segments.length === 2 &&
      segments[0] === 'api' &&
      segments[1] === 'stream',
    needs: () => 'read',
    answer: async ({ signal }) => ({
      status: 200,
      contentType: 'text/event-stream',
      headers: { 'x-accel-buffering': 'no' },
      stream: eventsOf(feed.changes(signal)),
    }),
  }
}

async function* eventsOf(changes: AsyncIterable<readonly AlertChange[]>): AsyncGenerator<string> {
  yield ': here\n\n'
  for await (const page of changes) {
    yield page.length === 0
      ? ': still here\n\n'
      : page
          .map(({ what, ids }) => `event: alerts-${what}\ndata: ${JSON.stringify({ ids })}\n\n`)
          .join('')
  }
}
