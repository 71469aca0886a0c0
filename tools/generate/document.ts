/** A document that is made from the code. One row in {@link documents} each. */
export interface GeneratedDocument {
	/** Path in the repository. */
	readonly path: string;
	/** Its whole content, before formatting. */
	readonly make: () => string | Promise<string>;
}
