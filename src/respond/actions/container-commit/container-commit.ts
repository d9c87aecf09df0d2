import { textIn } from '#base'
import { said, type Action } from '../../action.ts'
import { containerParameters, memberText, onContainer } from '../../container-target.ts'

/** Keeps a container's files as an image. */
export const containerCommit: Action = {
  ...onContainer,
  id: 'container-commit',
  title: 'Keep its files',
  effect:
    'Its files, as they are, become an image of its engine; it stands still while they are copied. Files on volumes are not in it.',
  undo: '`docker image rm` with the name that the output gives',
  changesNothing: false,
  parameters: containerParameters,
  timeoutMs: 600_000,
  async preview(values, { host, nowMs }) {
    const { id, name } = await host.container(textIn(values, 'container'))
    return said(`the files of ${name} would become the image ${imageOf(id, nowMs())}`)
  },
  async run(values, { host, nowMs }) {
    const container = await host.container(textIn(values, 'container'))
    const image = imageOf(container.id, nowMs())
    const [repository = '', tag = ''] = image.split(':')
    const query = new URLSearchParams({
      container: container.id,
      repo: repository,
      tag,
      comment: 'kept as evidence by Vedette',
      pause: 'true',
    })
    const made = await container.engine(`/commit?${query.toString()}`, {})
    return said(`the files of ${container.name} are the image ${image} (${memberText(made, 'Id')})`)
  },
}

function imageOf(id: string, nowMs: number): string {
  const moment = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()
  return `vedette-evidence:${id.slice(0, 12)}-${moment}`
}
