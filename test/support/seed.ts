import * as fc from 'fast-check'

/**
 * What is said of a commit must not depend on chance: where `CI` is set, property tests draw the same examples each
 * time. Everywhere else each run draws its own, which is how they find what nobody thought of.
 * `VEDETTE_SEED` names another seed; a failure prints the one that shows it again.
 */
const seed = process.env['VEDETTE_SEED'] ?? (process.env['CI'] === undefined ? undefined : '1')
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) })
