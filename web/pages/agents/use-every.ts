import { useEffect } from 'preact/hooks'

/** Does something again and again while the page is looked at. `work` must stay the same. */
export function useEvery(ms: number, work: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && work(), ms)
    return () => clearInterval(timer)
  }, [ms, work])
}
