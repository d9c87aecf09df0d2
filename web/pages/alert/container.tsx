import { useState } from 'preact/hooks'
import { isJsonObject, visibleText, type JsonValue } from '#base'
import type { WireCase } from '#api'
import { api } from '../../api.ts'
import { MachineText, Problem, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'

const partNames = ['inspect', 'top', 'logs', 'changes', 'engine'] as const

const titles: { readonly [name in (typeof partNames)[number]]: string } = {
  inspect: 'inspect',
  top: 'processes',
  logs: 'last 200 log lines',
  changes: 'changed files',
  engine: 'engine',
}

/** The container of the alert, and what its engine said of it when the alert was made. */
export function Container({
  id,
  found: { container, evidence },
}: {
  readonly id: string
  readonly found: WireCase
}) {
  const [open, setOpen] = useState<(typeof partNames)[number]>()
  if (container === undefined) return null
  return (
    <section aria-labelledby="container">
      <h2 id="container" class="line">
        Container <code>{visibleText(container.id.slice(0, 12))}</code>
        <span class="space" />
        <span class={`chip ${container.confidence === 'likely' ? 'warn' : ''}`}>
          {container.confidence === 'likely' ? 'likely: ' : ''}
          {visibleText(container.how)}
        </span>
      </h2>
      {evidence === undefined ? (
        <p class="muted">
          Nothing was gathered: the alert is of another host, no engine here knows the container, or
          it was gone already.
        </p>
      ) : (
        <>
          <Facts facts={evidence.facts} />
          <div class="line" role="group" aria-label="What was gathered">
            <span class="muted">
              Saved <Time iso={evidence.at} />:
            </span>
            {partNames.map((name) => {
              const part = evidence.parts.find((each) => each.name === name)
              if (part === undefined) return null
              return part.error === undefined ? (
                <button
                  key={name}
                  type="button"
                  aria-expanded={open === name}
                  onClick={() => setOpen(open === name ? undefined : name)}
                >
                  {titles[name]}
                </button>
              ) : (
                <span key={name} class="muted" title={visibleText(part.error)}>
                  no {titles[name]}
                </span>
              )
            })}
          </div>
          {open !== undefined && <Part id={id} name={open} />}
        </>
      )}
    </section>
  )
}

function Part({ id, name }: { readonly id: string; readonly name: (typeof partNames)[number] }) {
  const part = useLoaded(`evidence ${id} ${name}`, (signal) =>
    api.getAlertEvidence({ id, part: name }, signal),
  )
  if (part.problem !== undefined) return <Problem text={part.problem} onRetry={part.reload} />
  if (part.value === undefined) return <p class="muted">Reading…</p>
  const { text, cut, at, sha256 } = part.value
  return (
    <div class="evidence">
      <pre class="m" tabIndex={0} aria-label={titles[name]}>
        {text === '' ? '(empty)' : text.split('\n').map(visibleText).join('\n')}
      </pre>
      <p class="muted">
        As it came at <Time iso={at} />
        {cut ? ', only the beginning' : ''}. SHA-256 <MachineText text={sha256} />
      </p>
    </div>
  )
}

function Facts({ facts }: { readonly facts: NonNullable<WireCase['evidence']>['facts'] }) {
  const told = (name: string): string => textOf(facts[name])
  const shared = listOf(facts['namespaces'])
  const added = listOf(facts['capabilities_added'])
  const mounts = listOf(facts['mounts'])
  const state = told('state')
  return (
    <>
      <p class="line">
        <span class={`chip ${state === 'running' ? 'warn' : ''}`}>
          {visibleText(state === 'exited' ? `exited ${told('exit_code')}` : state || 'unknown')}
        </span>
        {facts['privileged'] === true && <span class="chip bad">privileged</span>}
        {shared.map((name) => (
          <span key={name} class={`chip ${name === 'user' ? '' : 'bad'}`}>
            {visibleText(name)} of the host
          </span>
        ))}
        {added.map((name) => (
          <span key={name} class="chip warn">
            + {visibleText(name)}
          </span>
        ))}
      </p>
      <dl>
        <Fact title="Name" text={told('name')} />
        <Fact title="Image" text={told('image')} />
        <Fact title="Command" text={listOf(facts['command']).join(' ')} />
        <Fact title="Mounts" text={mounts.join(', ')} />
        <Fact
          title="Confined"
          text={[`seccomp ${told('seccomp')}`, told('apparmor') && `AppArmor ${told('apparmor')}`]
            .filter((word) => word !== '' && !word.endsWith(' '))
            .join(', ')}
        />
        <Fact title="Engine" text={told('engine')} />
      </dl>
    </>
  )
}

function Fact({ title, text }: { readonly title: string; readonly text: string }) {
  if (text === '') return null
  return (
    <div class="pair">
      <dt>{title}</dt>
      <dd>
        <MachineText text={text} />
      </dd>
    </div>
  )
}

/** A text or a number of an answer. */
function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null || isJsonObject(value) || Array.isArray(value)
    ? ''
    : String(value)
}

function listOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map((each: JsonValue) => textOf(each)) : []
}
