import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A segment of three events, `e0` to `e2` of `logs-old-x`, by the code that wrote the first format. */
const segment =
  'VkRUU0VHMQootS/9YPQAfQUA8sojJZAnzQH/+92d7sUZtkl72xvPbiW7G1aTd1vcdWBFTZL4ZtezAhfGe+9wZWhQPTIlZKrx3jscf67QEfadLOnnCv09K6m92Xezckvi5weICIC6R25AGqQiBJGAon6fUBLTrDCG4M2e1aJw/XPk7xf7+QIthEOdOMT3C16N/SAykPsuWMw0J4395J5VY8UC95sLACmDILBZwJSC88BjK+M1YEvAvMLJ/JTh8QI4AUfDZ9rEuhvDf07mGkUY/mmUHZ+WPAnJAVaWQGWLyLIotS/9AFjNCQA2EjkiQGmdAzwrjhRcYD1o+5DutBLhGc/sLbjWRihByK+MYRgGBC4AMAAtAMa+OS4IRAWOES4kd7nv6BjnErHvhJMggyvdd4ScwFfKQFdszw7yAoELYk/PuQyKiIkBHL14tSyqVFU1URoCsYAvulquYGggydCPBB2xb3avgW8pCNs3QcOx+YEDaq0cryZLDrY0OY69m9yVkbD9QXwgQ1fJPnI7jpRwjOJqzqly/w5z7R/4ul/U5D5zzuX9TMyBIwYeutlJk+Kqgfg5cuVEDkURJWGIYrDWvKvZFsBqzUBUlzlbU4V1NAUgIEACQpRkdeUGBFsPM3DrSwEiCvbCIZyVZZo+s2+u9qnNbKHcu23OtVwzo4vsgXzGAEl/y7rDBqph8dHKdl0urJTLxQO0AwNUls+pD70I4rAYQgEAAM8iL5NWRFRTRUcxCg=='

/** Fills a directory as the code of the first format left it. */
export async function writeFirstFormat(directory: string): Promise<void> {
  await mkdir(join(directory, 'events'), { recursive: true, mode: 0o700 })
  await writeFile(join(directory, 'format'), '{"format":"vedette-data","version":1}\n')
  const path = join(directory, 'events', '0000000000000001.segment')
  await writeFile(path, Buffer.from(segment, 'base64'))
}
