import { useEffect, useState } from 'preact/hooks'
import { go, place } from '../../frame/router.ts'
import { me, signIn } from '../../frame/session.ts'

/** The door: a link that signs in by itself, or the token or an access key, which may be pasted. */
export function SignIn() {
  const [secret, setSecret] = useState('')
  const [name, setName] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const tried = async (given: Parameters<typeof signIn>[0]): Promise<void> => {
    setBusy(true)
    const wrong = await signIn(given)
    setBusy(false)
    setProblem(wrong)
    if (wrong === undefined && place.peek().segments[0] === 'sign-in')
      go('/alerts', { replace: true })
  }
  useEffect(() => {
    const { segments, hash } = place.peek()
    if (segments[0] !== 'sign-in') return
    if (hash !== '') {
      // The secret works once; what is left in the address would only look like one.
      history.replaceState(null, '', '/sign-in')
      void tried({ link: hash })
    } else if (me.peek() !== null) go('/alerts', { replace: true })
  }, [])
  return (
    <main class="door">
      <h1>Vedette</h1>
      <form
        class="door-form"
        onSubmit={(event) => {
          event.preventDefault()
          void tried({ name, passphrase })
        }}
      >
        <label for="name">Name</label>
        <input
          id="name"
          type="text"
          autocomplete="username"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <label for="passphrase">Passphrase</label>
        <input
          id="passphrase"
          type="password"
          autocomplete="current-password"
          value={passphrase}
          onInput={(event) => setPassphrase(event.currentTarget.value)}
        />
        <button type="submit" disabled={isBusy || name.trim() === '' || passphrase === ''}>
          Sign in by passphrase
        </button>
      </form>
      <form
        class="door-form"
        onSubmit={(event) => {
          event.preventDefault()
          void tried({ secret })
        }}
      >
        <label for="secret">Token or access key</label>
        <input
          id="secret"
          type="password"
          autocomplete="off"
          value={secret}
          onInput={(event) => setSecret(event.currentTarget.value)}
        />
        <p class="muted">
          Or open the address that <code>vedette open</code> prints. The token lies in the file{' '}
          <code>token</code> of the data directory.
        </p>
        <button type="submit" class="primary" disabled={isBusy || secret.trim() === ''}>
          Sign in
        </button>
      </form>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </main>
  )
}
