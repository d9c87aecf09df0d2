import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Page } from '../pages/pages.ts'
import { Problem } from '../parts/text.tsx'

const loaded = new Map<Page, FunctionComponent>()

/** A page, whose code is fetched first where nobody was there yet; what came stays. */
export function PageView({ page }: { readonly page: Page }) {
  const [, setTurn] = useState(0)
  const [problem, setProblem] = useState<Page>()
  const View = loaded.get(page)
  const load = async (): Promise<void> => {
    setProblem(undefined)
    try {
      loaded.set(page, await page.load())
      setTurn((turn) => turn + 1)
    } catch {
      setProblem(page)
    }
  }
  useEffect(() => {
    if (!loaded.has(page)) void load()
  }, [page])
  if (View !== undefined) return <View />
  if (problem !== page) return <p class="hidden-text">{page.title} comes…</p>
  return (
    <Problem
      text="This page did not come: the server does not answer, or has been renewed since this page was opened."
      onRetry={() => void load()}
    />
  )
}
