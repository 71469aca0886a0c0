import { isIP } from 'node:net';

/** The headers by which a browser tells for whom it asks. */
export interface RequestOrigin {
	readonly host?: string | undefined;
	readonly origin?: string | undefined;
	readonly referer?: string | undefined;
	readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/** Why a request may be the work of a web page that has no business here. */
export type Suspicion = 'host' | 'origin';

/** Ends of names that nobody can register in public: the device's own network gives them. */
const privateEnds = [
	...['localhost', 'local', 'internal', 'lan', 'home', 'home.arpa', 'localdomain', 'intranet'],
	...['private', 'corp', 'docker', 'test', 'balena', 'resin'],
];

/**
 * Looks whether a browser asks for a page of another site: one that has its own name lead to the device's address (DNS
 * rebinding), or one that sends requests across sites (CSRF). Programs that are no browser are never suspected, as long
 * as they name the device by an address, a name without dots, or one of the local network.
 */
export function suspicionOf(headers: RequestOrigin): Suspicion | undefined {
	if (headers.host !== undefined && !isOwnName(nameOf(headers.host))) return 'host';
	const site = headers['sec-fetch-site'];
	if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'origin';
	const page = headers.origin ?? headers.referer;
	return page === undefined || isSameHost(page, headers.host) ? undefined : 'origin';
}

/** The name of a Host header without its port. */
function nameOf(host: string): string {
	return host
		.trim()
		.replace(/:\d*$/, '')
		.replace(/^\[(.*)\]$/, '$1')
		.replace(/\.$/, '')
		.toLowerCase();
}

function isOwnName(name: string): boolean {
	if (isIP(name) !== 0 || !name.includes('.')) return true;
	return privateEnds.some((end) => name.endsWith(`.${end}`));
}

function isSameHost(page: string, host: string | undefined): boolean {
	if (!URL.canParse(page) || host === undefined) return false; // `null`: a page that hides where it is from
	const { protocol, host: pageHost } = new URL(page);
	return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === pageHost;
}
