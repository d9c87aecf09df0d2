import type { Diagnostic } from '#base'

/** A diagnostic without what formats add to it. */
export function plainDiagnostic({
  code,
  severity,
  message,
  span,
  help,
  patch,
  origin: from,
}: Diagnostic): Diagnostic {
  return {
    code,
    severity,
    message,
    span,
    ...(help !== undefined && { help }),
    ...(patch !== undefined && { patch }),
    ...(from !== undefined && { origin: from }),
  }
}
