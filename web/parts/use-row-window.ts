import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

const spare = 10

/** Which rows of equal height can be seen in a box that scrolls; `current` is kept in sight. */
export function useRowWindow(
  box: RefObject<HTMLElement | null>,
  {
    count,
    rowHeight,
    headHeight,
    current,
  }: {
    readonly count: number
    readonly rowHeight: number
    /** Of a head that stays in sight above the rows, in the box. */
    readonly headHeight: number
    readonly current: number
  },
): { readonly first: number; readonly last: number } {
  const [view, setView] = useState({ top: 0, height: 900 })
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [count > 0])
  useEffect(() => {
    const element = box.current
    if (element === null || current < 0) return
    const top = current * rowHeight
    if (top < element.scrollTop) element.scrollTop = top
    const bottom = top + rowHeight + headHeight - element.clientHeight
    if (bottom > element.scrollTop) element.scrollTop = bottom
  }, [current])
  return {
    first: Math.max(0, Math.floor(view.top / rowHeight) - spare),
    last: Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + spare),
  }
}
