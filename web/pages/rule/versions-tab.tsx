import { visibleText } from '#base'
import { api } from '../../api.ts'
import { go, place, withQuery } from '../../frame/router.ts'
import { Problem, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import type { RuleTabProps } from './rule-page.tsx'
import { Behaviour } from './behaviour.tsx'
import { diffLines } from './diff-lines.ts'

const origins: { readonly [came: string]: string } = {
  import: 'imported',
  edit: 'changed here',
  offered: 'offered by an import',
}

/** The texts that the rule had, and what became of one of them. */
export function VersionsTab({ installed: { id, revision } }: RuleTabProps) {
  const asked = place.value.query.get('version')
  const version = asked === null || !/^\d{1,9}$/.test(asked) ? undefined : Number(asked)
  const diff = useLoaded(`diff ${id} ${revision} ${version ?? ''}`, (signal) =>
    api.diffRule({ id, ...(version !== undefined && { version }) }, signal),
  )
  if (diff.problem !== undefined) return <Problem text={diff.problem} onRetry={diff.reload} />
  if (diff.value === undefined) return <p class="empty">Comparing…</p>
  const { versions, base, next, hunks } = diff.value
  const lines = diffLines(hunks)
  const isSame = lines.every(({ kind }) => kind === 'same' || kind === 'skipped')
  return (
    <div class="versions">
      <section aria-labelledby="kept">
        <h2 id="kept">Texts that are kept</h2>
        <ul>
          {versions.map((each) => (
            <li key={each.revision}>
              <label class="check">
                <input
                  type="radio"
                  name="version"
                  checked={each.revision === base.revision}
                  onChange={() =>
                    go(withQuery({ version: String(each.revision) }), {
                      replace: true,
                    })
                  }
                />
                <span>
                  Revision {each.revision}
                  {each.revision === revision && <strong> (now)</strong>}
                  <br />
                  <span class="muted">
                    {origins[each.came] ?? each.came} by {visibleText(each.by)}{' '}
                    <Time iso={each.at} />
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="changed" class="diff-box">
        <h2 id="changed">
          From revision {base.revision} to now
          {next !== undefined && ', and what an import offers'}
        </h2>
        {isSame ? (
          <p class="muted">Nothing has changed since.</p>
        ) : (
          <div class="diff m" tabIndex={0} role="region" aria-label="Lines that changed">
            {lines.map(({ kind, text }, at) => (
              <div key={at} class={`diff-line is-${kind}`}>
                <span aria-hidden="true">{signs[kind]}</span>
                <span class="hidden-text">{words[kind]}</span>
                <span>{visibleText(text)}</span>
              </div>
            ))}
          </div>
        )}
      </section>
      {!isSame && base.revision !== revision && (
        <Behaviour id={id} from={base.revision} to={revision} />
      )}
    </div>
  )
}

const signs = {
  same: ' ',
  removed: '−',
  added: '+',
  offered: '»',
  skipped: '⋯',
} as const
const words = {
  same: '',
  removed: 'removed: ',
  added: 'added: ',
  offered: 'offered: ',
  skipped: 'left out: ',
} as const
