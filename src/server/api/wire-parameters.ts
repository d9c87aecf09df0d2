import type { WireParameter } from '#api'
import type { Parameter, Parameters } from '#base'

/** Parameters as a form asks for them, in their order. */
export function wireParameters(parameters: Parameters): readonly WireParameter[] {
  return Object.entries(parameters).map(([name, parameter]) => ({
    name,
    kind: parameter.kind,
    title: parameter.title,
    ...(parameter.help !== undefined && { help: parameter.help }),
    required: isRequired(parameter),
    secret: parameter.kind === 'text' && parameter.isSecret === true,
    long: parameter.kind === 'text' && parameter.isLong === true,
    ...(parameter.default !== undefined && { default: String(parameter.default) }),
    ...(parameter.kind === 'choice' && { choices: parameter.choices }),
    ...(parameter.kind === 'number' && { least: parameter.least, most: parameter.most }),
  }))
}

function isRequired(parameter: Parameter): boolean {
  return parameter.kind === 'text'
    ? parameter.required && parameter.default === undefined
    : parameter.default === undefined
}
