import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/text.tsx'
import type { ResponseSheetProps } from './response-sheet.tsx'

let loaded: FunctionComponent<ResponseSheetProps> | undefined

/** What can be done about an alert; its code comes when it is first asked for. */
export function Respond({
  isOpen,
  onClose,
  ...of
}: ResponseSheetProps & { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [, setTurn] = useState(0)
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    if (!isOpen || loaded !== undefined) return
    setLost(false)
    const load = async (): Promise<void> => {
      loaded = (await import('./response-sheet.tsx')).ResponseSheet
      setTurn((turn) => turn + 1)
    }
    load().catch(() => setLost(true))
  }, [isOpen])
  const Sheet = loaded
  return (
    <Dialog title="Respond" isOpen={isOpen} onClose={onClose}>
      {isLost && <Problem text="This part of the page did not come: open the alert anew." />}
      {Sheet !== undefined && <Sheet {...of} />}
    </Dialog>
  )
}
