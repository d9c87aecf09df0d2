/** What an engine or a bundle says of a container; only what was learnt. */
export interface ContainerFacts {
  readonly name?: string
  readonly imageName?: string
  readonly imageTag?: string
  readonly imageDigests?: readonly string[]
  readonly privileged?: boolean
}

/** What is known of a container now, by its 64 hex digits; asked once per document, so it must answer at once. */
export type ContainerLookup = (containerId: string) => ContainerFacts | undefined
