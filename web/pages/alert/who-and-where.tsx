import { visibleText, type JsonObject } from '#base'
import { MachineText } from '../../parts/text.tsx'
import { valuesIn } from './fields-of.ts'

const facts: readonly (readonly [title: string, fields: readonly string[]])[] = [
  ['Host', ['host.name', 'host.os.full', 'host.ip']],
  ['User', ['user.name', 'user.id', 'process.real_user.name']],
  [
    'Session',
    ['process.entry_leader.entry_meta.type', 'process.entry_leader.entry_meta.source.ip'],
  ],
  ['Program', ['process.executable']],
  ['Directory', ['process.working_directory']],
  ['Container', ['container.id', 'container.name', 'container.image.name']],
  [
    'Privileges',
    ['container.security_context.privileged', 'process.thread.capabilities.effective'],
  ],
  ['File', ['file.path']],
  ['Source', ['source.ip', 'source.port']],
  ['Destination', ['destination.ip', 'destination.port']],
]

/** Whose and where, from the event of the alert. */
export function WhoAndWhere({ document }: { readonly document: JsonObject }) {
  return (
    <section aria-labelledby="who">
      <h2 id="who">Who and where</h2>
      <dl>
        {facts.map(([title, fields]) => {
          const texts = fields.flatMap((field) => valuesIn(document, field).slice(0, 6))
          if (texts.length === 0) return null
          return (
            <div key={title} class="pair">
              <dt>{title}</dt>
              <dd>
                {title === 'Host' ? (
                  <>
                    <a href={`/hosts/${encodeURIComponent(texts[0] ?? '')}`}>
                      {visibleText(texts[0] ?? '')}
                    </a>{' '}
                    {texts.slice(1).map(visibleText).join(' · ')}
                  </>
                ) : (
                  <MachineText text={texts.join(' · ')} />
                )}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
