/** What the host's firewall is to let through (contract 5.7). */
export interface FirewallWish {
	/** Connections from outside that no rule lets in are rejected. */
	readonly isClosed: boolean;
	/** The usual port of the local API. */
	readonly apiPort: number;
	/** The port that the local API was moved to, where another program serves the usual one. */
	readonly overridePort?: number | undefined;
	/** The usual port may be called from everywhere. */
	readonly isApiOpen: boolean;
}

export type IpFamily = 'IPv4' | 'IPv6';

/** What the table `filter` has of ours, and of the engine's. */
export interface ObservedFilter {
	/** Rules of `INPUT` that lead to our chain. */
	readonly inputJumps: number;
	/** The engine has its chain for rules of users, `DOCKER-USER`. */
	readonly hasEngineChain: boolean;
	/** Rules of it that lead to our chain of forwarded connections. */
	readonly forwardJumps: number;
}
