import { signal } from '@preact/signals'
import { mayDo, roleNames, type Permission, type Role } from '#api'

/** Who is signed in. */
export interface Me {
  readonly name: string
  readonly role: Role
}

/** Undefined while nobody has asked the server yet; null: nobody is signed in. */
export const me = signal<Me | null | undefined>(undefined)

/** Whether whoever is signed in may do that. */
export function may(permission: Permission): boolean {
  return me.value !== null && me.value !== undefined && mayDo(me.value.role, permission)
}

/** Asks the server who is signed in. */
export async function loadMe(): Promise<void> {
  const answer = await fetch('/api/session').catch(() => undefined)
  me.value = answer?.ok === true ? meOf(await answer.json()) : null
}

/** Signs in with a name and its passphrase, a token, an access key, or the secret of a link. Gives what is wrong, or nothing. */
export async function signIn(
  given:
    | { readonly secret: string }
    | { readonly link: string }
    | { readonly name: string; readonly passphrase: string },
): Promise<string | undefined> {
  const answer = await fetch('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  }).catch(() => undefined)
  if (answer === undefined) return 'The server does not answer.'
  const body: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) {
    me.value = meOf(body)
    return undefined
  }
  return messageIn(body) ?? `The server answered with status ${answer.status}.`
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await fetch('/api/session', { method: 'DELETE' }).catch(() => undefined)
  me.value = null
}

function meOf(body: unknown): Me | null {
  if (typeof body !== 'object' || body === null) return null
  const name: unknown = Reflect.get(body, 'name')
  const told: unknown = Reflect.get(body, 'role')
  const role = roleNames.find((each) => each === told)
  return typeof name === 'string' && role !== undefined ? { name, role } : null
}

function messageIn(body: unknown): string | undefined {
  const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : {}
  const message: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined
  return typeof message === 'string' ? message : undefined
}
