/** What names a container; absent members are unknown to the source. */
export interface ContainerIdentity {
  readonly name?: string | undefined
  readonly imageName?: string | undefined
  readonly imageTags?: readonly string[] | undefined
  /** `algorithm:digest`: the image id, and the digest that the image was asked for by. */
  readonly imageHashes?: readonly string[] | undefined
  readonly labels?: { readonly [name: string]: string } | undefined
  /** Labels that found no room in the document. */
  readonly labelsDropped?: number | undefined
  /** The engine: `docker`, `podman`, `containerd`, `cri-o`. */
  readonly engine?: string | undefined
  /** The OCI runtime that the engine starts: `runc`, `crun`. */
  readonly ociRuntime?: string | undefined
  /** Kubernetes pod, where the container belongs to one. */
  readonly pod?: { readonly name: string; readonly namespace: string | undefined } | undefined
}

/** How system calls are filtered. An engine can be asked for its `default`; an OCI file only shows that there is a `profile`. */
export type SeccompState = 'default' | 'profile' | 'unconfined' | 'none'

/** What a container may do to its host; absent members are unknown to the source, never "no". */
export interface ContainerSecurity {
  /** See `isPrivilegedByEffect`: asked of the engine, or come about without asking. */
  readonly privileged?: boolean | undefined
  /** As asked of the engine: `CAP_SYS_ADMIN`, `ALL`. */
  readonly capAdd?: readonly string[] | undefined
  readonly capDrop?: readonly string[] | undefined
  /** Effective capabilities of the first process. */
  readonly capabilities?: readonly string[] | undefined
  /** Every capability that the host can give. */
  readonly allCapabilities?: boolean | undefined
  readonly hostPid?: boolean | undefined
  readonly hostNetwork?: boolean | undefined
  readonly hostIpc?: boolean | undefined
  readonly hostUserns?: boolean | undefined
  /** Paths of the host that are mounted into the container, without the engine's own housekeeping files. */
  readonly hostMounts?: readonly string[] | undefined
  /** Device nodes of the host that were given to it. */
  readonly hostDevices?: readonly string[] | undefined
  /** A container engine's socket can be reached through a mount. */
  readonly engineSocketMounted?: boolean | undefined
  /** May read, write and make every device node. */
  readonly allDevices?: boolean | undefined
  readonly seccomp?: SeccompState | undefined
  readonly apparmor?: string | undefined
  /** `/proc/kcore` and its like are hidden. */
  readonly maskedPaths?: boolean | undefined
  readonly userNamespace?: boolean | undefined
}

/** What runs in a container, or was asked to. */
export interface ContainerCommand {
  readonly entrypoint?: readonly string[] | undefined
  readonly command?: readonly string[] | undefined
  readonly user?: string | undefined
  readonly workingDirectory?: string | undefined
}
