import { useEffect } from 'preact/hooks'
import { SignIn } from '../pages/sign-in/sign-in.tsx'
import { pages, pageAt } from '../pages/pages.ts'
import { isLive, listen } from './live.ts'
import { PageView } from './page-view.tsx'
import { KeySheet, listenForKeys, showKeys, useKeys, type KeyBinding } from './keys.tsx'
import { followLinks, go, place } from './router.ts'
import { loadMe, me, signOut } from './session.ts'
import { Toaster, undoLast } from './toast.tsx'
import { nextTheme, theme } from './theme.ts'

const everywhere: readonly KeyBinding[] = [
  ...pages.flatMap(({ title, path, key }) =>
    key === undefined ? [] : [{ key: `g ${key}`, label: `go to ${title}`, run: () => go(path) }],
  ),
  { key: 'z', label: 'take back what was done last', run: () => void undoLast() },
  { key: '?', label: 'these keys', run: showKeys },
]

/** Everything: the door while nobody is signed in, else head, navigation and the page of the address. */
export function Frame() {
  useEffect(() => {
    followLinks()
    listenForKeys()
    void loadMe()
  }, [])
  if (me.value === undefined) return null
  return (
    <>
      {isDemo && (
        <aside class="sample-note" aria-label="What this server shows">
          Sample world: nothing shown here happened
        </aside>
      )}
      {me.value === null || place.value.segments[0] === 'sign-in' ? <SignIn /> : <House />}
    </>
  )
}

/** Whether the server shows a sample: it says so in the document. */
const isDemo = 'demo' in document.documentElement.dataset

const shown = pages.filter(({ key }) => key !== undefined)

function House() {
  useKeys(everywhere)
  useEffect(listen, [])
  const page = pageAt(place.value.segments)
  useEffect(() => {
    document.title = `${page?.title ?? 'Not found'} · Vedette`
  }, [page])
  return (
    <div class="frame">
      <Head />
      <nav class="nav" aria-label="Main">
        {shown.map(({ title, path }) => (
          <a
            key={path}
            href={path}
            aria-current={(page?.path ?? '').split('/')[1] === path.slice(1) ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <main class="main" id="main" tabIndex={-1}>
        {page === undefined ? (
          <p class="empty">
            There is no page here. <a href="/alerts">Alerts</a>
          </p>
        ) : (
          <PageView page={page} />
        )}
      </main>
      <Toaster />
      <KeySheet />
    </div>
  )
}

function Head() {
  return (
    <header class="top">
      <strong>Vedette</strong>
      <span class="space" />
      <span class={`chip ${isLive.value ? 'ok' : 'warn'}`}>
        <span aria-hidden="true">{isLive.value ? '●' : '○'}</span>{' '}
        {isLive.value ? 'Live' : 'Reconnecting'}
      </span>
      <span class="muted wide">
        {me.value?.name} ({me.value?.role})
      </span>
      <button type="button" onClick={nextTheme}>
        <span class="wide">Theme: </span>
        <span class="narrow" aria-hidden="true">
          ◐{' '}
        </span>
        <span class="narrow hidden-text">Theme: </span>
        {theme.value}
      </button>
      <button type="button" class="wide" onClick={showKeys} aria-keyshortcuts="?">
        Keys
      </button>
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </header>
  )
}
