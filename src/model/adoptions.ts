/** By id of a container that another supervisor made: the digest of the configuration for which it was adopted. */
export type Adoptions = Readonly<Record<string, string>>;
