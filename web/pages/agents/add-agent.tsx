import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WirePolicy } from '#api'
import { api } from '../../api.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem, Time } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'

interface Made {
  readonly line: string
  readonly expiresAt: string
  readonly uses: number
}

/** Makes the line by which hosts become agents. */
export function AddAgent({
  isOpen,
  policies,
  onClose,
}: {
  readonly isOpen: boolean
  readonly policies: readonly WirePolicy[]
  readonly onClose: () => void
}) {
  const [policy, setPolicy] = useState('default')
  const [uses, setUses] = useState(1)
  const [made, setMade] = useState<Made>()
  const [problem, setProblem] = useState<string>()
  const make = async (): Promise<void> => {
    try {
      const {
        line,
        expires_at: expiresAt,
        uses: hosts,
      } = await api.createEnrolmentToken({
        body: { policy, uses },
      })
      setMade({ line, expiresAt, uses: hosts })
      setProblem(undefined)
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  const close = (): void => {
    setMade(undefined)
    onClose()
  }
  return (
    <Dialog title="Add agents" isOpen={isOpen} onClose={close}>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <label>
          Policy{' '}
          <select value={policy} onChange={(event) => setPolicy(event.currentTarget.value)}>
            {policies.map(({ id, policy: { name } }) => (
              <option key={id} value={id}>
                {visibleText(name)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Hosts{' '}
          <input
            type="number"
            min={1}
            max={10_000}
            value={uses}
            onInput={(event) => setUses(Math.max(1, event.currentTarget.valueAsNumber || 1))}
          />
        </label>
        <button type="submit" class="primary">
          Make the line
        </button>
      </form>
      {problem !== undefined && <Problem text={problem} />}
      {made !== undefined && <MadeLine made={made} />}
    </Dialog>
  )
}

function MadeLine({ made: { line, expiresAt, uses } }: { readonly made: Made }) {
  const command = `sudo vedette agent enroll --run ${line}`
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command)
    setCopied(true)
  }
  return (
    <div role="status">
      <p>
        Paste this on {uses === 1 ? 'the host' : `up to ${uses} hosts`} until{' '}
        <Time iso={expiresAt} /> UTC. It is shown this once; the host appears in the list when it
        has enrolled.
      </p>
      <pre class="pasted" tabIndex={0} aria-label="The line to paste">
        {command}
      </pre>
      {'clipboard' in navigator && (
        <button type="button" onClick={() => void copy()}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      )}
    </div>
  )
}
