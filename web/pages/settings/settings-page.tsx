import { visibleText } from '#base'
import { keysOn, setKeysOn } from '../../frame/keys.tsx'
import { may, me } from '../../frame/session.ts'
import { nextTheme, theme } from '../../frame/theme.ts'
import { api } from '../../api.ts'
import { Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { AccessKeys } from './access-keys.tsx'
import { Channels } from './channels.tsx'
import { People } from './people.tsx'
import { Sessions } from './sessions.tsx'
import './settings.css'

/** Who gets in, how long what is kept, and how this browser shows it. */
export function SettingsPage() {
  const { value, problem, reload } = useLoaded('settings', (signal) => api.getSettings({}, signal))
  return (
    <div class="settings">
      <h1>Settings</h1>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      <section aria-labelledby="browser">
        <h2 id="browser">This browser</h2>
        <p>
          Signed in as {visibleText(me.value?.name ?? '')} ({me.value?.role}).
        </p>
        <div class="line">
          <button type="button" onClick={nextTheme}>
            Theme: {theme.value}
          </button>
          <label class="check">
            <input
              type="checkbox"
              checked={keysOn.value}
              onChange={(event) => setKeysOn(event.currentTarget.checked)}
            />
            Single keys are on
          </label>
        </div>
      </section>
      {value !== undefined && (
        <section aria-labelledby="kept">
          <h2 id="kept">What is kept</h2>
          <dl>
            <dt>Events</dt>
            <dd>
              for {value.keep_days} days, at most {value.keep_gib} GiB (start the server with{' '}
              <code>--keep-days</code> and <code>--keep-gib</code> for others)
            </dd>
            <dt>Sensor</dt>
            <dd>
              {value.sensor_mode} (<code>--sensor-mode</code>, <code>--no-sensor</code>)
            </dd>
          </dl>
        </section>
      )}
      {may('manage') ? (
        <>
          <People />
          <AccessKeys />
          <Channels />
          <Sessions />
        </>
      ) : (
        <p class="muted">People, keys and sessions are for who manages this server.</p>
      )}
    </div>
  )
}
