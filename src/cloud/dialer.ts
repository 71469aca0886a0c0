import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import tls from 'node:tls';
import once from 'lodash/once.js';
import { trusting } from './authorities.ts';
import { createNameLookup } from './name-lookup.ts';
import type { ProxyChoice } from './proxy-choice.ts';

export interface DialerDeps {
	/** Default: no proxies. */
	readonly proxyFor?: ProxyChoice | undefined;
	/** A further certificate authority, in PEM form. */
	readonly rootCa?: string | undefined;
}

/** How connections to the outside come about: names, addresses of both families, proxies, authorities. */
export interface Dialer {
	/** Address of the proxy that a URL is reached through; undefined: directly. */
	proxyFor(url: string): string | undefined;
	readonly lookup: LookupFunction;
	/** Its connections stay open for a minute after a request, for the next one; every caller shares them. */
	sharedAgent(url: string): Promise<http.Agent>;
	/** For one long request of Node's own client: a connection that nobody shares, closed with it. */
	ownAgent(url: string): Promise<http.Agent>;
	/** Closes idle connections of shared agents. */
	close(): void;
}

/**
 * The addresses of a host are tried one after the other, IPv6 and IPv4 in turn, each for so long, in milliseconds: a slow
 * mobile network needs it for the first (contract 2.0).
 */
export const addressAttemptMs = 5000;

/**
 * Connections are not kept for longer than this without a request, in milliseconds: on the way somebody may have forgotten
 * them, and the next request would wait in vain.
 */
const idleConnectionMs = 60_000;

export function createDialer({ proxyFor = () => undefined, rootCa }: DialerDeps = {}): Dialer {
	const lookup = createNameLookup();
	const dialing = {
		autoSelectFamily: true,
		autoSelectFamilyAttemptTimeout: addressAttemptMs,
		lookup,
	};
	const trust = once(() => trustOf(rootCa));
	const shared = new Map<string, Promise<http.Agent>>();
	const make = async (url: string, keeping: http.AgentOptions): Promise<http.Agent> => {
		const isSecure = url.startsWith('https:');
		const proxy = proxyFor(url);
		if (!isSecure && proxy === undefined) return new http.Agent({ ...dialing, ...keeping });
		const options = { ...dialing, ...trust(), ...keeping };
		if (proxy === undefined) return new https.Agent(options);
		return await proxyAgent(proxy, isSecure, options);
	};
	return {
		proxyFor,
		lookup,
		sharedAgent(url) {
			const name = `${url.startsWith('https:') ? 'https' : 'http'} ${proxyFor(url) ?? ''}`;
			const present = shared.get(name);
			if (present !== undefined) return present;
			const made = make(url, { keepAlive: true, timeout: idleConnectionMs });
			shared.set(name, made);
			return made;
		},
		ownAgent: (url) => make(url, { keepAlive: false }),
		close() {
			for (const agent of shared.values()) void agent.then((one) => one.destroy());
		},
	};
}

/** Made once: each connection would read a hundred and fifty certificates anew. */
function trustOf(rootCa: string | undefined): { readonly secureContext?: tls.SecureContext } {
	return rootCa === undefined ? {} : { secureContext: tls.createSecureContext(trusting(rootCa)) };
}

/** The libraries are loaded where there is a proxy: most devices have none. */
async function proxyAgent(
	proxy: string,
	isSecure: boolean,
	options: https.AgentOptions,
): Promise<http.Agent> {
	if (isSecure) {
		const { HttpsProxyAgent } = await import('https-proxy-agent');
		const agent = new HttpsProxyAgent(proxy, options);
		// without them the options hold for the way to the proxy only, and no connection is found again
		Object.assign(agent.options, options, { protocol: 'https:' });
		return agent;
	}
	const { HttpProxyAgent } = await import('http-proxy-agent');
	return new HttpProxyAgent(proxy, options);
}
