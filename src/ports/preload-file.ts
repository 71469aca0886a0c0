/** What a place for `apps.json` holds. */
export type PreloadContent =
	/** Missing, empty, or a folder in its place. */
	| { readonly kind: 'none' }
	| { readonly kind: 'json'; readonly json: unknown }
	/** Why it cannot be used, in words that follow the path: `is not JSON at line 2, column 3`. */
	| { readonly kind: 'faulty'; readonly fault: string };

/** One place where a preload (`apps.json`, contract 4.10) may be. */
export interface PreloadFile {
	readonly path: string;
	read(): Promise<PreloadContent>;
	/**
	 * The content is kept as `<path>.preloaded`, and the file holds `{}`.
	 * @throws {SupervisorError} HOST_FAILED
	 */
	retire(): Promise<void>;
}
