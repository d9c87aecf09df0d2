import { expect, test } from 'vitest'
import { at, context, storeWith } from '../investigate.fixture.ts'
import { guideAnswers } from './guide-answers.ts'
import { guideSteps } from './guide-steps.ts'

const alert = {
  'kibana.alert.original_time': at(0),
  host: { name: 'edge' },
  user: { name: 'de"ploy' },
  process: {
    args: ['docker', 'run', '--privileged'],
    parent: { entity_id: 'p', executable: '/tmp/upd' },
  },
}

test('steps are answered by what is stored, each question with its text and its time', async () => {
  const events = await storeWith(
    { '@timestamp': at(-1), host: { name: 'edge' }, process: { entity_id: 'p' } },
    { '@timestamp': at(-2), host: { name: 'edge' }, user: { name: 'de"ploy' } },
    { '@timestamp': at(-2), host: { name: 'far' }, process: { entity_id: 'q' } },
  )
  const steps = guideSteps(
    '## Investigate\n1. Look at the parent.\n2. Ask the user.\n## Respond\n1. Stop the parent.',
  )
  const answered = await guideAnswers(steps, alert, { events, context })
  expect(
    answered.map(({ step, answers }) => [step.section, answers.map(({ count }) => count)]),
  ).toEqual([
    ['look', []],
    ['look', [1]],
    ['look', [1]],
    ['respond', []],
    ['respond', []],
  ])
  expect(answered[1]?.answers[0]?.kql).toBe('process.entity_id: "p"')
})

test('a flag that a step names is there or not', async () => {
  const steps = guideSteps('- Is `--privileged` or `--pid=host` there?')
  const [answered] = await guideAnswers(steps, alert, { events: await storeWith(), context })
  expect(answered?.settled).toEqual([
    { word: '--privileged', isThere: true },
    { word: '--pid=host', isThere: false },
  ])
})

test('questions for other programs are shown as what they are', () => {
  const [asked, pivot, broken] = guideSteps(
    [
      '- !{osquery{"label":"Osquery - Users","query":"SELECT * FROM users","ecs_mapping":{}}}',
      '- !{investigate{"label":"Same user","providers":[[{"field":"user.id"}]]}}',
      '- !{osquery{"label":}}',
    ].join('\n'),
  )
  expect(asked).toMatchObject({
    text: 'Osquery - Users',
    foreign: { kind: 'osquery', query: 'SELECT * FROM users' },
  })
  expect(pivot?.foreign).toMatchObject({ kind: 'investigate' })
  expect(broken).toMatchObject({ text: 'A question for osquery', foreign: { query: '' } })
})
