import { expect, test } from 'vitest'
import { blocksOf } from './guide-blocks.ts'

const told = (markdown: string) =>
  blocksOf(markdown).map(({ kind, text, depth }) => `${kind}${depth} ${text}`)

test('headings, steps, what they go on with, and paragraphs become blocks', () => {
  expect(
    told(
      [
        '## Triage',
        '',
        'Look at it.',
        'Then **again**.',
        '- first `step`',
        '  goes on',
        '  - inner',
        '1. counted',
        '',
        'After.',
      ].join('\n'),
    ),
  ).toEqual([
    'heading0 Triage',
    'text0 Look at it. Then again.',
    'step0 first step goes on',
    'step1 inner',
    'step0 counted',
    'text0 After.',
  ])
})

test('code keeps its lines, also where its end is missing', () => {
  expect(told('```\na\n  b\n```\nafter')).toEqual(['code0 a\n  b', 'text0 after'])
  expect(told('```\na')).toEqual(['code0 a'])
})

test('a link becomes its text and its address, and markup stays text', () => {
  expect(told('see [this](https://x.example) <img src=x>')).toEqual([
    'text0 see this (https://x.example) <img src=x>',
  ])
})

test('nothing has no blocks', () => {
  expect(blocksOf('')).toEqual([])
})
