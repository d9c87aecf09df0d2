/** How many classes may be asked for at once. */
export const maxAsked = 1024

/** Classes that are asked for together, see {@link DocumentSlots.classesOf}. */
export interface AskedClasses {
  /** Pairs of the number of classes and of the group of slots that is looked at, at most `maxAsked`. */
  readonly pairs: Int32Array
  /** Where answers are put: pairs of a place among those and the class there. */
  readonly found: Int32Array
}
