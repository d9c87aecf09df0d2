import { signal } from '@preact/signals'

/** Where the page is: everything that changes what is visible stands in the address. */
export interface Place {
  /** Path segments, decoded. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly hash: string
}

function currentPlace(): Place {
  return {
    segments: location.pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded),
    query: new URLSearchParams(location.search),
    hash: location.hash.slice(1),
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Where the page is now. */
export const place = signal(currentPlace())

/** Goes to an address of this page; `replace` where it is a change of mind and not a step. */
export function go(href: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', href)
  else history.pushState(null, '', href)
  place.value = currentPlace()
}

/** The same path with some members of the query changed; empty texts go. Members that are not known stay. */
export function withQuery(changes: { readonly [name: string]: string }): string {
  const query = new URLSearchParams(place.value.query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') query.delete(name)
    else query.set(name, value)
  }
  return query.size === 0 ? location.pathname : `${location.pathname}?${query.toString()}`
}

/** Follows links and the buttons of the browser without loading the page anew. */
export function followLinks(): void {
  addEventListener('popstate', () => {
    place.value = currentPlace()
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.origin !== location.origin || link.target !== '') return
    event.preventDefault()
    go(link.href)
  })
}
