import { createClient } from '#api'

/** The API of the server that gave out this page; the session's cookie says who asks. */
export const api = createClient({ url: location.origin })
