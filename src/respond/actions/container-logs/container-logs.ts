import { numberIn } from '#base'
import { maxPartBytes, textPart } from '../../action.ts'
import { containerLook } from '../../container-look.ts'

/** What a container wrote. */
export const containerLogs = containerLook({
  id: 'container-logs',
  title: 'Logs',
  effect: 'The last lines that it wrote, with their times.',
  parameters: {
    lines: { kind: 'number', title: 'Lines', least: 1, most: 5_000, default: 200 },
  },
  async look({ name, log }, values) {
    const lines = numberIn(values, 'lines') ?? 200
    const { text, isCut } = await log(
      `/logs?stdout=1&stderr=1&timestamps=1&tail=${lines}`,
      maxPartBytes,
    )
    return { summary: `log of ${name}`, parts: [textPart('logs', text, isCut)] }
  },
})
