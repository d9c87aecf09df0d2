import { unreachable } from '#base'
import { forEachLeaf, valuesOf, type EventSource, type FieldValue } from '#event'
import type { FieldSelector, FilterPlan, GlobPart, MatchContext, Matcher } from '#query'

/** The matcher of a plan, comparing strings as keywords. */
export function compileFilter(plan: FilterPlan, context: MatchContext): Matcher {
  switch (plan.kind) {
    case 'all':
      return () => true
    case 'none':
      return () => false
    case 'not': {
      const inner = compileFilter(plan.of, context)
      return (source) => !inner(source)
    }
    case 'and': {
      const inner = plan.of.map((part) => compileFilter(part, context))
      return (source) => inner.every((matches) => matches(source))
    }
    case 'or': {
      const inner = plan.of.map((part) => compileFilter(part, context))
      return (source) => inner.some((matches) => matches(source))
    }
    case 'match': {
      const wanted = String(plan.literal.value)
      return (source) => selected(source, plan.field).some((value) => String(value) === wanted)
    }
    case 'match-any': {
      const wanted = new Set(plan.values.map(String))
      return (source) => selected(source, plan.field).some((value) => wanted.has(String(value)))
    }
    case 'glob': {
      const glob = regexOf(plan.glob)
      return (source) => selected(source, plan.field).some((value) => glob.test(String(value)))
    }
    case 'exists':
      return (source) => selected(source, plan.field).length > 0
    case 'range': {
      const bound = Number(plan.value)
      return (source) =>
        selected(source, plan.field).some((value) =>
          plan.op === 'gt'
            ? Number(value) > bound
            : plan.op === 'gte'
              ? Number(value) >= bound
              : plan.op === 'lt'
                ? Number(value) < bound
                : Number(value) <= bound,
        )
    }
    case 'nested':
      return compileFilter(plan.of, context)
    default:
      return unreachable(plan)
  }
}

function selected(source: EventSource, field: FieldSelector): readonly FieldValue[] {
  if (field.kind === 'field') return valuesOf(source, field.name)
  const names = field.kind === 'pattern' ? regexOf(field.parts) : /^/
  const found: FieldValue[] = []
  forEachLeaf(source, (name, value) => {
    if (names.test(name)) found.push(value)
  })
  return found
}

function regexOf(parts: readonly GlobPart[]): RegExp {
  const pieces = parts.map((part) =>
    part.kind === 'literal'
      ? part.text.replace(/[^a-zA-Z0-9]/g, '\\$&')
      : part.kind === 'any-run'
        ? '.*'
        : '.',
  )
  return new RegExp(`^${pieces.join('')}$`, 's')
}
