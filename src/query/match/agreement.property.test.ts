import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valuesOf } from '#event'
import { isKueryPlan } from '../kuery/is-kuery-plan.ts'
import { kuery } from '../kuery/kuery.ts'
import { isLucenePlan } from '../lucene/is-lucene-plan.ts'
import { lucene } from '../lucene/lucene.ts'
import { necessaryTerms } from '../plan/necessary-terms.ts'
import { normalForm } from '../plan/normal-form.ts'
import {
  arbitraryContext as context,
  arbitraryDocument as document,
  arbitraryFields as fields,
  arbitraryPlan as plan,
} from './arbitrary-plans.fixture.ts'
import { compileFilter } from './compile.ts'
import { evaluateFilter } from './evaluate.ts'

const runs = { numRuns: 3000 }

test('the compiled matcher and the slow reference give one answer', () => {
  fc.assert(
    fc.property(plan, document, (wanted, source) => {
      expect(compileFilter(wanted, context)(source)).toBe(evaluateFilter(wanted, source, context))
    }),
    runs,
  )
})

test('one compiled matcher gives each document its own answer', () => {
  fc.assert(
    fc.property(plan, fc.array(document, { maxLength: 5 }), (wanted, sources) => {
      const matches = compileFilter(wanted, context)
      for (const source of [...sources, ...sources]) {
        expect(matches(source)).toBe(evaluateFilter(wanted, source, context))
      }
    }),
  )
})

test('a normal form means the same as its plan, and is its own normal form', () => {
  fc.assert(
    fc.property(plan, document, (wanted, source) => {
      const normal = normalForm(wanted)
      expect(evaluateFilter(normal, source, context)).toBe(evaluateFilter(wanted, source, context))
      expect(normalForm(normal)).toEqual(normal)
    }),
    runs,
  )
})

test('a matching document holds every necessary term', () => {
  fc.assert(
    fc.property(plan, document, (wanted, source) => {
      if (!evaluateFilter(wanted, source, context)) return
      for (const clause of necessaryTerms(wanted, fields)) {
        const holds = clause.some((term) => {
          const values = valuesOf(source, term.field)
          return term.kind === 'field' ? values.length > 0 : values.map(String).includes(term.value)
        })
        expect(holds, JSON.stringify(clause)).toBe(true)
      }
    }),
    runs,
  )
})

test('the KQL of a plan that KQL can say means the same', () => {
  fc.assert(
    fc.property(plan, document, (wanted, source) => {
      fc.pre(isKueryPlan(wanted))
      const read = kuery.parse(kuery.format(wanted))
      expect(read, kuery.format(wanted)).toMatchObject({ ok: true })
      if (!read.ok) return
      expect(evaluateFilter(read.value, source, context), kuery.format(wanted)).toBe(
        evaluateFilter(wanted, source, context),
      )
    }),
    runs,
  )
})

test('the Lucene of a plan that Lucene can say means the same', () => {
  fc.assert(
    fc.property(plan, document, (wanted, source) => {
      fc.pre(isLucenePlan(wanted))
      const read = lucene.parse(lucene.format(wanted))
      expect(read, lucene.format(wanted)).toMatchObject({ ok: true })
      if (!read.ok) return
      expect(evaluateFilter(read.value, source, context), lucene.format(wanted)).toBe(
        evaluateFilter(wanted, source, context),
      )
    }),
    runs,
  )
})
