import { visibleText } from '#base'
import type { WirePolicyVersion } from '#api'

/** What two versions say differently, line by line. */
export function Changes({ changes }: Pick<WirePolicyVersion, 'changes'>) {
  return (
    <dl class="changes">
      {changes.map(({ member, before, after }) => (
        <div key={member}>
          <dt>{member}</dt>
          <dd>
            <del>{visibleText(before) || 'nothing'}</del>{' '}
            <ins>{visibleText(after) || 'nothing'}</ins>
          </dd>
        </div>
      ))}
    </dl>
  )
}
