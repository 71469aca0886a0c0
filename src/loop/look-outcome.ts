/** What follows a look at one app. */
export type LookOutcome =
	/** The world changed, or may have: look at once. */
	| { readonly kind: 'again' }
	/** Nothing is left to do; look when something changes. */
	| { readonly kind: 'rest' }
	/** Look when the pause is over. */
	| { readonly kind: 'pause'; readonly ms: number }
	/** Look when the engine answers again. */
	| { readonly kind: 'engineAway' };
