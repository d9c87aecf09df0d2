/** For commands that take nothing but options. */
export const none = { min: 0, max: 0 }

/** For commands that take as many things as one likes, also nothing. */
export const any = { min: 0, max: Number.POSITIVE_INFINITY }

/** For commands that take one thing or more. */
export const many = { min: 1, max: Number.POSITIVE_INFINITY }
